"""The records app."""

from __future__ import annotations

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from mailroom.records import append_only, search_index


class RecordsConfig(AppConfig):
    """All nouns live in this one app."""

    name = "mailroom.records"
    label = "records"

    def ready(self) -> None:
        """After every migration, see that the triggers on tables it may have copied are still there."""
        post_migrate.connect(_keep_triggers, sender=self)


def _keep_triggers(using: str, **_: object) -> None:
    search_index.keep_in_step(connections[using])
    append_only.create(connections[using])
