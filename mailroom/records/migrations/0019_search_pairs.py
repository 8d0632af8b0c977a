"""On PostgreSQL: an index of words that stand side by side, by which a phrase of common words is found at once."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mailroom.records import search_index


def add(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search_index.add_pairs(schema_editor.connection)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search_index.drop_pairs(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0018_consents_only_added")]
    operations = [migrations.RunPython(add, drop)]
