"""Addresses of returned mail."""

from __future__ import annotations

from django.urls import path

from mailroom.web.outgoing_addresses import LETTER
from mailroom.web.returns import views

urlpatterns = [
    path("returns/", views.returned, name="returns"),
    path("returns/" + LETTER + "undo/", views.take_back, name="return_undo"),
]
