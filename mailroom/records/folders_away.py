"""Watch folders out of reach: a share that is off, rights that changed. The ledger names them until they are back.

A share that is not mounted leaves an empty folder behind, which looks like one nobody put anything in. So every folder
gets a mark at first sight, and that it had one is on record: an empty folder without it is out of reach.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from django.db.models import QuerySet

from mailroom.errors import Retry
from mailroom.records.models import Event, FolderAway

_MARKED, _SUBJECT = "folder.marked", "watch_folder"


class Marks(Protocol):
    """The folder machine, as far as its mark goes."""

    def find_mark(self, folder: Path, known: bool) -> bool: ...  # noqa: D102


def reach(folder: str, path: Path, folders: Marks, now: dt.datetime, is_ours: bool = False) -> None:
    """See that the folder is the one that was marked before anything is made of what lies in it, or put there.

    is_ours: to be made if it was never there.

    Raises:
        Retry: it is out of reach; that is on record until it is reached again.
    """
    key = hashlib.sha256(f"{folder} {path}".encode()).hexdigest()
    known = Event.objects.filter(subject=_SUBJECT, subject_key=key, kind=_MARKED).exists()
    if is_ours and not known:
        path.mkdir(parents=True, exist_ok=True)
    try:
        is_marked = folders.find_mark(path, known)
    except Retry as away:
        note_away(folder, str(away), now)
        raise
    if is_marked and not known:
        Event.objects.create(kind=_MARKED, subject=_SUBJECT, subject_key=key, details={"folder": folder})


def away() -> QuerySet[FolderAway]:
    """Those out of reach, the longest first."""
    return FolderAway.objects.order_by("since")


def note_away(folder: str, problem: str, now: dt.datetime) -> None:
    """The folder could not be read; since when is kept from the first of such looks in a row."""
    _, new = FolderAway.objects.get_or_create(folder=folder, defaults={"since": now, "problem": problem})
    if not new:
        FolderAway.objects.filter(folder=folder).exclude(problem=problem).update(problem=problem)


def note_reached(folder: str) -> None:
    """The folder was read. Asks before it deletes, so that an ordinary look writes nothing."""
    if FolderAway.objects.filter(folder=folder).exists():
        FolderAway.objects.filter(folder=folder).delete()


def forget_all_but(folders: Collection[str]) -> None:
    """A folder taken out of the site is no longer missed."""
    FolderAway.objects.exclude(folder__in=folders).delete()
