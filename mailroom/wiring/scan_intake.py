"""The incoming line behind the address for scans."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from mailroom.api.scan_bodies import DiskFull
from mailroom.api.scan_machines import Scan
from mailroom.config.api import ApiConfig
from mailroom.config.mailroom import place
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.take_in import Provenance, take_in
from mailroom.records.models import Batch

_A_DAY = 86_400.0


class ScanIntakeOfLine:
    """Fits mailroom.api.scan_machines.ScanIntake."""

    def __init__(self, machines: Machines, config: ApiConfig) -> None:
        self._machines, self._config = machines, config

    @property
    def config(self) -> ApiConfig:
        """config/api.toml."""
        return self._config

    @property
    def services(self) -> Collection[str]:
        """Codes of the council's services."""
        return self._machines.services

    def now(self) -> dt.datetime:
        """The time."""
        return self._machines.clock()

    def today(self) -> dt.date:
        """The council's own date."""
        return timezone.localdate(self._machines.clock())

    @contextmanager
    def spool(self) -> Iterator[Path]:
        """A folder of the spool for a file on its way in."""
        above = place(self._machines.data, self._machines.config.intake.spool) / "scans"
        try:
            above.mkdir(parents=True, exist_ok=True)
            _sweep(above, self.now().timestamp())
            folder = tempfile.TemporaryDirectory(prefix="arriving-", dir=above)
        except OSError as full:
            raise DiskFull(f"The spool cannot be written ({full.strerror}).") from full
        with folder as path:
            yield Path(path)

    def take_in(self, path: Path, scan: Scan) -> Batch:
        """Store the original, record the batch, put it on the line."""
        provenance = Provenance(
            filename=scan.filename,
            source=scan.source,
            received=scan.received,
            received_from=scan.received_from,
            scanner=scan.scanner,
            policy=scan.policy,
            duplex=scan.duplex,
            service=scan.service,
            scanned_at=self.now(),
            actor=scan.actor,
            claim=scan.claim,
        )
        return take_in(path, provenance, self._machines)


def _sweep(folder: Path, now: float) -> None:
    """What a crash left half-arrived a day ago: no device was told yes, so each still has its scan."""
    for left in folder.iterdir():
        if now - left.stat().st_mtime > _A_DAY:
            shutil.rmtree(left, ignore_errors=True)
