"""Figures read from months' counts must be those that every day's own rows give."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.records import daily_counts, figure_rows
from mailroom.records.models import DailyCount, MonthCount
from mailroom.records.rolling import Rules, roll
from mailroom.targets import savings, volumes
from mailroom.targets.savings import CostBook
from mailroom.values.counts import DayCount, Direction
from mailroom.values.month import Month
from tests.targets.rows import any_count, costs

FIRST, LAST = Month(2025, 1), Month(2027, 12)
RULES = Rules(lambda service, channel, flags: "letters", 1, 2)
DEARER = {"line": "postage", "starts": dt.date(2026, 4, 7), "pence": Decimal(91), "source": "test"}
BOOK = CostBook(costs(price=(*costs().model_dump()["price"], DEARER)))
"""Postage goes up on the 7th of a month, so that month has two prices."""


def keep(rows: list[DayCount]) -> tuple[DayCount, ...]:
    """The rows as they are kept: like ones of a day together."""
    DailyCount.objects.all().delete()
    MonthCount.objects.all().delete()
    together = roll(rows, [], [], RULES).counts
    DailyCount.objects.bulk_create(
        DailyCount(month=Month.of(r.day).index, **{f.name: getattr(r, f.name) for f in dataclasses.fields(r)})
        for r in together
    )
    for month in {Month.of(r.day) for r in together}:
        daily_counts.sum_month(month)
    return together


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(any_count, min_size=1, max_size=40),
    service=st.sampled_from(["", "waste"]),
    since=st.sampled_from([FIRST, Month(2026, 4), Month(2026, 10), LAST.plus(1)]),
)
def test_mail_and_savings_of_months_are_those_of_their_days(
    db: None, rows: list[DayCount], service: str, since: Month
) -> None:
    days = [row for row in keep(rows) if service in ("", row.service)]
    months = figure_rows.counts(FIRST, LAST, service, by_day=[Month(2026, 4)], services_from=since)
    assert Counter(_of_service(months, since)) == Counter(_of_service(days, since))
    assert savings.total(savings.ledger(months, BOOK)) == savings.total(savings.ledger(days, BOOK))
    assert _causes(months) == _causes(days)
    for month in FIRST.until(LAST):
        assert _mail(months, month) == _mail(days, month)


def _of_service(rows: Iterable[DayCount], since: Month) -> Iterator[str]:
    """The service of each item from a month on."""
    return (row.service for row in rows if Month.of(row.day) >= since for _ in range(row.items))


def _causes(rows: tuple[DayCount, ...] | list[DayCount]) -> dict[str, tuple[int, int, savings.Saved]]:
    found = savings.by_cause(rows, savings.ledger(rows, BOOK))
    return {c.cause: (c.items, c.sheets, c.saved) for c in found if c.items or c.saved.cash}


def _mail(rows: tuple[DayCount, ...] | list[DayCount], month: Month) -> volumes.Mail:
    mine = [row for row in rows if Month.of(row.day) == month]
    return volumes.of(month.name, mine, [month], dict.fromkeys(Direction), LAST.last)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(any_count, min_size=1, max_size=40))
def test_matters_in_are_the_rows_of_their_service_and_kind(db: None, rows: list[DayCount]) -> None:
    days = keep(rows)
    kinds = [("waste", "form"), ("benefits", "letter")]
    found = figure_rows.matters_in(FIRST, LAST, "", kinds)
    for service, kind in kinds:
        mine = [r for r in days if (r.direction, r.service, r.kind) == (Direction.IN, service, kind)]
        kept = [r for r in found if (r.service, r.kind) == (service, kind)]
        assert sum(r.paper_items for r in kept) == sum(r.paper_items for r in mine)
    assert {(r.service, r.kind) for r in found} <= set(kinds)
    assert figure_rows.matters_in(FIRST, LAST) == ()
