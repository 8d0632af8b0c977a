"""The records app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from mailroom.records import search_index


class RecordsConfig(AppConfig):
    """All nouns live in this one app."""

    name = "mailroom.records"
    label = "records"

    def ready(self) -> None:
        """After every migration, see that the search index is still kept in step."""
        post_migrate.connect(_keep_search_in_step, sender=self)


def _keep_search_in_step(using: str, **_: object) -> None:
    search_index.keep_in_step(connections[using])
