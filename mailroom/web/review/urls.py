"""Addresses of the review desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.addresses import ITEM
from mailroom.web.review import decisions, learning, leaving, returned
from mailroom.web.review import views as review

urlpatterns = [
    path("review/", review.queue, name="review_queue"),
    path("review/next/", review.take_next, name="review_next"),
    path("review/find/", review.find, name="review_find"),
    path("review/learning/", learning.learning, name="learning"),
    path("review/undo/<int:correction>/", decisions.undo, name="review_undo"),
    path("review/" + ITEM, review.item, name="review_item"),
    path("review/" + ITEM + "came-back/", returned.confirm, name="review_returned"),
    path("review/" + ITEM + "give-back/", leaving.give_back, name="review_give_back"),
    path("review/" + ITEM + "leave/", leaving.leave, name="review_leave"),
    path("review/" + ITEM + "decide/", decisions.decide, name="review_decide"),
]
