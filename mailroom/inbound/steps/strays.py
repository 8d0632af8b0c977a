"""Files that lie in the spool although no claim on record is theirs: each is an alarm, and none is ever deleted.

A scan in the spool on no record is taken in by itself (found_again.py). Anything else needs a person: a letters file
whose print folder is on no record any more, a copy that a crash cut short, a file that somebody put there.
"""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator
from pathlib import Path

from mailroom.config.mailroom import place
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.found_again import claims_of, is_claim
from mailroom.records.models import WatchedFile, WatchedFileStatus
from mailroom.records.sightings import OPEN
from mailroom.values.file_name import recordable

_AN_HOUR = 3600.0
_ARRIVING = "scans"
"""Where scans handed in over the web lie until they are in the store; what a crash leaves there is swept away."""
_LETTERS = (
    "A file of letters lies in the spool on no record, as after a restore. If no mailing was made of it "
    "(`mailroom mailing status`), put it into its print folder again; else move it out of the spool."
)
_OTHER = (
    "It lies in the spool, but no claim on record is its own. Look at it: if its paper is in no batch, drop it into a "
    "watch folder, else move it out of the spool. A name that ends in .copy is a copy that was cut short."
)


def name_strays(machines: Machines) -> int:
    """Raise an alarm for each, and end those of files that went. Returns how many there are."""
    spool, folder = place(machines.data, machines.config.intake.spool), f"spool on {socket.gethostname()}"[:100]
    strays = {recordable(str(path.relative_to(spool)))[-500:]: path for path in _strays(spool, machines.clock())}
    known = WatchedFile.objects.filter(folder=folder, status__in=OPEN)
    known.exclude(name__in=strays).update(status=WatchedFileStatus.GONE)
    for name in strays.keys() - set(known.values_list("name", flat=True)):
        WatchedFile.objects.create(
            folder=folder,
            name=name,
            first_seen=machines.clock(),
            still_since=machines.clock(),
            status=WatchedFileStatus.STUCK,
            problem=_LETTERS if name.startswith("letters/") else _OTHER,
        )
    return len(strays)


def _strays(spool: Path, now: dt.datetime) -> Iterator[Path]:
    lying = [p for p in sorted(spool.rglob("*")) if not p.is_dir() and p.relative_to(spool).parts[0] != _ARRIVING]
    claims = [p for p in lying if is_claim(p.name)]
    on_record = set(claims_of(claims).values_list("claimed_as", "status"))
    for path in lying:
        is_held = (path.name, WatchedFileStatus.CLAIMED) in on_record
        is_taken = (path.name, WatchedFileStatus.TAKEN) in on_record
        is_taken_by_itself = path.parent == spool and is_claim(path.name) and not is_taken
        if not is_held and not is_taken_by_itself and _is_old(path, now):
            yield path


def _is_old(path: Path, now: dt.datetime) -> bool:
    """By when it came here: a scan keeps the time at which it was written."""
    try:
        return now.timestamp() - path.lstat().st_ctime > _AN_HOUR
    except FileNotFoundError:
        return False
