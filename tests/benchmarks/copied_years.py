"""Four weeks of post copied into years by the database itself: the quick way to millions of rows, for measuring.

Every copy is shifted by whole four weeks, so that weekdays stay weekdays; bank holidays do not move with it.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, models

from mailroom.records import daily_counts
from mailroom.records.models import DailyCount
from mailroom.values.month import Month

STEP = 10_000_000
"""Between the keys of one copy and the next."""

ROWS = ("batch", "item", "handling", "printrun", "mailpiece", "mailing", "letter", "event")
ROLLUPS = ("dailycount", "dailyclock", "dailytally")


def copy_rows(copy: int, weeks: int) -> None:
    """One more copy of the template's rows (keys below STEP), so many weeks later."""
    for name in ROWS:
        model = apps.get_model("records", name)
        fields = model._meta.concrete_fields
        columns = ", ".join(f'"{f.column}"' for f in fields)
        values = ", ".join(_shifted(f, copy, weeks, name) for f in fields)
        table = model._meta.db_table
        _run(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE id < {STEP}")


def copy_rollups(copy: int, weeks: int, times: int) -> None:
    """One more block of the template's roll-ups (ids up to `last`), each count times `times`."""
    for name in ROLLUPS:
        model = apps.get_model("records", name)
        fields = [f for f in model._meta.concrete_fields if not f.primary_key]
        columns = ", ".join(f'"{f.column}"' for f in fields)
        values = ", ".join(_summed(f, weeks, times, name) for f in fields)
        table = model._meta.db_table
        _run(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}_template")


def keep_template() -> None:
    """Set the template's roll-ups aside, and empty the tables."""
    for name in ROLLUPS:
        table = apps.get_model("records", name)._meta.db_table
        _run(f"CREATE TABLE {table}_template AS SELECT * FROM {table}")
        _run(f"DELETE FROM {table}")


def sum_months() -> None:
    """The counts of each month, from the days copied."""
    for index in sorted(set(DailyCount.objects.values_list("month", flat=True))):
        daily_counts.sum_month(Month.from_index(index))


def analyse() -> None:
    """Let the planner know the sizes, as a database at work does by itself."""
    _run("ANALYZE")


def _shifted(field: models.Field[object, object], copy: int, weeks: int, table: str) -> str:
    column = f'"{field.column}"'
    copied = isinstance(field, models.ForeignKey) and field.related_model._meta.model_name in ROWS
    if field.primary_key or copied:
        return f"{column} + {copy * STEP}"
    if (table, field.name) == ("printrun", "cut_off"):
        return _later(column, weeks, moment=True, minutes=copy)
    if isinstance(field, models.DateTimeField):
        return _later(column, weeks, moment=True)
    if isinstance(field, models.DateField):
        return _later(column, weeks, moment=False)
    if isinstance(field, models.UUIDField):
        return "gen_random_uuid()" if _is_postgres() else "lower(hex(randomblob(16)))"
    if (table, field.name) == ("event", "subject_key"):
        return f"CAST(CAST(subject_key AS integer) + {copy * STEP} AS varchar(64))"
    if (table, field.name) == ("batch", "original"):
        return f"substr({column}, 1, 30) || '-{copy}'"
    return column


def _summed(field: models.Field[object, object], weeks: int, times: int, table: str) -> str:
    column = f'"{field.column}"'
    if field.name == "month":
        day = _later("received" if table == "dailyclock" else "day", weeks, moment=False)
        if _is_postgres():
            return f"EXTRACT(YEAR FROM {day})::int * 12 + EXTRACT(MONTH FROM {day})::int - 1"
        return f"CAST(strftime('%Y', {day}) AS int) * 12 + CAST(strftime('%m', {day}) AS int) - 1"
    if isinstance(field, models.DateField):
        return _later(column, weeks, moment=False)
    return f"{column} * {times}" if field.name in ("items", "sheets", "pence") else column


def _later(column: str, weeks: int, moment: bool, minutes: int = 0) -> str:
    """minutes: further ones, where two copies of one week may not have the same moment."""
    days = 7 * weeks
    if _is_postgres():
        return f"({column} + interval '{days} days {minutes} minutes')" if moment else f"({column} + {days})"
    if moment:
        return f"strftime('%Y-%m-%d %H:%M:%S', {column}, '{days:+d} days', '{minutes:+d} minutes')"
    return f"date({column}, '{days:+d} days')"


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
