"""What is counted by month from letters and reply codes: who read paper, and what became of opt-in prompts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Sum

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


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who got a letter on paper: what the equality view groups by, and nothing else."""

    service: str
    born: dt.date | None
    postcode: str
    why: str


def readers(month: Month, zone: ZoneInfo) -> Iterator[Reader]:
    """Each customer who got paper in the month, once a service and once (service '') over all, by their last letter."""
    start = dt.datetime.combine(month.first, dt.time.min, zone)
    end = dt.datetime.combine(month.plus(1).first, dt.time.min, zone)
    on_paper = (LetterStatus.POSTED, LetterStatus.RETURNED)
    letters = Letter.objects.filter(status__in=on_paper, sent_at__gte=start, sent_at__lt=end).exclude(customer=None)
    columns = ("customer_id", "mailing__service", "customer__date_of_birth", "postcode", "rule", "facts")
    mine: dict[str, Reader] = {}
    whose = ""
    for customer, service, born, postcode, rule, facts in (
        letters.order_by("customer_id", "sent_at", "pk").values_list(*columns).iterator(chunk_size=5000)
    ):
        if customer != whose:
            yield from mine.values()
            mine, whose = {}, customer
        for group in (service, ""):
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
    """Replace a month's groups of readers by these, and count its prompts again."""
    start = dt.datetime.combine(month.first, dt.time.min, zone)
    end = dt.datetime.combine(month.plus(1).first, dt.time.min, zone)
    codes = codes_that_left().filter(created_at__gte=start, created_at__lt=end)
    columns = ("letter__mailing__service", "letter__mailing__document_class")
    found = codes.values_list(*columns).annotate(n=Count("pk"), opened=Count("opened_at"), used=Count("used_at"))
    with transaction.atomic():
        PaperReaders.objects.filter(month=month.first).delete()
        PaperReaders.objects.bulk_create(groups, batch_size=2000)
        PromptCount.objects.filter(month=month.first).delete()
        PromptCount.objects.bulk_create(
            PromptCount(month=month.first, service=s, kind=k, printed=n, opened=max(o, u), confirmed=u)
            for s, k, n, o, u in found
        )
        MonthCounted.objects.update_or_create(month=month.first, defaults={"on": today})


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
