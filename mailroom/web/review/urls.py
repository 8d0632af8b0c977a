"""Addresses of the review desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.addresses import ITEM
from mailroom.web.review import views as review

urlpatterns = [
    path("review/", review.queue, name="review_queue"),
    path("review/next/", review.take_next, name="review_next"),
    path("review/undo/<int:correction>/", review.undo, name="review_undo"),
    path("review/" + ITEM, review.item, name="review_item"),
    path("review/" + ITEM + "decide/", review.decide, name="review_decide"),
]
