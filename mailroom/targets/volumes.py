"""How much mail there was: by month, by service, by financial year, each beside the baseline.

A month that is not over is held against its share of the baseline's month, by working days gone; else its first days
would look like a saving.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.config.targets import Targets
from mailroom.targets import baseline
from mailroom.targets.baseline import BaselineYear
from mailroom.values.counts import PAPER_IN, BaselineCount, DayCount, Direction
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.values.working_days import working_days_between

Years = Mapping[Direction, BaselineYear | None]


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail of some months. Baseline figures are those of the same calendar months, None without a baseline.

    name: of the month, service or year. in_other: received by email and web. emailed: letters that went by email.
    avoided: letters that needed no envelope of their own, the emailed among them. pence: postage paid.
    """

    name: str
    paper_in: int
    paper_out: int
    in_other: int
    emailed: int
    avoided: int
    sheets: int
    pence: int
    baseline_in: int | None
    baseline_out: int | None

    @property
    def paper(self) -> int:
        """Items of post both ways."""
        return self.paper_in + self.paper_out

    @property
    def baseline(self) -> int | None:
        """The baseline's items both ways."""
        return None if self.baseline_in is None else self.baseline_in + (self.baseline_out or 0)

    @property
    def change(self) -> float | None:
        """Against the baseline: -0.1 is a tenth fewer."""
        return self.paper / self.baseline - 1 if self.baseline else None


def baseline_years(rows: Sequence[BaselineCount], targets: Targets, service: str = "") -> Years:
    """The baseline of the first target that names one, else of the first twelve months on record, each way."""
    named = [t.baseline_month for t in targets.target if t.baseline_month]
    known = [b.month for b in rows]
    if not known:
        return dict.fromkeys(Direction)
    first = named[0] if named else min(known)
    return {d: baseline.year(rows, first, frozenset({d}), service) for d in Direction}


def gone(month: Month, today: dt.date) -> float:
    """Share of a month's working days that are over by the end of today: 1 for a past month."""
    before = month.first - dt.timedelta(days=1)
    if today >= month.last:
        return 1.0
    days = working_days_between(before, month.last)
    return max(0, working_days_between(before, today)) / days if days else 1.0


def of(name: str, rows: Iterable[DayCount], months: Iterable[Month], years: Years, today: dt.date) -> Mail:
    """Sum rows that all lie in those months."""
    rows, months = list(rows), list(months)
    incoming = [r for r in rows if r.direction is Direction.IN]
    outgoing = [r for r in rows if r.direction is Direction.OUT]
    shares = {m: gone(m, today) for m in months}
    expected = {
        d: round(sum(y.expected(m) * share for m, share in shares.items())) if (y := years[d]) else None
        for d in Direction
    }
    return Mail(
        name=name,
        paper_in=sum(r.paper_items for r in incoming),
        paper_out=sum(r.paper_items for r in outgoing),
        in_other=sum(r.items for r in incoming if r.channel not in PAPER_IN),
        emailed=sum(r.items for r in outgoing if r.channel == "email"),
        avoided=sum(r.avoided_items for r in outgoing),
        sheets=sum(r.sheets for r in outgoing if r.paper_items),
        pence=sum(r.pence for r in outgoing),
        baseline_in=expected[Direction.IN],
        baseline_out=expected[Direction.OUT],
    )


def by_month(rows: Iterable[DayCount], months: Iterable[Month], years: Years, today: dt.date) -> tuple[Mail, ...]:
    """One a month, in order; a month without rows is there too.

    Months before the first with rows are not on record: they have no baseline to fall below.
    """
    groups: dict[Month, list[DayCount]] = {m: [] for m in months}
    for row in rows:
        month = Month.of(row.day)
        if month in groups:
            groups[month].append(row)
    begun = min((m for m, group in groups.items() if group), default=None)
    unknown = dict.fromkeys(Direction)
    return tuple(
        of(m.short_name, group, [m], years if begun and m >= begun else unknown, today) for m, group in groups.items()
    )


def by_service(
    rows: Iterable[DayCount],
    period: Period,
    baselines: Sequence[BaselineCount],
    targets: Targets,
    today: dt.date,
) -> dict[str, Mail]:
    """One a service that has mail or a baseline in the period; together they are the council's."""
    groups: dict[str, list[DayCount]] = {b.service: [] for b in baselines}
    for row in rows:
        if Month.of(row.day) in period:
            groups.setdefault(row.service, []).append(row)
    return {
        service: of(service, group, period, baseline_years(baselines, targets, service), today)
        if service
        else of(service, group, period, dict.fromkeys(Direction), today)
        for service, group in sorted(groups.items())
        if group or service
    }
