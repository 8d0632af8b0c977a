"""Service levels: how long things took, in working days, and what is still open. Exact, from counts by duration."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mailroom.values.counts import Clock, ClockCount, Tally, TallyCount


@dataclass(frozen=True, slots=True)
class Level:
    """One clock over some items. days are working days from receipt; None where nothing is finished or open.

    finished and open add up to items. overdue: open, past their last day. share: of the finished and the overdue,
    those in time, so that leaving late items open never looks good.
    """

    clock: Clock
    items: int
    finished: int
    in_time: int
    open: int
    overdue: int
    median: int | None
    ninetieth: int | None
    oldest_open: dt.date | None

    @property
    def share(self) -> float | None:
        """In time, of all whose outcome is known."""
        known = self.finished + self.overdue
        return self.in_time / known if known else None


def _is_overdue(row: ClockCount, today: dt.date) -> bool:
    return row.days is None and row.due is not None and row.due < today


def level(rows: Iterable[ClockCount], clock: Clock, today: dt.date) -> Level:
    """Sum one clock."""
    mine = [r for r in rows if r.clock is clock and r.items]
    done = Counter[int]()
    for row in mine:
        if row.days is not None:
            done[row.days] += row.items
    running = [r for r in mine if r.days is None]
    return Level(
        clock=clock,
        items=sum(r.items for r in mine),
        finished=sum(done.values()),
        in_time=sum(r.items for r in mine if r.days is not None and not r.late),
        open=sum(r.items for r in running),
        overdue=sum(r.items for r in running if _is_overdue(r, today)),
        median=percentile(done, 0.5),
        ninetieth=percentile(done, 0.9),
        oldest_open=min((r.received for r in running), default=None),
    )


def percentile(durations: Mapping[int, int], share: float) -> int | None:
    """The smallest duration that at least `share` of the items kept to (nearest rank); None without items.

    durations: working days to number of items.
    """
    total = sum(durations.values())
    rank = max(1, math.ceil(share * total - 1e-9))
    seen = 0
    for days in sorted(durations):
        seen += durations[days]
        if seen >= rank and total:
            return days
    return None


def by(
    rows: Iterable[ClockCount], key: Callable[[ClockCount], str], today: dt.date, clock: Clock = Clock.ANSWERED
) -> dict[str, Level]:
    """A level for each service, standard, channel or document type that has items; together they are the whole."""
    groups: dict[str, list[ClockCount]] = {}
    for row in rows:
        if row.clock is clock:
            groups.setdefault(key(row), []).append(row)
    return {name: level(group, clock, today) for name, group in sorted(groups.items())}


def latest(rows: Iterable[ClockCount], today: dt.date) -> dict[str, tuple[str, int]]:
    """Of each service with late items, answered or overdue: the standard with most of them, and how many."""
    late: dict[str, Counter[str]] = {}
    for row in rows:
        if row.late or _is_overdue(row, today):
            late.setdefault(row.service, Counter())[row.standard] += row.items
    return {service: min(found.items(), key=lambda one: (-one[1], one[0])) for service, found in late.items()}


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the mail found its way and its answer. Counts of items received; shares are None without items."""

    decided: int
    auto_routed: int
    corrected: int
    bounced: int
    chasers: int
    repeats: int
    first_contact: int
    answered: int
    held: int

    @property
    def auto_share(self) -> float | None:
        """Routed without a person, of those routed."""
        return self.auto_routed / self.decided if self.decided else None

    @property
    def failure_demand(self) -> float | None:
        """Chasers and repeat contacts of those routed: post that one timely, full answer would have spared."""
        return (self.chasers + self.repeats) / self.decided if self.decided else None

    @property
    def uncorrected_share(self) -> float | None:
        """Auto-routed items no clerk moved to another service. Above the truth where nobody looked: see the sample."""
        return 1 - self.corrected / self.auto_routed if self.auto_routed else None

    @property
    def first_contact_share(self) -> float | None:
        """Settled at the first contact, of those answered."""
        return self.first_contact / self.answered if self.answered else None


def quality(tallies: Iterable[TallyCount]) -> Quality:
    """Sum the tallies."""
    sums = Counter[Tally]()
    for row in tallies:
        sums[row.tally] += row.items
    return Quality(
        decided=sums[Tally.DECIDED],
        auto_routed=sums[Tally.AUTO_ROUTED],
        corrected=sums[Tally.CORRECTED],
        bounced=sums[Tally.BOUNCED],
        chasers=sums[Tally.CHASER],
        repeats=sums[Tally.REPEAT],
        first_contact=sums[Tally.FIRST_CONTACT],
        answered=sums[Tally.IN_TIME] + sums[Tally.LATE],
        held=sums[Tally.HELD],
    )
