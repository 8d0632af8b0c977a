"""What the address for scans needs of the incoming line, by shape. wiring/scan_intake.py sets the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailroom.config.api import ApiConfig
from mailroom.errors import Misconfigured
from mailroom.records.models import Batch


@dataclass(frozen=True, slots=True)
class Scan:
    """What is said of a scan. received_from: what the date of receipt rests on. claim: names this one handing-in."""

    filename: str
    source: str
    scanner: str
    received: dt.date
    received_from: str
    service: str
    policy: str
    duplex: bool
    claim: str
    actor: str


class ScanIntake(Protocol):
    """The incoming line, as far as a device knows it."""

    @property
    def config(self) -> ApiConfig:
        """config/api.toml."""

    @property
    def services(self) -> Collection[str]:
        """Codes of the council's services."""

    def now(self) -> dt.datetime:
        """The time."""

    def today(self) -> dt.date:
        """The council's own date."""

    def spool(self) -> AbstractContextManager[Path]:
        """A folder for a file on its way in, gone afterwards. Raises Retry when the disk is full."""

    def take_in(self, path: Path, scan: Scan) -> Batch:
        """Store the original, record the batch, put it on the line; the same claim gives the same batch.

        Raises:
            Retry: the store is full or away; nothing is recorded.
        """


_set: list[ScanIntake] = []


def use(intake: ScanIntake) -> None:
    """Set the intake from here on."""
    _set[:] = [intake]


def scan_intake() -> ScanIntake:
    """The intake in use. Raises Misconfigured if none was set."""
    if not _set:
        raise Misconfigured("The interface was started without the mailroom. Start it with `mailroom run`.")
    return _set[0]
