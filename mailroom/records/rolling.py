"""From single items and letters to daily counts: pure, so that a roll-up and its check cannot differ by accident."""

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
class ItemFacts:
    """What the figures need of one incoming item. Days are the council's own, not UTC's.

    due: the last day to answer, None when none was set. answered: on that day, else None. held: day of the first
    holding reply; promised: the day it named. first_service: where the line would have sent it. asked: a person was
    asked first. bounced: an earlier owner team got it. chases: it is a second letter; chased_answered: the day the
    first was answered. chased: a second letter came about this one.
    """

    received: dt.date
    service: str
    channel: str
    kind: str
    sheets: int
    flags: tuple[str, ...]
    due: dt.date | None
    routed: dt.date | None
    seen: dt.date | None
    answered: dt.date | None
    held: dt.date | None
    promised: dt.date | None
    first_service: str
    asked: bool
    bounced: bool
    chases: bool
    chased_answered: dt.date | None
    chased: bool


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


def roll(items: Iterable[ItemFacts], letters: Iterable[DayCount], rules: Rules) -> Roll:
    """Sum items and letters (each a count of one or more). Rows of nothing are left out."""
    volumes: dict[_Kind, tuple[int, int, int]] = {}
    clocks: Counter[_Duration] = Counter()
    tallies: Counter[tuple[dt.date, str, Tally]] = Counter()
    for item in items:
        _add(volumes, _as_count(item))
        standard = rules.standard_of(item.service, item.channel, item.flags)
        key = (item.received, item.service, standard, item.channel, item.kind)
        clocks.update(_Duration(*key, *taken) for taken in _clocks(item, standard, rules))
        tallies.update((item.received, item.service, tally) for tally in _tallies(item))
    for letter in letters:
        _add(volumes, letter)
    return Roll(
        counts=tuple(DayCount(*kind[:6], *sums, kind.why) for kind, sums in sorted(volumes.items())),
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


def _as_count(item: ItemFacts) -> DayCount:
    return DayCount(item.received, item.service, Direction.IN, item.channel, item.kind, Cause.NONE, 1, item.sheets)


def _add(volumes: dict[_Kind, tuple[int, int, int]], row: DayCount) -> None:
    kind = _Kind(row.day, row.service, row.direction, row.channel, row.kind, row.cause, row.why)
    items, sheets, pence = volumes.get(kind, (0, 0, 0))
    volumes[kind] = (items + row.items, sheets + row.sheets, pence + row.pence)


def _clocks(item: ItemFacts, standard: str, rules: Rules) -> Iterator[tuple[Clock, int | None, bool, dt.date | None]]:
    """Each clock of an item: its working days, whether it stopped late, and its last day while it runs.

    An item nobody owes an answer (no due date, none given) has no answering clock.
    """
    yield _taken(item.received, Clock.ROUTED, item.routed, _after(item.received, rules.routed_within))
    yield _taken(item.received, Clock.SEEN, item.seen, _after(item.received, rules.seen_within))
    if item.due or item.answered:
        yield _taken(item.received, Clock.ANSWERED, item.answered, item.due)
        within = rules.acknowledged_within(standard)
        if within is not None:
            first_word = min((d for d in (item.held, item.answered) if d), default=None)
            yield _taken(item.received, Clock.ACKNOWLEDGED, first_word, _after(item.received, within))
    if item.promised:
        yield _taken(item.received, Clock.PROMISED, item.answered, item.promised)


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


def _tallies(item: ItemFacts) -> Iterator[Tally]:
    auto = item.routed is not None and not item.asked
    late = item.answered is not None and item.due is not None and item.answered > item.due
    facts = {
        Tally.DECIDED: item.routed is not None,
        Tally.AUTO_ROUTED: auto,
        Tally.CORRECTED: auto and bool(item.first_service) and item.first_service != item.service,
        Tally.BOUNCED: item.bounced,
        Tally.CHASER: item.chases and not _was_answered_before(item),
        Tally.REPEAT: item.chases and _was_answered_before(item),
        Tally.FIRST_CONTACT: item.answered is not None and not (item.bounced or item.chases or item.chased),
        Tally.IN_TIME: item.answered is not None and not late,
        Tally.LATE: late,
        Tally.HELD: item.held is not None,
    }
    return (tally for tally, holds in facts.items() if holds)


def _was_answered_before(item: ItemFacts) -> bool:
    """Whether the letter this one repeats had its answer before this one came."""
    return item.chased_answered is not None and item.chased_answered < item.received
