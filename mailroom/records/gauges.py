"""What whoever runs the machine wants to see of the records at a glance: counts and ages, nothing of any letter.

Each is answered from an index, so that asking every quarter of a minute costs a database of a million items nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Count, F, Min, Model, Q

from mailroom.records import executors
from mailroom.records.models import (
    Batch,
    BatchStatus,
    Delivery,
    DeliveryStatus,
    FolderAway,
    Item,
    ItemStatus,
    Letter,
    LetterStatus,
    Mailing,
    MailingStatus,
    Page,
    PrintRun,
    PrintRunStatus,
    WatchedFile,
    WatchedFileStatus,
)
from mailroom.records.models.delivery import OVERTAKEN
from mailroom.values.page import PageKind

LOOKED_BACK = dt.timedelta(days=7)
_WAITING = (ItemStatus.CUT, ItemStatus.REVIEW, ItemStatus.ROUTED)


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric. label: what its values are told apart by; '' where there is one value only, under ''."""

    name: str
    meaning: str
    label: str
    values: dict[str, float]


def gauges(now: dt.datetime) -> Iterator[Gauge]:
    """Every gauge of the records. Raises Django's DatabaseError."""
    yield _by_status("mailroom_items", "Items by where they stand", Item, ItemStatus)
    yield _oldest_items(now)
    yield _by_status("mailroom_batches", "Batches by where they stand", Batch, BatchStatus)
    yield _by_status("mailroom_files", "Files in watch folders by where they stand", WatchedFile, WatchedFileStatus)
    yield _one("mailroom_pages_read_once", "Pages of the last 7 days the second reader did not answer for", _once(now))
    yield _one("mailroom_folders_away", "Watch folders out of reach", FolderAway.objects.count())
    yield _one("mailroom_ledger_unbalanced", "Batches of the last 7 days that do not balance", _unbalanced(now))
    yield _team_emails()
    yield _one(
        "mailroom_team_email_oldest_seconds", "Age of the oldest email to a team still waiting", _oldest_email(now)
    )
    yield _by_status("mailroom_letters", "Letters by where they stand", Letter, LetterStatus)
    yield _by_status("mailroom_mailings", "Mailings by where they stand", Mailing, MailingStatus)
    yield _by_status("mailroom_print_runs", "Print runs by where they stand", PrintRun, PrintRunStatus)
    yield _one("mailroom_workers", "Worker processes that are alive", executors.running_count())


def _by_status(name: str, meaning: str, model: type[Model], statuses: type[StrEnum]) -> Gauge:
    """Every status has a value, so that a graph goes down to nought instead of ending."""
    counted = model._default_manager.order_by().values_list("status").annotate(n=Count("*"))
    return Gauge(name, meaning, "status", {**dict.fromkeys(map(str, statuses), 0), **dict(counted)})


def _team_emails() -> Gauge:
    """Those called off, because their item was decided anew, have not failed."""
    counted = _by_status("mailroom_team_emails", "Emails to teams by where they stand", Delivery, DeliveryStatus)
    failed = str(DeliveryStatus.FAILED)
    called_off = Delivery.objects.filter(status=failed, problem=OVERTAKEN).count()
    return replace(counted, values={**counted.values, failed: counted.values[failed] - called_off})


def _one(name: str, meaning: str, value: float) -> Gauge:
    return Gauge(name, meaning, "", {"": value})


def _oldest_items(now: dt.datetime) -> Gauge:
    waiting = Item.objects.order_by().filter(status__in=_WAITING)
    since = dict(waiting.values_list("status").annotate(Min("cut_at")))
    values = {str(s): (now - since[s]).total_seconds() if since.get(s) else 0.0 for s in _WAITING}
    return Gauge("mailroom_item_oldest_seconds", "Time since the oldest item standing there was cut", "status", values)


def _oldest_email(now: dt.datetime) -> float:
    waiting = Delivery.objects.filter(status__in=(DeliveryStatus.QUEUED, DeliveryStatus.SENDING))
    since: dt.datetime | None = waiting.aggregate(at=Min("created_at"))["at"]
    return (now - since).total_seconds() if since else 0.0


def _once(now: dt.datetime) -> int:
    lately = Page.objects.filter(batch__received__gte=(now - LOOKED_BACK).date(), kind=PageKind.ITEM)
    return lately.exclude(problem="").count()


def _unbalanced(now: dt.datetime) -> int:
    """As the ledger says it of a batch: pages missing, or pages with writing that belong to no item."""
    homeless = Q(pages__kind__in=(PageKind.ITEM, PageKind.UNREAD), pages__item=None)
    lately = Batch.objects.filter(status=BatchStatus.CUT, received__gte=(now - LOOKED_BACK).date())
    counted = lately.annotate(rows=Count("pages"), lost=Count("pages", filter=homeless))
    return counted.filter(~Q(rows=F("page_count")) | Q(lost__gt=0)).count()
