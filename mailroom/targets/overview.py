"""Everything a manager's page or report of one month shows, as one frozen value worked out from plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mailroom.config.targets import Measure, Target, Targets
from mailroom.targets import baseline, progress, savings, service_levels, shift
from mailroom.targets.precision import Precision, precision
from mailroom.targets.progress import Forecaster, Progress
from mailroom.targets.savings import CostBook, Saved, Saving
from mailroom.targets.service_levels import Level, Quality
from mailroom.targets.shift import Shift
from mailroom.values.counts import (
    PAPER_IN,
    BaselineCount,
    Clock,
    ClockCount,
    DayCount,
    Direction,
    TallyCount,
)
from mailroom.values.month import Month


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows an overview is made from. All are of `service`, or of the whole council when it is ''.

    counts: from the earliest month needed to `month`. clocks: of items received in `month`. running: every answering
    clock that runs. tallies: of thirteen months. audited: items checked, and right. today: for what is overdue.
    """

    council: str
    service: str
    month: Month
    today: dt.date
    counts: Sequence[DayCount]
    baseline: Sequence[BaselineCount]
    clocks: Sequence[ClockCount]
    running: Sequence[ClockCount]
    tallies: Sequence[TallyCount]
    audited: tuple[int, int]
    costs: CostBook
    targets: Targets


@dataclass(frozen=True, slots=True)
class MonthMail:
    """A month's mail. baseline figures are those of the same calendar month, None without a baseline.

    in_other: received by email and web. emailed: letters that went by email. avoided: letters that needed no envelope
    of their own, the emailed among them.
    """

    month: Month
    paper_in: int
    paper_out: int
    in_other: int
    emailed: int
    avoided: int
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


@dataclass(frozen=True, slots=True)
class Overview:
    """One month, ready to show. Money in pence; year: the financial year up to and with the month.

    mail: 25 months ending with this one. by_cause and by_line: savings of the year. services and standards: answers
    to items received in the month. open_now: every item that waits for an answer, whenever received.
    """

    council: str
    service: str
    month: Month
    mail: tuple[MonthMail, ...]
    progress: tuple[Progress, ...]
    saved_month: Saved
    saved_year: Saved
    by_cause: Mapping[str, Saved]
    by_line: Mapping[str, Saved]
    routed: Level
    seen: Level
    answered: Level
    services: Mapping[str, Level]
    standards: Mapping[str, Level]
    open_now: Level
    quality: Quality
    quality_before: Quality
    precision: Precision
    forms: tuple[Shift, ...]
    set_aside: tuple[BaselineCount, ...]
    hours_per_post: Decimal
    wanted_share: float

    @property
    def this_month(self) -> MonthMail:
        """The month's own mail."""
        return self.mail[-1]


def overview(facts: Facts, forecaster: Forecaster) -> Overview:
    """Work out everything an overview shows."""
    month, clocks = facts.month, facts.clocks
    lines = savings.ledger(facts.counts, facts.costs)
    year = [s for s in lines if month.financial_year_start <= Month.of(s.row.day) <= month]
    return Overview(
        council=facts.council,
        service=facts.service,
        month=month,
        mail=_mail(facts),
        progress=tuple(_progress(t, facts, lines, forecaster) for t in facts.targets.target if _concerns(t, facts)),
        saved_month=savings.total(s for s in year if Month.of(s.row.day) == month),
        saved_year=savings.total(year),
        by_cause=savings.by(year, _cause_name),
        by_line=savings.by(year, lambda s: s.line),
        routed=service_levels.level(clocks, Clock.ROUTED, facts.today),
        seen=service_levels.level(clocks, Clock.SEEN, facts.today),
        answered=service_levels.level(clocks, Clock.ANSWERED, facts.today),
        services=service_levels.by_service(clocks, Clock.ANSWERED, facts.today),
        standards=service_levels.by_standard(clocks, facts.today),
        open_now=service_levels.level(facts.running, Clock.ANSWERED, facts.today),
        quality=service_levels.quality(_of(facts.tallies, month)),
        quality_before=service_levels.quality(_of(facts.tallies, month.plus(-1))),
        precision=precision(*facts.audited),
        forms=tuple(shift.incoming(facts.counts, facts.targets.online_form, month, facts.costs.on(month.first))),
        set_aside=tuple(b for b in facts.baseline if b.set_aside and facts.service in ("", b.service)),
        hours_per_post=facts.costs.on(month.first).hours_per_post,
        wanted_share=facts.targets.service_level.wanted_share,
    )


