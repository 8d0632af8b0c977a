"""From groups of like items and letters to daily counts: pure; the database has only put like with like."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from mailroom.values.counts import Cause, Clock, ClockCount, DayCount, Direction, Tally, TallyCount
from mailroom.values.working_days import due_after, working_day_from, working_days_between


@dataclass(frozen=True, slots=True)
class Dated:
    """So many items alike in what some clocks need of them. Days are the council's own, not UTC's.

    clocks: those these dates are told for; of others they say nothing. due: the last day to answer, None when none was
    set. answered: on that day, else None. held: day of the first holding reply; promised: the day it named.
    """

    clocks: frozenset[Clock]
    received: dt.date
    service: str
    channel: str
    kind: str
    flags: tuple[str, ...]
    due: dt.date | None = None
    routed: dt.date | None = None
    seen: dt.date | None = None
    answered: dt.date | None = None
    held: dt.date | None = None
    promised: dt.date | None = None
    items: int = 1


@dataclass(frozen=True, slots=True)
class Told:
    """So many items of one day and service alike in what happened to them.

    asked: a person was asked first. moved: the line would have sent it to another service. bounced: an earlier owner
    team got it. chases: it is a second letter; repeats: and the first had its answer before this one came. chased: a
    second letter came about this one. late: answered after its last day.
    """

    received: dt.date
    service: str
    routed: bool = False
    asked: bool = False
    moved: bool = False
    bounced: bool = False
    chases: bool = False
    repeats: bool = False
    answered: bool = False
    late: bool = False
    held: bool = False
    chased: bool = False
    items: int = 1


@dataclass(frozen=True, slots=True)
class Rules:
    """What turns dates into clocks: which standard an item has, and the promises in working days.

    acknowledged_within: of a standard; None where it promises no acknowledgement.
    """

    standard_of: Callable[[str, str, tuple[str, ...]], str]
    routed_within: int
    seen_within: int
    acknowledged_within: Callable[[str], int | None] = lambda standard: None


@dataclass(frozen=True, slots=True)
class Roll:
    """Everything the roll-ups hold for some days, in a fixed order."""

    counts: tuple[DayCount, ...]
    clocks: tuple[ClockCount, ...]
    tallies: tuple[TallyCount, ...]


def roll(volumes: Iterable[DayCount], dated: Iterable[Dated], told: Iterable[Told], rules: Rules) -> Roll:
    """Sum mail in and out, its clocks and what happened to it. Rows of nothing are left out."""
    sums: dict[_Kind, tuple[int, int, int]] = {}
    clocks: Counter[_Duration] = Counter()
    tallies: Counter[tuple[dt.date, str, Tally]] = Counter()
    for row in volumes:
        _add(sums, row)
    for alike in dated:
        standard = rules.standard_of(alike.service, alike.channel, alike.flags)
        key = (alike.received, alike.service, standard, alike.channel, alike.kind)
        for taken in _clocks(alike, standard, rules):
            clocks[_Duration(*key, *taken)] += alike.items
    for facts in told:
        for tally in _tallies(facts):
            tallies[facts.received, facts.service, tally] += facts.items
    return Roll(
        counts=tuple(DayCount(*kind[:6], *summed, kind.why) for kind, summed in sorted(sums.items())),
        clocks=tuple(_as_clock(duration, n) for duration, n in sorted(clocks.items(), key=lambda c: _order(c[0]))),
        tallies=tuple(TallyCount(*key, n) for key, n in sorted(tallies.items())),
    )


class _Kind(NamedTuple):
    day: dt.date
    service: str
    direction: Direction
    channel: str
    kind: str
    cause: Cause
    why: str


class _Duration(NamedTuple):
    received: dt.date
    service: str
    standard: str
    channel: str
    kind: str
    clock: Clock
    days: int | None
    late: bool
    due: dt.date | None


def _order(duration: _Duration) -> tuple[object, ...]:
    """Dates and numbers do not compare with None, so what is running sorts last."""
    days = 10**6 if duration.days is None else duration.days
    return (*duration[:6], days, duration.late, duration.due or dt.date.max)


def _as_clock(duration: _Duration, items: int) -> ClockCount:
    return ClockCount(*duration, items)


def _add(volumes: dict[_Kind, tuple[int, int, int]], row: DayCount) -> None:
    kind = _Kind(row.day, row.service, row.direction, row.channel, row.kind, row.cause, row.why)
    items, sheets, pence = volumes.get(kind, (0, 0, 0))
    volumes[kind] = (items + row.items, sheets + row.sheets, pence + row.pence)


def _clocks(alike: Dated, standard: str, rules: Rules) -> Iterator[tuple[Clock, int | None, bool, dt.date | None]]:
    """Each clock they are told for: its working days, whether it stopped late, and its last day while it runs.

    An item nobody owes an answer (no due date, none given) has no answering clock.
    """
    clocks, received = alike.clocks, alike.received
    if Clock.ROUTED in clocks:
        yield _taken(received, Clock.ROUTED, alike.routed, _after(received, rules.routed_within))
    if Clock.SEEN in clocks:
        yield _taken(received, Clock.SEEN, alike.seen, _after(received, rules.seen_within))
    if Clock.ANSWERED in clocks and (alike.due or alike.answered):
        yield _taken(received, Clock.ANSWERED, alike.answered, alike.due)
    within = rules.acknowledged_within(standard)
    if Clock.ACKNOWLEDGED in clocks and (alike.due or alike.answered) and within is not None:
        first_word = min((d for d in (alike.held, alike.answered) if d), default=None)
        yield _taken(received, Clock.ACKNOWLEDGED, first_word, _after(received, within))
    if Clock.PROMISED in clocks and alike.promised:
        yield _taken(received, Clock.PROMISED, alike.answered, alike.promised)


def _taken(
    received: dt.date, clock: Clock, stopped: dt.date | None, due: dt.date | None
) -> tuple[Clock, int | None, bool, dt.date | None]:
    if stopped is None:
        return clock, None, False, due
    return clock, days_taken(received, stopped), due is not None and stopped > due, None


@lru_cache(maxsize=65536)
def days_taken(received: dt.date, stopped: dt.date) -> int:
    """Working days an item took. Received on a day off it counts from the next working day, and never below 0."""
    return max(0, working_days_between(working_day_from(received), stopped))


@lru_cache(maxsize=65536)
def _after(day: dt.date, count: int) -> dt.date:
    return due_after(day, count)


def _tallies(facts: Told) -> Iterator[Tally]:
    auto = facts.routed and not facts.asked
    holds = {
        Tally.DECIDED: facts.routed,
        Tally.AUTO_ROUTED: auto,
        Tally.CORRECTED: auto and facts.moved,
        Tally.BOUNCED: facts.bounced,
        Tally.CHASER: facts.chases and not facts.repeats,
        Tally.REPEAT: facts.repeats,
        Tally.FIRST_CONTACT: facts.answered and not (facts.bounced or facts.chases or facts.chased),
        Tally.IN_TIME: facts.answered and not facts.late,
        Tally.LATE: facts.late,
        Tally.HELD: facts.held,
    }
    return (tally for tally, it_does in holds.items() if it_does)
