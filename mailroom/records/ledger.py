"""The ledger: every sheet fed = item pages + separators + blanks + unread + quarantined, per batch and per day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q
from django.utils import timezone

from mailroom.records.found_again import FoundAgain, lately_found_again
from mailroom.records.models import (
    Batch,
    BatchStatus,
    Delivery,
    DeliveryStatus,
    FolderAway,
    Item,
    ItemStatus,
    WatchedFile,
    WatchedFileStatus,
)
from mailroom.values.page import PageKind

_SET_ASIDE = (BatchStatus.QUARANTINED, BatchStatus.DISCARDED, BatchStatus.DUPLICATE)


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch's balance. Pages are sides of paper as the scanner delivered them.

    fed: pages in the file. The five kinds add up to it when the books balance. in_work: still being read, so its
    pages are not counted yet. problems: what does not add up, in words.
    """

    number: str
    filename: str
    source: str
    received: dt.date
    status: str
    fed: int
    item_pages: int
    separators: int
    blanks: int
    unread: int
    quarantined: int
    items: int
    expected_items: int | None
    in_work: bool
    reason: str
    problems: tuple[str, ...]

    @property
    def accounted_for(self) -> int:
        """The pages of all five kinds together."""
        return self.item_pages + self.separators + self.blanks + self.unread + self.quarantined

    @property
    def balances(self) -> bool:
        """Whether every page fed is accounted for, or still being worked on in the ordinary way."""
        return not self.problems

    @property
    def is_set_aside(self) -> bool:
        """Whether it makes no items as it is; a file nobody could open has no pages to show for it."""
        return BatchStatus(self.status) in _SET_ASIDE

    @property
    def count_differs(self) -> bool:
        """Whether the items made are not as many as somebody counted beforehand."""
        return self.status == BatchStatus.CUT and bool(self.expected_items) and self.expected_items != self.items


def batch_lines(day: dt.date | None = None) -> list[BatchLine]:
    """The balance of every batch received that day (or ever), oldest first. Duplicates count their own pages."""
    batches = Batch.objects.select_related("duplicate_of").order_by("pk")
    if day:
        batches = batches.filter(received=day)
    return [_line(row) for row in batches.annotate(**_COUNTS)]


_COUNTS = {
    "rows": Count("pages", distinct=True),
    "n_item": Count("pages", filter=Q(pages__kind=PageKind.ITEM), distinct=True),
    "n_separator": Count("pages", filter=Q(pages__kind=PageKind.SEPARATOR), distinct=True),
    "n_blank": Count("pages", filter=Q(pages__kind=PageKind.BLANK), distinct=True),
    "n_unread": Count("pages", filter=Q(pages__kind=PageKind.UNREAD), distinct=True),
    "n_homeless": Count(
        "pages",
        filter=Q(pages__kind__in=(PageKind.ITEM, PageKind.UNREAD), pages__item=None),
        distinct=True,
    ),
    "n_items": Count("items", filter=~Q(items__status=ItemStatus.WITHDRAWN), distinct=True),
}


def _line(batch: Batch) -> BatchLine:
    row = vars(batch)
    status = BatchStatus(batch.status)
    set_aside = status in _SET_ASIDE
    return BatchLine(
        number=batch.number,
        filename=batch.filename,
        source=batch.source,
        received=batch.received,
        status=batch.status,
        fed=batch.page_count,
        item_pages=0 if set_aside else row["n_item"],
        separators=0 if set_aside else row["n_separator"],
        blanks=0 if set_aside else row["n_blank"],
        unread=0 if set_aside else row["n_unread"],
        quarantined=batch.page_count if set_aside else 0,
        items=row["n_items"],
        expected_items=batch.expected_items,
        in_work=status.is_in_flight,
        reason=batch.reason,
        problems=tuple(_problems(batch, status, row)),
    )


def _problems(batch: Batch, status: BatchStatus, row: dict[str, int]) -> list[str]:
    if status is not BatchStatus.CUT:
        return []
    found = []
    if row["rows"] != batch.page_count:
        found.append(f"{batch.page_count} pages were fed but {row['rows']} are on record")
    if row["n_homeless"]:
        found.append(f"{row['n_homeless']} pages with writing belong to no item")
    if batch.page_count and not row["n_items"] and row["n_item"]:
        found.append("pages were read but no item was made")
    return found