def _of(tallies: Sequence[TallyCount], month: Month) -> list[TallyCount]:
    return [t for t in tallies if Month.of(t.day) == month]


def _cause_name(saving: Saving) -> str:
    """What a saving is put down to; incoming post has no cause but its scanning."""
    return "scanned" if saving.row.direction is Direction.IN else saving.row.cause.value


def _concerns(target: Target, facts: Facts) -> bool:
    """A service's report shows its own targets, and its part of the council's reductions."""
    if target.service == facts.service:
        return True
    return not target.service and target.measure.is_a_reduction


MONTHS = 25
"""Months of mail shown: two years and the month itself."""


def _mail(facts: Facts) -> tuple[MonthMail, ...]:
    months = tuple(facts.month.plus(1 - MONTHS).until(facts.month))
    years = {d: _baseline_year(facts, frozenset({d})) for d in Direction}
    by_month: dict[Month, list[DayCount]] = {m: [] for m in months}
    for row in facts.counts:
        by_month.get(Month.of(row.day), []).append(row)
    return tuple(_month_mail(m, by_month[m], years) for m in months)


def _baseline_year(facts: Facts, directions: frozenset[Direction]) -> baseline.BaselineYear | None:
    """The baseline of the first target that names one; else of the first twelve months on record."""
    named = [t.baseline_month for t in facts.targets.target if t.baseline_month]
    known = [b.month for b in facts.baseline]
    if not known:
        return None
    return baseline.year(facts.baseline, named[0] if named else min(known), directions, facts.service)


def _month_mail(
    month: Month, rows: Sequence[DayCount], years: Mapping[Direction, baseline.BaselineYear | None]
) -> MonthMail:
    incoming = [r for r in rows if r.direction is Direction.IN]
    outgoing = [r for r in rows if r.direction is Direction.OUT]
    year_in, year_out = years[Direction.IN], years[Direction.OUT]
    return MonthMail(
        month=month,
        paper_in=sum(r.paper_items for r in incoming),
        paper_out=sum(r.paper_items for r in outgoing),
        in_other=sum(r.items for r in incoming if r.channel not in PAPER_IN),
        emailed=sum(r.items for r in outgoing if r.channel == "email"),
        avoided=sum(r.avoided_items for r in outgoing),
        baseline_in=year_in.expected(month) if year_in else None,
        baseline_out=year_out.expected(month) if year_out else None,
    )


def _progress(target: Target, facts: Facts, lines: Sequence[Saving], forecaster: Forecaster) -> Progress:
    service = target.service or facts.service
    if target.baseline_month and target.measure.is_a_reduction:
        directions = progress.directions_of(target.measure)
        year = baseline.year(facts.baseline, target.baseline_month, directions, service)
        actual = progress.paper_by_month(facts.counts, directions, service)
        return progress.reduction(target, year, actual, facts.month, forecaster)
    return progress.amount(target, _gained(target, facts, lines), facts.month, forecaster)


def _gained(target: Target, facts: Facts, lines: Sequence[Saving]) -> dict[Month, Decimal]:
    """Pounds, hours or contacts a month, in the months since the target's start."""
    gained: dict[Month, Decimal] = {}
    if target.measure is Measure.CONTACTS_ONLINE:
        return _moved_online(facts, Month.of(target.starts))
    for saving in lines:
        month = Month.of(saving.row.day)
        if month >= Month.of(target.starts):
            pounds = saving.pence / 100 if saving.cashable else Decimal(0)
            gained[month] = gained.get(month, Decimal(0)) + (
                pounds if target.measure is Measure.CASH else saving.minutes / 60
            )
    return gained


def _moved_online(facts: Facts, start: Month) -> dict[Month, Decimal]:
    """Items received by email and web beyond those of the baseline's same month; a month below it counts 0."""
    before: dict[int, int] = {}
    for row in facts.baseline:
        if row.direction is Direction.IN and row.channel not in PAPER_IN:
            before[row.month.number] = before.get(row.month.number, 0) + row.counted
    found: dict[Month, Decimal] = {}
    for mail in facts.counts:
        if mail.direction is Direction.IN and mail.channel not in PAPER_IN and Month.of(mail.day) >= start:
            month = Month.of(mail.day)
            found[month] = found.get(month, Decimal(0)) + mail.items
    return {m: max(Decimal(0), n - before.get(m.number, 0)) for m, n in found.items()}
