"""The records app."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """All nouns live in this one app."""

    name = "mailroom.records"
    label = "records"
