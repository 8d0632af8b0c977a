"""A consistent copy of the records while others write, and a look at just what was copied."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import dj_database_url
from django.db import connections, transaction
from django.db.utils import DEFAULT_DB_ALIAS, load_backend

from mailroom.errors import Misconfigured

_ALIAS = "copied"
T = TypeVar("T")


def copy_records(url: str, target: Path, look: Callable[[str], T]) -> tuple[str, T]:
    """Copy them. Returns their kind, and what `look` found.

    look: is given the name by which Django reaches the records as they were copied, whatever is written meanwhile.
    """
    if not url.startswith("sqlite"):
        with _reached(url), _snapshot() as name:
            run_tool("pg_dump", "--format=custom", "--no-owner", f"--snapshot={name}", f"--file={target}", url)
            return "postgresql", look(_ALIAS)
    with closing(sqlite3.connect(file_of(url))) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    with _reached(f"sqlite:///{target}"):
        return "sqlite", look(_ALIAS)


def file_of(url: str) -> Path:
    """The file of a SQLite database."""
    return Path(str(dj_database_url.parse(url)["NAME"]))


def run_tool(*command: str) -> None:
    """Run a client program of PostgreSQL. Raises Misconfigured when it is missing or refuses."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        raise Misconfigured(f"{command[0]} is missing. Install the PostgreSQL client programs.") from None
    except subprocess.CalledProcessError as failed:
        raise Misconfigured(f"{command[0]} refused: {failed.stderr.strip()[-400:]}") from failed


@contextmanager
def _reached(url: str) -> Iterator[None]:
    """A connection of its own beside Django's usual one."""
    settings = {**connections.settings[DEFAULT_DB_ALIAS], **dj_database_url.parse(url), "OPTIONS": {}}
    connections[_ALIAS] = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, _ALIAS)
    try:
        yield
    finally:
        connections[_ALIAS].close()
        del connections[_ALIAS]


@contextmanager
def _snapshot() -> Iterator[str]:
    """The name of what a transaction sees for as long as it lasts; others can be told to see the same."""
    with transaction.atomic(using=_ALIAS), connections[_ALIAS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (name,) = cursor.fetchone()
        yield str(name)
