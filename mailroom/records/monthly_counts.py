"""What is counted by month from letters and reply codes: who read paper, and what became of opt-in prompts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, QuerySet, Sum

from mailroom.records.answered_letters import codes_that_left
from mailroom.records.models import (
    Letter,
    LetterStatus,
    MonthCounted,
    PaperReaders,
    PromptCount,
)
from mailroom.records.outgoing_counts import why_on_paper
from mailroom.values.month import Month

_SETTLES_AFTER = 3
"""Months for which prompts printed in a month are still looked at: codes are valid for no longer."""

_MONTHS_OF_ALL, _MONTHS_OF_SERVICES = (3, 9), (6, 12)
"""When readers of paper are counted: never the council's and a service's of one month, whose difference would tell of
those few who get letters of other services only, nor of two months so close that few people lie between them."""

_READERS_AFTER = dt.timedelta(days=10)
"""How long after a month its readers of paper are counted: by then its post is on record."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who got a letter on paper: what the equality view groups by, and nothing else."""

    service: str
    born: dt.date | None
    postcode: str
    why: str


def readers(month: Month, zone: ZoneInfo) -> Iterator[Reader]:
    """Each customer who got paper in the month, by their last letter: over all (service '') or once a service.

    Over all in March and September, by service in June and December, and in other months nobody (`_MONTHS_OF_ALL`).
    """
    start = dt.datetime.combine(month.first, dt.time.min, zone)
    end = dt.datetime.combine(month.plus(1).first, dt.time.min, zone)
    on_paper = (LetterStatus.POSTED, LetterStatus.RETURNED)
    letters = Letter.objects.filter(status__in=on_paper, sent_at__gte=start, sent_at__lt=end).exclude(customer=None)
    columns = ("customer_id", "mailing__service", "customer__date_of_birth", "postcode", "rule", "facts")
    together = month.number in _MONTHS_OF_ALL
    mine: dict[str, Reader] = {}
    whose = ""
    for customer, service, born, postcode, rule, facts in (
        letters.order_by("customer_id", "sent_at", "pk").values_list(*columns).iterator(chunk_size=5000)
    ):
        if customer != whose:
            yield from mine.values()
            mine, whose = {}, customer
        group = "" if together else service
        mine[group] = Reader(group, born, postcode, why_on_paper(rule, facts))
    yield from mine.values()


def months_to_count(today: dt.date, earliest: Month | None) -> list[Month]:
    """The months whose counts are stale: the last ones until they settle, and any that was never counted."""
    if earliest is None:
        return []
    now = Month.of(today)
    made = {Month.of(m): on for m, on in MonthCounted.objects.values_list("month", "on")}
    return [m for m in earliest.until(now) if m not in made or (made[m] < today and made[m] <= _settled(m))]


def _settled(month: Month) -> dt.date:
    return month.plus(_SETTLES_AFTER).last


def keep(month: Month, groups: Iterable[PaperReaders], zone: ZoneInfo, today: dt.date) -> None:
    """Count a month's prompts again, and keep these groups of its readers of paper, if it is their time.

    Readers are counted once their month is over, then never again: two counts of a month could differ by a person.
    """
    start = dt.datetime.combine(month.first, dt.time.min, zone)
    end = dt.datetime.combine(month.plus(1).first, dt.time.min, zone)
    codes = codes_that_left().filter(created_at__gte=start, created_at__lt=end)
    columns = ("letter__mailing__service", "letter__mailing__document_class")
    found = codes.values_list(*columns).annotate(n=Count("pk"), opened=Count("opened_at"), used=Count("used_at"))
    with transaction.atomic():
        if _readers_are_due(month, today) and not _with_readers(MonthCounted.objects.filter(month=month.first)):
            PaperReaders.objects.filter(month=month.first).delete()
            PaperReaders.objects.bulk_create(groups, batch_size=2000)
        PromptCount.objects.filter(month=month.first).delete()
        PromptCount.objects.bulk_create(
            PromptCount(month=month.first, service=s, kind=k, printed=n, opened=max(o, u), confirmed=u)
            for s, k, n, o, u in found
        )
        MonthCounted.objects.update_or_create(month=month.first, defaults={"on": today})


def _readers_are_due(month: Month, on: dt.date) -> bool:
    return month.number in (*_MONTHS_OF_ALL, *_MONTHS_OF_SERVICES) and on >= month.last + _READERS_AFTER


def _with_readers(counted: QuerySet[MonthCounted]) -> list[Month]:
    """Those of the months whose readers were counted, for good."""
    made = [(Month.of(first), on) for first, on in counted.values_list("month", "on")]
    return [month for month, on in made if _readers_are_due(month, on)]


def month_of_readers(last: Month, service: str) -> Month | None:
    """The month whose readers of paper are shown in a period that ends with `last`: the newest counted, if any.

    service: one service's, or ('') the council's.
    """
    months = _MONTHS_OF_SERVICES if service else _MONTHS_OF_ALL
    made = _with_readers(MonthCounted.objects.filter(month__lte=last.first))
    return max((month for month in made if month.number in months), default=None)


def groups_of_readers(month: Month, service: str) -> Iterator[tuple[str, str, str, int]]:
    """Sector, age band, reason and people of a month."""
    rows = PaperReaders.objects.filter(month=month.first, service=service)
    yield from rows.values_list("sector", "age_band", "why", "people")


def prompts(first: Month, last: Month, service: str) -> Iterator[tuple[str, str, int, int, int]]:
    """Service, kind, printed, opened, confirmed of those months."""
    rows = PromptCount.objects.filter(month__range=(first.first, last.first))
    mine = rows.filter(service=service) if service else rows
    summed = mine.values_list("service", "kind").annotate(p=Sum("printed"), o=Sum("opened"), c=Sum("confirmed"))
    yield from summed.order_by("service", "kind")