@dataclass(frozen=True, slots=True)
class DayLine:
    """The balance of one day of receipt: sums of its batches."""

    day: dt.date
    batches: int
    fed: int
    item_pages: int
    separators: int
    blanks: int
    unread: int
    quarantined: int
    items: int
    in_work: int
    balances: bool


def day_lines(lines: Sequence[BatchLine]) -> list[DayLine]:
    """Sum the batches by day of receipt."""
    days = sorted({line.received for line in lines})
    return [_day(day, [line for line in lines if line.received == day]) for day in days]


def _day(day: dt.date, lines: list[BatchLine]) -> DayLine:
    return DayLine(
        day=day,
        batches=len(lines),
        fed=sum(b.fed for b in lines),
        item_pages=sum(b.item_pages for b in lines),
        separators=sum(b.separators for b in lines),
        blanks=sum(b.blanks for b in lines),
        unread=sum(b.unread for b in lines),
        quarantined=sum(b.quarantined for b in lines),
        items=sum(b.items for b in lines),
        in_work=sum(b.in_work for b in lines),
        balances=all(b.balances for b in lines),
    )


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that waits for a person: what, which one, and what to do next."""

    kind: str
    key: str
    message: str


_CLAIMED = "Taken from the folder but not in the store yet. Is the store full? It lies in the spool as"


def alarms(now: dt.datetime, stuck_after: dt.timedelta) -> list[Alarm]:
    """Folders out of reach, files that never became whole, batches and items standing still, emails that failed."""
    before = now - stuck_after
    away = FolderAway.objects.filter(since__lte=before)
    files = WatchedFile.objects.filter(status=WatchedFileStatus.STUCK)
    claimed = WatchedFile.objects.filter(status=WatchedFileStatus.CLAIMED, still_since__lt=before)
    batches = Batch.objects.filter(status__in=[s for s in BatchStatus if s.is_in_flight], taken_at__lt=before)
    items = Item.objects.filter(status__in=[s for s in ItemStatus if s.is_with_the_line], cut_at__lt=before)
    failed = Delivery.objects.not_arrived()
    waiting = Delivery.objects.filter(status__in=(DeliveryStatus.QUEUED, DeliveryStatus.SENDING), created_at__lt=before)
    return [
        *(Alarm("folder", f.folder, f"Out of reach since {_clock(f.since)}: {f.problem}") for f in away),
        *(Alarm("file", f"{f.folder}/{f.name}", f.problem) for f in files),
        *(Alarm("file", f"{f.folder}/{f.name}", f.problem or f"{_CLAIMED} {f.claimed_as}") for f in claimed),
        *(Alarm("file", f.folder, _found_again(f)) for f in lately_found_again(now)),
        *(Alarm("batch", b.number, "Still not read. Are the workers running? See `mailroom check`.") for b in batches),
        *(Alarm("item", i.number, "Still not decided or sent. Are the workers running?") for i in items),
        *(
            Alarm("email", d.item.number, f"The email to team {d.team} could not be delivered: {d.problem}")
            for d in failed.select_related("item")
        ),
        *(
            Alarm("email", d.item.number, f"The email to team {d.team} is waiting: {d.problem or 'mail server away'}")
            for d in waiting.select_related("item")
        ),
    ]


def _found_again(file: FoundAgain) -> str:
    called = f" as {file.name}" if file.name else ""
    return (
        f"A file that was on no record was found at {_clock(file.at)} and is taken in{called}. Was the database "
        "restored? Compare the scanner's counts of that time with the batches. This is said for a day."
    )


def _clock(at: dt.datetime) -> str:
    return timezone.localtime(at).strftime("%d/%m/%Y %H:%M")


def balances_of_items() -> list[str]:
    """Items whose page span disagrees with their pages on record; each a sentence. Empty when all is well."""
    standing = Item.objects.exclude(status=ItemStatus.WITHDRAWN)
    wrong = standing.annotate(n=Count("pages")).exclude(n=F("last_page") - F("first_page") + 1)
    return [
        f"Item {i.number}: {vars(i)['n']} pages on record for a span of {i.first_page} to {i.last_page}." for i in wrong
    ]
