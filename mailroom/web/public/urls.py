"""Addresses of the public pages. Links in emails and codes on letters lead here, so they never change.

A letter's own link comes last: it fits anything below /letters/ that nothing else does.
"""

from __future__ import annotations

from django.urls import path

from mailroom.web.public import views as public

urlpatterns = [
    path("reply/", public.reply, name="reply"),
    path("reply/<str:code>", public.choose, name="choose"),
    path("letters/confirm/<str:token>", public.confirm, name="confirm_email"),
    path("letters/choices/<str:token>", public.take_back, name="take_back"),
    path("letters/<str:token>", public.letter, name="public_letter"),
]
