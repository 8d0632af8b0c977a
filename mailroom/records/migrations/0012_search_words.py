"""On PostgreSQL: words that a search looks for are no stop words, and accents do not matter."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mailroom.records import search_index


def make_again(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    search_index.make_again(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("records", "0011_mailing_repairs")]
    operations = [migrations.RunPython(make_again, migrations.RunPython.noop)]
