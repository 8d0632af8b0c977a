"""The done folder emptied by age: a source goes only when the store proves that it has the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from mailroom.config.mailroom import place
from mailroom.errors import MailroomError
from mailroom.inbound.machines import Machines

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How many old sources were removed, and how many were kept because the store could not vouch for them."""

    removed: int
    kept: int


def clean_done(machines: Machines) -> Cleaning:
    """Remove what has lain there longer than keep_done_days and is safe in the store, byte for byte."""
    intake = machines.config.intake
    before = timezone.localdate(machines.clock()) - dt.timedelta(days=intake.keep_done_days)
    removed = kept = 0
    for day in _days_before(place(machines.data, intake.done), before):
        for path in sorted(p for p in day.rglob("*") if p.is_file() and not p.is_symlink()):
            if _is_safe(machines, path):
                path.unlink()
                removed += 1
            else:
                kept += 1
        _remove_empty(day)
    if kept:
        log.warning("%d old files in the done folder are not safe in the store and were kept", kept)
    return Cleaning(removed, kept)


def _days_before(done: Path, before: dt.date) -> Iterator[Path]:
    """Its folders named by an earlier day; anything else there is somebody's own."""
    for folder in sorted(done.iterdir()) if done.is_dir() else ():
        try:
            day = dt.date.fromisoformat(folder.name)
        except ValueError:
            continue
        if day < before and folder.is_dir():
            yield folder


def _is_safe(machines: Machines, path: Path) -> bool:
    """The store is read whole: that it knows the key is not proof enough to remove the last other copy."""
    key = _hash(path)
    try:
        with machines.store.path_for_reading(key) as kept:
            return _hash(kept) == key
    except (MailroomError, OSError):
        return False


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _remove_empty(folder: Path) -> None:
    for below in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        if not any(below.iterdir()):
            below.rmdir()
    if not any(folder.iterdir()):
        folder.rmdir()
