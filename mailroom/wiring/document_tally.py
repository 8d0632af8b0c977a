"""Documents that records name, set against documents that are kept: what lacks, and whose it is.

The tally is kept on disk, because a council's records name millions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mailroom.records.documents_named import NamedDocument

_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
CREATE TABLE named (key TEXT, owner TEXT);
CREATE TABLE kept (key TEXT PRIMARY KEY, whole INTEGER) WITHOUT ROWID;
"""
_LACKING = """
SELECT named.owner, named.key, kept.key IS NOT NULL FROM named LEFT JOIN kept ON kept.key = named.key
WHERE kept.whole IS NOT 1 ORDER BY named.rowid
"""
_NOBODYS = "SELECT key FROM kept WHERE NOT whole AND key NOT IN (SELECT key FROM named) ORDER BY key"

REMEDY = "Bring them back from an earlier backup: `mailroom restore FILE --documents`. Keep the data folder as it is."
_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Lacking:
    """One document that is not there as it should be. owner: whose it is; '' if no record names it."""

    owner: str
    key: str
    is_damaged: bool

    def __str__(self) -> str:
        owner = self.owner or "a document that no record names"
        return f"{owner} ({self.key[:12]}) is {'damaged' if self.is_damaged else 'missing'}"


def in_words(lacking: Sequence[Lacking]) -> str:
    """A line each, as far as anybody reads; whoever lost a whole store is told how many more there are."""
    lines = [f"{one}." for one in lacking[:_SHOWN]]
    if len(lacking) > _SHOWN:
        lines.append(f"And {len(lacking) - _SHOWN:,} more: `mailroom check --documents --json` names all.")
    return "\n".join(lines)


class Tally:
    """Both lists, one after the other."""

    def __init__(self, lists: sqlite3.Connection) -> None:
        self._lists = lists

    def name(self, documents: Iterable[NamedDocument]) -> None:
        """What the records name."""
        self._lists.executemany("INSERT INTO named VALUES (?, ?)", ((d.key, d.owner) for d in documents))

    def keep(self, key: str, is_whole: bool) -> None:
        """A document that is kept, and whether its bytes are still right."""
        self._lists.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (key, is_whole))

    def count(self) -> int:
        """How many documents the records name."""
        (found,) = self._lists.execute("SELECT count(DISTINCT key) FROM named").fetchone()
        return int(found)

    def lacking(self) -> Iterator[Lacking]:
        """What is named and missing or damaged, in the order in which it was named; then what is damaged besides."""
        for owner, key, is_there in self._lists.execute(_LACKING):
            yield Lacking(owner, key, bool(is_there))
        for (key,) in self._lists.execute(_NOBODYS):
            yield Lacking("", key, True)


@contextmanager
def open_tally(file: Path) -> Iterator[Tally]:
    """An empty one in a file of its own."""
    with closing(sqlite3.connect(file)) as lists:
        lists.executescript(_TABLES)
        yield Tally(lists)
