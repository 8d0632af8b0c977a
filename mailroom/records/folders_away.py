"""Watch folders out of reach: a share that is off, rights that changed. The ledger names them until they are back.

A share that is not mounted leaves an empty folder behind, which looks like one nobody put anything in. So every folder
gets a mark, and its words are on record: an empty folder without it is out of reach, and so is one with the words of an
earlier mark. Each machine has its own view of a folder, so what is out of reach is kept by folder and machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import socket
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Protocol

from django.db.models import QuerySet

from mailroom.errors import Retry
from mailroom.records.models import Event, Executor, FolderAway

_MARKED, _SUBJECT = "folder.marked", "watch_folder"
_LONGEST_MACHINE = 40


class Marks(Protocol):
    """The folder machine, as far as its mark goes."""

    def find_mark(self, folder: Path, known: Sequence[str], is_ours: bool) -> str | None: ...  # noqa: D102


def reach(folder: str, path: Path, folders: Marks, now: dt.datetime, is_ours: bool = False) -> None:
    """See that the folder is the one that was marked before anything is made of what lies in it, or put there.

    is_ours: to be made if it was never there, and marked at first sight.

    Raises:
        Retry: it is out of reach; that is on record until it is reached again.
    """
    key = hashlib.sha256(f"{folder} {path}".encode()).hexdigest()
    marked = Event.objects.filter(subject=_SUBJECT, subject_key=key, kind=_MARKED).order_by("pk")
    known = [str(details.get("mark", "")) for details in marked.values_list("details", flat=True)]
    if is_ours and not known:
        path.mkdir(parents=True, exist_ok=True)
    try:
        mark = folders.find_mark(path, known, is_ours)
    except Retry as away:
        note_away(folder, str(away), now)
        raise
    if mark is not None and known[-1:] != [mark]:
        details = {"folder": folder, "mark": mark, "machine": _machine()}
        Event.objects.create(kind=_MARKED, subject=_SUBJECT, subject_key=key, details=details)


def away() -> QuerySet[FolderAway]:
    """Those out of reach, the longest first."""
    return FolderAway.objects.order_by("since")


def note_away(folder: str, problem: str, now: dt.datetime) -> None:
    """The folder could not be read from here; since when is kept from the first of such looks in a row."""
    row, new = FolderAway.objects.get_or_create(folder=_as_seen(folder), defaults={"since": now, "problem": problem})
    if not new and row.problem != problem:
        FolderAway.objects.filter(pk=row.pk).update(problem=problem)


def note_reached(folder: str) -> None:
    """The folder was read from here. Asks before it deletes, so that an ordinary look writes nothing."""
    if FolderAway.objects.filter(folder=_as_seen(folder)).exists():
        FolderAway.objects.filter(folder=_as_seen(folder)).delete()


def forget_all_but(folders: Collection[str]) -> None:
    """A folder taken out of the site is no longer missed, and no machine misses one once it has no worker any more."""
    running = Executor.objects.filter(declared_dead_at=None, ended_at=None).values_list("host", flat=True)
    machines = {_machine(), *(host[:_LONGEST_MACHINE] for host in running)}
    kept = {_on(folder, machine) for folder in folders for machine in machines}
    FolderAway.objects.exclude(folder__in=kept).delete()


def _as_seen(folder: str) -> str:
    return _on(folder, _machine())


def _on(folder: str, machine: str) -> str:
    return f"{folder} on {machine}"[-100:]


def _machine() -> str:
    return socket.gethostname()[:_LONGEST_MACHINE]
