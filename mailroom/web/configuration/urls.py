"""Addresses of the administrators' desk."""

from __future__ import annotations

from django.urls import path

from mailroom.web.configuration import letter_words, people, views

urlpatterns = [
    path("configuration/", views.overview, name="configuration"),
    path("configuration/history/", views.history, name="configuration_history"),
    path("configuration/letters/<slug:template>/", letter_words.words, name="letter_words"),
    path("configuration/letters/<slug:template>/page.png", letter_words.picture, name="letter_words_png"),
    path("configuration/<slug:part>/", views.part, name="configuration_part"),
    path("configuration/<slug:part>/<slug:thing>/", views.change, name="configuration_change"),
    path("accounts/", people.everybody, name="accounts"),
    path("accounts/new/", people.new, name="account_new"),
    path("accounts/<int:account>/", people.one, name="account"),
]
