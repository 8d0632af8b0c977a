"""Everything a manager's page or report of a period shows, as one frozen value worked out from plain rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from mailroom.config.targets import Targets
from mailroom.targets import contacts, equality, savings, service_levels, shift, standing, volumes
from mailroom.targets.contacts import Worth
from mailroom.targets.equality import EqualityTable, OnPaper
from mailroom.targets.precision import Precision, precision
from mailroom.targets.progress import Forecaster, Progress
from mailroom.targets.savings import CauseSaved, CostBook, Saved
from mailroom.targets.service_levels import Level, Quality
from mailroom.targets.shift import Funnel, Shift
from mailroom.targets.volumes import Mail
from mailroom.values.counts import BaselineCount, Clock, ClockCount, DayCount, TallyCount
from mailroom.values.month import Month
from mailroom.values.period import Period


@dataclass(frozen=True, slots=True)
class Facts:
    """The rows an overview is made from. All are of `service`, or of the whole council when it is ''.

    counts: from the earliest month needed to the period's last, all kinds of letter in one; before the period, all
    services too. matters: items received in the period on matters that have an online form, by kind. paper: letters
    on paper in the period, by the rule that put them there. clocks: of items received in the period, the answering
    clock by service, channel and kind, the others as one. running: every answering and promised clock that runs.
    tallies: of the period and the one before it. audited: items checked, and right. people: those on paper
    in `people_in`, the newest month of which they are counted. may_email: whether each document class may be emailed.
    today: for what is overdue.
    """

    council: str
    service: str
    period: Period
    today: dt.date
    counts: Sequence[DayCount]
    matters: Sequence[DayCount]
    paper: Sequence[DayCount]
    baseline: Sequence[BaselineCount]
    clocks: Sequence[ClockCount]
    running: Sequence[ClockCount]
    tallies: Sequence[TallyCount]
    audited: tuple[int, int]
    costs: CostBook
    targets: Targets
    funnels: Sequence[Funnel] = ()
    people: Sequence[OnPaper] = ()
    people_in: Month | None = None
    may_email: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Levels:
    """Service levels of items received in the period, one clock each, and the answering clock taken apart.

    open_now, promises_open: every clock that runs today, whenever its item was received. latest: of each service with
    late answers, the standard that most of them are of, and how many.
    """

    routed: Level
    seen: Level
    acknowledged: Level
    answered: Level
    promised: Level
    services: Mapping[str, Level]
    standards: Mapping[str, Level]
    channels: Mapping[str, Level]
    kinds: Mapping[str, Level]
    open_now: Level
    promises_open: Level
    latest: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Overview:
    """One period, ready to show. Money in pence; year: the financial year up to and with the period's last month.

    months: 25 of them, ending with the period's last. causes and lines: savings of the period. moved_online: contacts
    of the period, None where the baseline does not know what came online before.
    """

    council: str
    service: str
    period: Period
    today: dt.date
    mail: Mail
    months: tuple[Mail, ...]
    services: Mapping[str, Mail]
    progress: tuple[Progress, ...]
    saved: Saved
    saved_year: Saved
    causes: tuple[CauseSaved, ...]
    lines: Mapping[str, Saved]
    moved_online: int | None
    worth: tuple[Worth, ...]
    levels: Levels
    quality: Quality
    quality_before: Quality
    precision: Precision
    shift: tuple[Shift, ...]
    funnels: tuple[Funnel, ...]
    by_sector: EqualityTable
    by_age: EqualityTable
    people_in: Month | None
    set_aside: tuple[BaselineCount, ...]
    hours_per_post: Decimal
    wanted_share: float


MONTHS = 25
"""Months of mail shown: two years and the month itself."""


def overview(facts: Facts, forecaster: Forecaster) -> Overview:
    """Work out everything an overview shows."""
    period, last = facts.period, facts.period.last
    years = volumes.baseline_years(facts.baseline, facts.targets, facts.service)
    lines = savings.ledger(facts.counts, facts.costs)
    here = [s for s in lines if Month.of(s.row.day) in period]
    counts = [r for r in facts.counts if Month.of(r.day) in period]
    moved = _moved_online(facts, counts)
    by_sector, by_age = equality.tables(facts.people, ("sector", "age_band"), facts.targets.equality.suppress_below)
    return Overview(
        council=facts.council,
        service=facts.service,
        period=period,
        today=facts.today,
        mail=volumes.of(period.name, counts, period, years, facts.today),
        months=volumes.by_month(
            facts.counts, last.plus(1 - max(MONTHS, period.length)).until(last), years, facts.today
        ),
        services={}
        if facts.service
        else volumes.by_service(counts, period, facts.baseline, facts.targets, facts.today),
        progress=standing.of_targets(
            facts.targets, facts.service, facts.counts, facts.baseline, lines, _over(last, facts.today), forecaster
        ),
        saved=savings.total(here),
        saved_year=savings.total(s for s in lines if last.financial_year_start <= Month.of(s.row.day) <= last),
        causes=savings.by_cause(counts, here),
        lines=savings.by(here, lambda s: s.line),
        moved_online=moved,
        worth=contacts.worth(moved or 0, facts.costs.on(last.first).contact_sets(last.last)),
        levels=_levels(facts),
        quality=service_levels.quality(_of(facts.tallies, period)),
        quality_before=service_levels.quality(_of(facts.tallies, period.before)),
        precision=precision(*facts.audited),
        shift=_shift(facts),
        funnels=tuple(facts.funnels),
        by_sector=by_sector,
        by_age=by_age,
        people_in=facts.people_in,
        set_aside=tuple(b for b in facts.baseline if b.set_aside and facts.service in ("", b.service)),
        hours_per_post=facts.costs.on(last.first).hours_per_post,
        wanted_share=facts.targets.service_level.wanted_share,
    )


def _moved_online(facts: Facts, counts: Sequence[DayCount]) -> int | None:
    if not contacts.is_measured(facts.baseline, facts.service):
        return None
    return sum(contacts.moved_online(counts, facts.baseline, facts.service).values())


def _over(month: Month, today: dt.date) -> Month:
    """The month itself once it is over, else the one before: targets are judged by whole months."""
    return month if today > month.last else month.plus(-1)


def _of(tallies: Sequence[TallyCount], period: Period) -> list[TallyCount]:
    return [t for t in tallies if Month.of(t.day) in period]


def _levels(facts: Facts) -> Levels:
    clocks, today = facts.clocks, facts.today
    answered = [c for c in clocks if c.clock is Clock.ANSWERED]
    one = {clock: service_levels.level(clocks, clock, today) for clock in Clock}
    return Levels(
        routed=one[Clock.ROUTED],
        seen=one[Clock.SEEN],
        acknowledged=one[Clock.ACKNOWLEDGED],
        answered=one[Clock.ANSWERED],
        promised=one[Clock.PROMISED],
        services=service_levels.by(answered, lambda c: c.service, today),
        standards=service_levels.by(answered, lambda c: c.standard, today),
        channels=service_levels.by(answered, lambda c: c.channel, today),
        kinds=service_levels.by(answered, lambda c: c.kind, today),
        open_now=service_levels.level(facts.running, Clock.ANSWERED, today),
        promises_open=service_levels.level(facts.running, Clock.PROMISED, today),
        latest=service_levels.latest(answered, today),
    )


def _shift(facts: Facts) -> tuple[Shift, ...]:
    """Letters out by expected saving, then matters in by number."""
    reach = shift.reach(facts.paper, facts.may_email)
    costs, period = facts.costs.on(facts.period.last.first), facts.period
    out = shift.outgoing(facts.paper, reach, facts.funnels, costs)
    return (*out, *shift.incoming(facts.matters, facts.targets.online_form, period))
