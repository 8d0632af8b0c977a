"""Consents can no longer be changed or deleted, whoever asks the database."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mailroom.records import append_only


def create(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.create(schema_editor.connection)


def drop(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0017_letters_handed_off")]
    operations = [migrations.RunPython(create, drop)]
