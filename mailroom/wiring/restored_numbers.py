"""After a restore no number is given a second time.

What happened between the backup and the loss is on no record, but its numbers are out: in emails to teams and their
links, in the marks on printed sheets, in the names by which printers know their jobs. A number given again would lead
from one letter to another person's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy

SKIPPED = 1_000_000
"""More than a council gives in the weeks that a backup may be old: one mailing to all its people is 70,000 letters."""

_RECORDS = "records\\_%"


def skip_in_sqlite(file: Path) -> None:
    """Let every table's numbers go on well after the last one on record."""
    made = (
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE ? ESCAPE '\\' AND sql LIKE '%AUTOINCREMENT%'"
    )
    with closing(sqlite3.connect(file)) as records, records:
        for (table,) in records.execute(made, [_RECORDS]).fetchall():
            moved = records.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = ?", [SKIPPED, table])
            if not moved.rowcount:
                records.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table, SKIPPED])


def skip_in_postgresql(url: str) -> None:
    """The same in PostgreSQL. url: the records' database."""
    found = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() AND sequencename LIKE :records"
    last = "SELECT setval(CAST(:name AS regclass), last_value + :skipped) FROM "
    with _at(url) as door:
        for (name,) in door.execute(sqlalchemy.text(found), {"records": _RECORDS}).all():
            quoted = door.dialect.identifier_preparer.quote(name)
            door.execute(sqlalchemy.text(last + quoted), {"name": quoted, "skipped": SKIPPED})


def has_records(url: str) -> bool:
    """Whether a PostgreSQL database has tables of the mailroom already."""
    asked = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE :records"
    with _at(url) as door:
        return bool(door.execute(sqlalchemy.text(asked), {"records": _RECORDS}).scalar())


@contextmanager
def _at(url: str) -> Iterator[sqlalchemy.Connection]:
    engine = sqlalchemy.create_engine(sqlalchemy.make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as door:
            yield door
    finally:
        engine.dispose()
