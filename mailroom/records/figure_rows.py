"""What the figures are made from, read out of the roll-ups as plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Min, Q, QuerySet, Sum

from mailroom.records.models import (
    AuditCheck,
    BaselineMonth,
    ClosedMonth,
    DailyClock,
    DailyCount,
    DailyTally,
    MonthCount,
)
from mailroom.values.counts import (
    BaselineCount,
    Cause,
    Clock,
    ClockCount,
    DayCount,
    Direction,
    Tally,
    TallyCount,
)
from mailroom.values.month import Month


def counts(first: Month, last: Month, service: str = "", by_day: Collection[Month] = ()) -> tuple[DayCount, ...]:
    """Mail of those months, summed by month (day is its first), but day by day in the months of `by_day`.

    All kinds of letters are one (kind is ''). by_day: months in which a price changes, so that each day keeps its own.
    """
    days = [m.index for m in by_day if first <= m <= last]
    columns = ("service", "direction", "channel", "cause")
    whole = _of_service(MonthCount.objects.filter(month__range=(first.index, last.index)), service)
    summed = whole.exclude(month__in=days).values_list("month", *columns, "items", "sheets", "pence")
    rows = _of_service(DailyCount.objects.filter(month__in=days), service)
    daily = rows.values_list("day", *columns).annotate(**_SUMS) if days else []
    return tuple(
        DayCount(Month.from_index(when).first if isinstance(when, int) else when, s, Direction(d), c, "", Cause(x), *n)
        for when, s, d, c, x, *n in (*summed, *daily)
    )


_SUMS = {"n_items": Sum("items"), "n_sheets": Sum("sheets"), "n_pence": Sum("pence")}


def matters_in(
    first: Month, last: Month, service: str = "", kinds: Collection[tuple[str, str]] = ()
) -> tuple[DayCount, ...]:
    """Items received in those months on some matters, each a service and a kind, summed over the months."""
    wanted = Q(pk__in=[])
    for of, kind in kinds:
        wanted |= Q(service=of, kind=kind)
    rows = DailyCount.objects.filter(wanted, month__range=(first.index, last.index), direction=Direction.IN)
    summed = _of_service(rows, service).values_list("service", "channel", "kind").annotate(**_SUMS)
    return tuple(DayCount(first.first, s, Direction.IN, c, k, Cause.NONE, *n) for s, c, k, *n in summed)


def on_paper(first: Month, last: Month, service: str = "") -> tuple[DayCount, ...]:
    """Letters that went on paper in those months, by the rule that put them there."""
    rows = _of_service(DailyCount.objects.filter(month__range=(first.index, last.index)), service)
    summed = rows.exclude(why="").values_list("month", "service", "channel", "kind", "cause", "why").annotate(**_SUMS)
    return tuple(
        DayCount(Month.from_index(m).first, s, Direction.OUT, c, k, Cause(x), items, sheets, pence, why)
        for m, s, c, k, x, why, items, sheets, pence in summed
    )


def clocks(first: Month, last: Month, service: str = "") -> tuple[ClockCount, ...]:
    """Clocks of items received in those months, by month; those still running by their last day."""
    rows = _of_service(DailyClock.objects.filter(month__range=(first.index, last.index)), service)
    columns = ("service", "standard", "channel", "kind", "clock")
    stopped = rows.exclude(days=DailyClock.RUNNING).values_list("month", *columns, "days", "late")
    found = [
        ClockCount(Month.from_index(m).first, s, st, ch, k, Clock(c), days, late, None, n)
        for m, s, st, ch, k, c, days, late, n in stopped.annotate(n=Sum("items"))
    ]
    return (*found, *_running(rows))


def running(service: str = "") -> tuple[ClockCount, ...]:
    """Every answering and every promised clock that runs, whenever its item was received.

    Summed by last day: each row's `received` is the oldest one's, and it names no service, standard or kind.
    """
    wanted = DailyClock.objects.filter(clock__in=(Clock.ANSWERED, Clock.PROMISED), days=DailyClock.RUNNING)
    rows = _of_service(wanted, service).values_list("clock", "due").annotate(oldest=Min("received"), n=Sum("items"))
    return tuple(ClockCount(oldest, service, "", "", "", Clock(c), None, False, due, n) for c, due, oldest, n in rows)


def _running(rows: QuerySet[DailyClock]) -> Iterable[ClockCount]:
    """Those that run, by last day; each row's `received` is the oldest one's."""
    columns = ("service", "standard", "channel", "kind", "clock", "due")
    grouped = rows.filter(days=DailyClock.RUNNING).values_list(*columns)
    for service, standard, channel, kind, clock, due, oldest, items in grouped.annotate(
        oldest=Min("received"), n=Sum("items")
    ):
        yield ClockCount(oldest, service, standard, channel, kind, Clock(clock), None, False, due, items)


def tallies(first: Month, last: Month, service: str = "") -> tuple[TallyCount, ...]:
    """Tallies of those months, by month."""
    rows = _of_service(DailyTally.objects.filter(month__range=(first.index, last.index)), service)
    summed = rows.values_list("month", "service", "tally").annotate(n=Sum("items"))
    return tuple(TallyCount(Month.from_index(m).first, s, Tally(t), n) for m, s, t, n in summed)


def _of_service(rows: QuerySet[Any], service: str) -> QuerySet[Any]:
    return rows.filter(service=service) if service else rows


def first_month() -> Month | None:
    """The first month with any mail on record."""
    index = DailyCount.objects.aggregate(n=Min("month"))["n"]
    return None if index is None else Month.from_index(index)


def baseline() -> tuple[BaselineCount, ...]:
    """Every baseline month on record."""
    rows = BaselineMonth.objects.values_list(
        "month", "service", "direction", "channel", "items", "set_aside", "reason", "source"
    )
    return tuple(BaselineCount(Month.of(m), s, Direction(d), c, n, a, why, src) for m, s, d, c, n, a, why, src in rows)


def keep_baseline(rows: Iterable[BaselineCount]) -> int:
    """Write baseline months; one that is there already is replaced. Returns how many."""
    kept = 0
    with transaction.atomic():
        for row in rows:
            facts = {"items": row.items, "set_aside": row.set_aside, "reason": row.reason, "source": row.source}
            BaselineMonth.objects.update_or_create(
                month=row.month.first,
                service=row.service,
                direction=row.direction,
                channel=row.channel,
                defaults=facts,
            )
            kept += 1
    return kept


def closed_costs() -> dict[Month, dict[str, Any]]:
    """The costs each closed month was closed with, as JSON."""
    return {Month.of(m): costs for m, costs in ClosedMonth.objects.values_list("month", "costs")}


def close_month(month: Month, costs: dict[str, Any], by: str, now: dt.datetime) -> bool:
    """Close a month with its costs. False when it was closed already; then nothing changes."""
    facts = {"costs": costs, "closed_by": by, "closed_at": now}
    return ClosedMonth.objects.get_or_create(month=month.first, defaults=facts)[1]


def audited(first: Month, last: Month, service: str = "") -> tuple[int, int]:
    """Auto-routed items of those months that a person has checked, and how many of them were right."""
    drawn = AuditCheck.objects.filter(month__range=(first.first, last.first)).exclude(right=None)
    checked = _of_service(drawn, service)
    return checked.count(), checked.filter(right=True).count()
