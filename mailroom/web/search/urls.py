"""The address of the search."""

from __future__ import annotations

from django.urls import path

from mailroom.web.search import views as search

urlpatterns = [path("search/", search.search, name="search")]
