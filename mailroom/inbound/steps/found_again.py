"""Scans that lie in the spool on no record, as after a restore of the records: taken in by themselves.

A claim is on record before its file is moved, so whatever the records do not know was claimed under records that are
gone. Its folder and its name are gone with them; what it is and when it was scanned can still be had from the file.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from mailroom.config.mailroom import place
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records.found_again import note_found_again
from mailroom.records.models import WatchedFile, WatchedFileStatus

log = logging.getLogger(__name__)

MoveAside = Callable[[Path, Path, str], Path]
_CLAIM = re.compile(r"[0-9a-f]{32}(\.[a-z0-9]+)?")
_SOURCE = "spool"


def take_in_spooled(machines: Machines, move_aside: MoveAside) -> int:
    """Take in every scan of the spool whose claim is on no record, or was given up. Returns how many."""
    intake = machines.config.intake
    spool = place(machines.data, intake.spool)
    lying = [p for p in sorted(spool.iterdir()) if is_claim(p.name) and p.is_file()] if spool.is_dir() else []
    known = set(claims_of(lying).exclude(status=WatchedFileStatus.GONE).values_list("claimed_as", flat=True))
    lost = [p for p in lying if p.name not in known]
    for path in lost:
        name = f"found-again-{path.name}"
        note_found_again(_SOURCE, path.name, name)
        take_in(path, _provenance(path, name, machines), machines)
        move_aside(path, place(machines.data, intake.done) / _today(machines).isoformat() / _SOURCE, name)
        log.warning("a scan in the spool was on no record and is taken in as %s", name)
    return len(lost)


def is_claim(name: str) -> bool:
    """Whether a file of the spool bears the name of a claim."""
    return bool(_CLAIM.fullmatch(name))


def claims_of(lying: Sequence[Path]) -> QuerySet[WatchedFile]:
    """The records whose claims bear the names of these files."""
    return WatchedFile.objects.filter(claimed_as__in=[p.name for p in lying])


def _provenance(path: Path, name: str, machines: Machines) -> Provenance:
    """Scanned when its file was last written; that day is the best that is known of its receipt."""
    scanned = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=machines.clock().tzinfo)
    day = min(timezone.localdate(scanned), _today(machines))
    return Provenance(filename=name, source=_SOURCE, received=day, scanned_at=scanned, claim=path.name)


def _today(machines: Machines) -> dt.date:
    return timezone.localdate(machines.clock())
