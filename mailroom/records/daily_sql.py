"""What PostgreSQL and SQLite say differently, for the statements that sum items and letters by day."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection


def is_postgres() -> bool:
    """Which of the two it is."""
    return connection.vendor == "postgresql"


def day_of(moment: str, zone: ZoneInfo) -> str:
    """The council's own day of a moment."""
    if is_postgres():
        return f"CAST({moment} AT TIME ZONE '{zone.key}' AS date)"
    return f"django_datetime_cast_date({moment}, '{zone.key}', 'UTC')"


def text_at(column: str, *path: str) -> str:
    """The text at a path of a JSON column."""
    if is_postgres():
        return f"{column} #>> '{{{','.join(path)}}}'"
    return f"json_extract({column}, '$.{'.'.join(path)}')"


def any_of_list(column: str, name: str, key: str, value: str) -> str:
    """Whether an object in the list `name` of a JSON column has that value under that key."""
    if is_postgres():
        return f"""jsonb_path_exists({column}, '$.{name}[*] ? (@.{key} == "{value}")')"""
    return (
        f"EXISTS (SELECT 1 FROM json_each({column}, '$.{name}') AS one"
        f" WHERE one.type = 'object' AND json_extract(one.value, '$.{key}') = '{value}')"
    )


def list_has_any(column: str, name: str) -> str:
    """Whether the list `name` of a JSON column holds anything."""
    if is_postgres():
        return f"jsonb_path_exists({column}, '$.{name}[*]')"
    return f"EXISTS (SELECT 1 FROM json_each({column}, '$.{name}'))"


def as_day(value: dt.date | str | None) -> dt.date | None:
    """A day as it comes from either database."""
    return _parsed(value) if isinstance(value, str) else value


@lru_cache(maxsize=8192)
def _parsed(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])
