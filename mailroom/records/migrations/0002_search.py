"""The full-text index over items, as the database at hand makes it."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mailroom.records import search_index


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search_index.create(schema_editor.connection)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search_index.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
