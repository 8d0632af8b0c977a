"""The print unit's day: what each scanner brought, whether the books balance, and what stands still."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mailroom.records.ledger import BatchLine, batch_lines
from mailroom.records.models import Batch, BatchStatus, WatchedFile, WatchedFileStatus


@dataclass(frozen=True, slots=True)
class ScannerDay:
    """One scanner's (or other source's) batches of the day; pages are sides of paper."""

    name: str
    batches: tuple[BatchLine, ...]

    @property
    def pages(self) -> int:
        """Pages fed."""
        return sum(b.fed for b in self.batches)

    @property
    def items(self) -> int:
        """Items made of them."""
        return sum(b.items for b in self.batches)

    @property
    def in_work(self) -> int:
        """Batches still being read."""
        return sum(b.in_work for b in self.batches)

    @property
    def balances(self) -> bool:
        """Whether every page fed is accounted for."""
        return all(b.balances for b in self.batches)


def scanners_of(day: dt.date) -> list[ScannerDay]:
    """Every source that brought something on that day of receipt, by name."""
    lines = batch_lines(day)
    return [ScannerDay(name, tuple(b for b in lines if b.source == name)) for name in sorted({b.source for b in lines})]


def stuck_files() -> QuerySet[WatchedFile]:
    """Files in watch folders that never became whole, and those claimed that could not be brought in."""
    claimed = Q(status=WatchedFileStatus.CLAIMED) & ~Q(problem="")
    return WatchedFile.objects.filter(Q(status=WatchedFileStatus.STUCK) | claimed).order_by("first_seen")


def quarantined() -> QuerySet[Batch]:
    """Batches set aside, whatever their day."""
    return Batch.objects.filter(status=BatchStatus.QUARANTINED).order_by("pk")
