"""Watch folders out of reach: a share that is off, rights that changed. The ledger names them until they are back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from mailroom.records.models import FolderAway


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
