"""The print unit's day: what each scanner brought, whether the books balance, and what stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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
    def unbalanced(self) -> int:
        """Batches with pages that are not accounted for."""
        return sum(not b.balances for b in self.batches)


def scanners_of(day: dt.date) -> list[ScannerDay]:
    """Every source that brought something on that day of receipt: those whose books do not balance first, then by name.

    A scanner's batches come as they were taken in.
    """
    by_name: dict[str, list[BatchLine]] = {}
    for line in batch_lines(day):
        by_name.setdefault(line.source, []).append(line)
    days = [ScannerDay(name, tuple(lines)) for name, lines in by_name.items()]
    return sorted(days, key=lambda scanner: (not scanner.unbalanced, scanner.name))


def problems_first(batches: Iterable[BatchLine]) -> list[BatchLine]:
    """Books that do not balance, counts that differ, what is set aside, and then the rest; each the newest first."""
    newest = sorted(batches, key=lambda batch: (len(batch.number), batch.number), reverse=True)
    return sorted(newest, key=lambda b: (b.balances, not b.count_differs, not b.quarantined))


def stuck_files() -> QuerySet[WatchedFile]:
    """Files in watch folders that never became whole, and those claimed that could not be brought in; newest first."""
    claimed = Q(status=WatchedFileStatus.CLAIMED) & ~Q(problem="")
    return WatchedFile.objects.filter(Q(status=WatchedFileStatus.STUCK) | claimed).order_by("-first_seen", "-pk")


def quarantined() -> QuerySet[Batch]:
    """Batches set aside, whatever their day, newest first."""
    return Batch.objects.filter(status=BatchStatus.QUARANTINED).order_by("-pk")
