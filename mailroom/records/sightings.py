"""Files seen in watched folders, from the first look until they are taken or gone."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path, PurePosixPath
from typing import Protocol

from mailroom.errors import Retry
from mailroom.records.found_again import note_found_again
from mailroom.records.models import WatchedFile, WatchedFileStatus
from mailroom.values.file_name import is_recordable, recordable

log = logging.getLogger(__name__)

OPEN = (WatchedFileStatus.SETTLING, WatchedFileStatus.STUCK)
"""A file in one of these lies in its folder still."""
_SCANNER_IS_DONE = 60.0
"""Seconds since a file last changed."""


class SeenFile(Protocol):
    """A file as the folder machine lists it. name: path below the folder; size in bytes; modified_ns since 1970."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def modified_ns(self) -> int: ...  # noqa: D102
    @property
    def device(self) -> int: ...  # noqa: D102
    @property
    def inode(self) -> int: ...  # noqa: D102
    @property
    def is_link(self) -> bool: ...  # noqa: D102


class Claimed(Protocol):
    """What a claim must know of the file it takes."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def inode(self) -> object: ...  # noqa: D102


class Hiding(Protocol):
    """The folder machine, as far as claims hide files."""

    def hidden_in(self, folder: Path, ignore: tuple[str, ...]) -> tuple[str, ...]: ...  # noqa: D102
    def claim_of(self, hidden: str) -> str: ...  # noqa: D102
    def give_back(self, folder: Path, hidden: str, name: str) -> str: ...  # noqa: D102


def sight(folder: str, file: SeenFile, now: dt.datetime) -> WatchedFile:
    """The open record of this file; the stillness clock starts again whenever it has changed."""
    looks = {"device": file.device, "inode": file.inode, "size": file.size, "modified_ns": file.modified_ns}
    sighting, new = WatchedFile.objects.get_or_create(
        folder=folder,
        name=file.name,
        status__in=OPEN,
        defaults={"first_seen": now, "still_since": now, "status": WatchedFileStatus.SETTLING, **looks},
    )
    has_changed = any(int(getattr(sighting, k)) != v for k, v in looks.items())
    # A clock that was put back would have the file wait until it is as late again.
    if not new and (has_changed or sighting.still_since > now):
        first = min(sighting.first_seen, now)
        WatchedFile.objects.filter(pk=sighting.pk).update(still_since=now, first_seen=first, **looks)
        sighting.refresh_from_db()
    return sighting


def release(sighting: WatchedFile, problem: str = "") -> None:
    """The file lies in its folder again, to be looked at as any other."""
    WatchedFile.objects.filter(pk=sighting.pk).update(
        status=WatchedFileStatus.SETTLING, claimed_as="", claimed_by="", problem=problem
    )


def keep_claim(sighting: WatchedFile, problem: str) -> None:
    """The claim stands, and the ledger says why the file is not in the store yet."""
    claimed = WatchedFile.objects.filter(pk=sighting.pk, status=WatchedFileStatus.CLAIMED)
    claimed.exclude(problem=problem).update(problem=problem)


def is_the_file(path: Path, sighting: WatchedFile) -> bool:
    """Whether the file that was seen is what lies there, and not the next one of its name."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return (found.st_ino, found.st_size) == (int(sighting.inode), sighting.size)


def free_the_name(sighting: WatchedFile) -> None:
    """The next scan of that name is to be seen while this one's claim stands: scanners use their names again."""
    name = PurePosixPath(sighting.name)
    if sighting.claimed_as[:8] not in name.name:
        own = str(name.with_name(f"{name.stem} (claim {sighting.claimed_as[:8]}){name.suffix}"))
        WatchedFile.objects.filter(pk=sighting.pk, status=WatchedFileStatus.CLAIMED).update(name=own[-500:])


def give_a_name(path: Path, file: SeenFile, now: dt.datetime, folders: Hiding) -> None:
    """A file whose name cannot be on record gets one that can, at the top of its folder, and is seen as any other then.

    Not while its scanner may be at it still: some write under one name and rename to another. Raises Retry.
    """
    if abs(now.timestamp() - file.modified_ns / 1e9) >= _SCANNER_IS_DONE:
        folders.give_back(path, file.name, recordable(PurePosixPath(file.name).name))
        log.warning("a file in %s whose name is no text, or too long a path, was given another name", path.name)


def give_back_lost(folder: str, path: Path, ignore: tuple[str, ...], folders: Hiding) -> int:
    """Files hidden by a claim that is on no record (a restored database, say) get a name again. Returns how many.

    The folder is listed before the records are asked: whoever claims a file has that on record before it is hidden.
    """
    hidden = {folders.claim_of(name): name for name in folders.hidden_in(path, ignore) if is_recordable(name)}
    if not hidden:
        return 0
    rows = list(WatchedFile.objects.filter(folder=folder, claimed_as__in=hidden))
    names = {row.claimed_as: row.name for row in rows}
    held = {row.claimed_as for row in rows if row.status == WatchedFileStatus.CLAIMED}
    given = 0
    for claim in hidden.keys() - held:
        again = str(PurePosixPath(hidden[claim]).with_name(f"found-again-{claim}"))
        try:
            folders.give_back(path, hidden[claim], names.get(claim, again))
        except Retry as trouble:
            log.warning("%s", trouble)
            continue
        given += 1
        note_found_again(folder, claim, "" if claim in names else again)
        log.warning("watch folder %s: a file that a lost claim had hidden was given back and is taken anew", folder)
    return given
