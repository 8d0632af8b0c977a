"""Addresses of the hand-off list."""

from __future__ import annotations

from django.urls import path

from mailroom.web.hand_offs import views
from mailroom.web.outgoing_addresses import LETTER

urlpatterns = [
    path("hand-offs/", views.hand_offs, name="hand_offs"),
    path("hand-offs/" + LETTER + "move/", views.move, name="hand_off_move"),
    path("hand-offs/" + LETTER + "letter.pdf", views.pdf, name="hand_off_pdf"),
    path("hand-offs/" + LETTER + "letter.txt", views.words, name="hand_off_words"),
]
