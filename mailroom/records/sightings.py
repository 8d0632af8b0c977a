"""Files seen in watched folders, from the first look until they are taken or gone."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from mailroom.records.models import WatchedFile, WatchedFileStatus

OPEN = (WatchedFileStatus.SETTLING, WatchedFileStatus.STUCK)
"""A file in one of these lies in its folder still."""


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


def sight(folder: str, file: SeenFile, now: dt.datetime) -> WatchedFile:
    """The open record of this file; the stillness clock starts again whenever it has changed."""
    looks = {"device": file.device, "inode": file.inode, "size": file.size, "modified_ns": file.modified_ns}
    sighting, new = WatchedFile.objects.get_or_create(
        folder=folder,
        name=file.name,
        status__in=OPEN,
        defaults={"first_seen": now, "still_since": now, "status": WatchedFileStatus.SETTLING, **looks},
    )
    if not new and any(int(getattr(sighting, k)) != v for k, v in looks.items()):
        WatchedFile.objects.filter(pk=sighting.pk).update(still_since=now, **looks)
        sighting.refresh_from_db()
    return sighting
