"""What the figures are made from, read out of the roll-ups as plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
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


def counts(
    first: Month,
    last: Month,
    service: str = "",
    by_day: Collection[Month] = (),
    services_from: Month | None = None,
) -> tuple[DayCount, ...]:
    """Mail of those months, summed by month (day is its first), but day by day in the months of `by_day`.

    All kinds of letters are one (kind is ''). by_day: months in which a price changes, so that each day keeps its own.
    services_from: in the months before it all services asked for are one, called `service`; None: told apart in all.
    """
    apart = services_from or first
    earlier = _Span(first.index, apart.index - 1, service, together=True)
    days = {m.index for m in by_day}
    return tuple(
        row
        for span in (earlier, _Span(apart.index, last.index, service, together=False))
        if span.first <= span.last
        for row in span.read(days)
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Months by index, of one service or of all; together: all services in one."""

    first: int
    last: int
    service: str
    together: bool

    def read(self, by_day: Collection[int]) -> Iterator[DayCount]:
        """Its rows by month, and those of some months by day."""
        months = (self.first, self.last)
        whole = MonthCount.objects.filter(month__range=months).exclude(month__in=by_day)
        for index, *row in self._summed(whole, "month"):
            yield self._count(Month.from_index(index).first, *row)
        wanted = [month for month in by_day if self.first <= month <= self.last]
        for day, *row in self._summed(DailyCount.objects.filter(month__in=wanted), "day") if wanted else ():
            yield self._count(day, *row)

    def _summed(self, rows: QuerySet[Any], when: str) -> Iterable[tuple[Any, ...]]:
        columns = (when, *(() if self.together else ("service",)), "direction", "channel", "cause")
        summed: Iterable[tuple[Any, ...]] = _of_service(rows, self.service).values_list(*columns).annotate(**_SUMS)
        return summed

    def _count(self, day: dt.date, *row: Any) -> DayCount:
        service, direction, channel, cause, *amounts = (self.service, *row) if self.together else row
        return DayCount(day, service, Direction(direction), channel, "", Cause(cause), *amounts)


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
    """Clocks of items received in those months; of those that stopped `received` is the first month's first day.

    The answering clock is told apart by service, channel and kind; the others by their standard only, and they are
    called of `service`.
    """
    rows = _of_service(DailyClock.objects.filter(month__range=(first.index, last.index)), service)
    answering, others = rows.filter(clock=Clock.ANSWERED), rows.exclude(clock=Clock.ANSWERED)
    columns = ("service", "standard", "channel", "kind")
    found = [
        ClockCount(first.first, s, st, ch, k, Clock.ANSWERED, days, late, None, n)
        for s, st, ch, k, days, late, n in _stopped(answering).values_list(*columns, "days", "late").annotate(n=_ITEMS)
    ]
    found += [
        ClockCount(first.first, service, st, "", "", Clock(c), days, late, None, n)
        for st, c, days, late, n in _stopped(others).values_list("standard", "clock", "days", "late").annotate(n=_ITEMS)
    ]
    found += [
        ClockCount(oldest, s, st, ch, k, Clock.ANSWERED, None, False, due, n)
        for s, st, ch, k, due, oldest, n in _running(answering).values_list(*columns, "due").annotate(**_OLDEST)
    ]
    found += [
        ClockCount(oldest, service, st, "", "", Clock(c), None, False, due, n)
        for st, c, due, oldest, n in _running(others).values_list("standard", "clock", "due").annotate(**_OLDEST)
    ]
    return tuple(found)


def answering_by_month(first: Month, last: Month) -> tuple[ClockCount, ...]:
    """The council's answering clocks by month of receipt and standard: `received` is a day of that month."""
    rows = DailyClock.objects.filter(month__range=(first.index, last.index), clock=Clock.ANSWERED)
    stopped = _stopped(rows).values_list("month", "standard", "days", "late").annotate(n=_ITEMS)
    running = _running(rows).values_list("month", "standard", "due").annotate(**_OLDEST)
    return (
        *(
            ClockCount(Month.from_index(m).first, "", st, "", "", Clock.ANSWERED, days, late, None, n)
            for m, st, days, late, n in stopped
        ),
        *(ClockCount(oldest, "", st, "", "", Clock.ANSWERED, None, False, due, n) for _, st, due, oldest, n in running),
    )


_ITEMS = Sum("items")
_OLDEST = {"oldest": Min("received"), "n": _ITEMS}


def _stopped(rows: QuerySet[DailyClock]) -> QuerySet[DailyClock]:
    return rows.exclude(days=DailyClock.RUNNING)


def _running(rows: QuerySet[DailyClock]) -> QuerySet[DailyClock]:
    return rows.filter(days=DailyClock.RUNNING)


def running(service: str = "") -> tuple[ClockCount, ...]:
    """Every answering and every promised clock that runs, whenever its item was received.

    Summed by last day: each row's `received` is the oldest one's, and it names no service, standard or kind.
    """
    wanted = DailyClock.objects.filter(clock__in=(Clock.ANSWERED, Clock.PROMISED), days=DailyClock.RUNNING)
    rows = _of_service(wanted, service).values_list("clock", "due").annotate(oldest=Min("received"), n=Sum("items"))
    return tuple(ClockCount(oldest, service, "", "", "", Clock(c), None, False, due, n) for c, due, oldest, n in rows)


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
