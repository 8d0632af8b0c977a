"""Consents are only ever added, whoever asks: the database itself refuses to change, delete or empty them.

One change is let through: when two records of one person are merged, or parted again, a consent follows its person.
Who must empty the table (tests do) takes the triggers away first; that is not done by mistake.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "records_consent"
_SAID = "Consents are only ever added. Add a newer one instead."
_MERGED = """EXISTS (
    SELECT 1 FROM records_customer AS person
    WHERE person.id = OLD.customer_id AND person.merged_into_id = NEW.customer_id
       OR person.id = NEW.customer_id AND person.merged_into_id = OLD.customer_id
)"""
_POSTGRES_REFUSES = f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id'
           AND (NEW.customer_id = OLD.customer_id OR {_MERGED}) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '{_SAID}' USING ERRCODE = 'restrict_violation';
END $$"""


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers, or make them anew: a migration may have added a column, and on SQLite a copied table has none.

    Nothing is done while the table is not there yet.
    """
    with connection.cursor() as cursor:
        if TABLE in connection.introspection.table_names(cursor):
            drop(connection)
            for statement in _making(connection.vendor, _columns(connection, cursor)):
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away."""
    with connection.cursor() as cursor:
        for when in ("update", "delete", "truncate"):
            on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{when}{on}")


def _columns(connection: BaseDatabaseWrapper, cursor: Any) -> list[str]:
    return [column.name for column in connection.introspection.get_table_description(cursor, TABLE)]


def _making(vendor: str, columns: list[str]) -> list[str]:
    if vendor == "postgresql":
        run = f"EXECUTE FUNCTION {TABLE}_refuse()"
        rows = [
            f"CREATE TRIGGER {TABLE}_{when} BEFORE {when} ON {TABLE} FOR EACH ROW {run}"
            for when in ("update", "delete")
        ]
        empty = f"CREATE TRIGGER {TABLE}_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {run}"
        return [_POSTGRES_REFUSES, *rows, empty]
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in columns if name != "customer_id")
    follows = f"{same} AND (NEW.customer_id IS OLD.customer_id OR {_MERGED})"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAID}'); END"
    return [
        f"CREATE TRIGGER {TABLE}_update BEFORE UPDATE ON {TABLE} WHEN NOT ({follows}) {refuse}",
        f"CREATE TRIGGER {TABLE}_delete BEFORE DELETE ON {TABLE} {refuse}",
    ]
