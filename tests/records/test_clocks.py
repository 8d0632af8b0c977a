"""Clocks over bank holidays, weekends, summer time and receipt out of hours: rules that hold for any dates."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailroom.records.rolling import Dated, Roll, Rules, Told, days_taken, roll
from mailroom.values.counts import Clock, Tally
from mailroom.values.working_days import counts_as_received, due_after, is_working_day

LONDON = ZoneInfo("Europe/London")
RULES = Rules(
    lambda service, channel, flags: "complaint" if "complaint" in flags else "letters",
    routed_within=1,
    seen_within=2,
    acknowledged_within=lambda standard: 5 if standard == "complaint" else None,
)
days = st.dates(dt.date(2025, 1, 1), dt.date(2028, 12, 31))
later = st.one_of(st.none(), st.integers(0, 60))
dates = st.builds(
    lambda received, promised, answered, held, due, **rest: Dated(
        clocks=frozenset(Clock),
        received=received,
        due=due_after(received, due),
        answered=None if answered is None else received + dt.timedelta(days=answered),
        held=None if held is None else received + dt.timedelta(days=held),
        promised=None if held is None or promised is None else received + dt.timedelta(days=promised),
        **rest,
    ),
    received=days,
    answered=later,
    held=later,
    promised=later,
    due=st.sampled_from([5, 10, 20]),
    service=st.sampled_from(["council_tax", "waste"]),
    channel=st.sampled_from(["post", "email"]),
    kind=st.sampled_from(["letter", "form"]),
    flags=st.sampled_from([(), ("complaint",)]),
    items=st.integers(1, 9),
)
happened = st.builds(
    lambda answered, late, chases, repeats, **rest: Told(
        answered=answered, late=answered and late, chases=chases, repeats=chases and repeats, **rest
    ),
    received=days,
    service=st.sampled_from(["council_tax", "waste"]),
    items=st.integers(1, 9),
    **dict.fromkeys(("asked", "bounced", "chases", "repeats", "answered", "late", "held", "chased"), st.booleans()),
)


@given(days, st.integers(1, 40), st.integers(0, 80))
def test_an_answer_by_the_last_day_never_took_more_days_than_promised(
    received: dt.date, within: int, after: int
) -> None:
    stopped = received + dt.timedelta(days=after)
    due = due_after(received, within)
    if stopped <= due:
        assert days_taken(received, stopped) <= within
    elif is_working_day(stopped):
        assert days_taken(received, stopped) > within


@given(days, st.integers(1, 40))
def test_post_that_comes_on_a_day_off_has_as_many_days_as_mondays_post(received: dt.date, within: int) -> None:
    due = due_after(received, within)
    assert is_working_day(due)
    assert days_taken(received, due) == within


_moments = st.integers(1735689600, 1861833600).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
"""From January 2025 to December 2028."""


@given(_moments, st.integers(0, 600))
def test_what_comes_later_never_counts_as_received_earlier(first: dt.datetime, minutes: int) -> None:
    """By London's clock, over both of its changes, and over the closing of the office."""
    second = first + dt.timedelta(minutes=minutes)
    counted = [counts_as_received(m.astimezone(LONDON), dt.time(17)) for m in (first, second)]
    assert counted[0] <= counted[1]
    assert all(is_working_day(day) for day in counted)
    assert counted[0] >= first.astimezone(LONDON).date()


def items_of(found: Roll, clock: Clock) -> int:
    return sum(c.items for c in found.clocks if c.clock is clock)


@given(st.lists(dates, max_size=12))
def test_every_clock_has_as_many_items_as_started_it(alike: list[Dated]) -> None:
    found = roll([], alike, [], RULES)
    every = sum(some.items for some in alike)
    assert items_of(found, Clock.ROUTED) == items_of(found, Clock.ANSWERED) == every
    assert items_of(found, Clock.ACKNOWLEDGED) == sum(some.items for some in alike if "complaint" in some.flags)
    assert items_of(found, Clock.PROMISED) == sum(some.items for some in alike if some.promised)


@given(st.lists(happened, max_size=12))
def test_in_time_and_late_are_the_answered_and_no_item_is_both(facts: list[Told]) -> None:
    tallies = dict.fromkeys(Tally, 0)
    for row in roll([], [], facts, RULES).tallies:
        tallies[row.tally] += row.items
    assert tallies[Tally.IN_TIME] + tallies[Tally.LATE] == sum(some.items for some in facts if some.answered)
    assert tallies[Tally.LATE] == sum(some.items for some in facts if some.late)
    assert tallies[Tally.CHASER] + tallies[Tally.REPEAT] == sum(some.items for some in facts if some.chases)


@given(st.lists(dates, max_size=8), st.lists(dates, max_size=8))
def test_rolling_up_together_is_rolling_up_apart_and_adding(some: list[Dated], others: list[Dated]) -> None:
    together = roll([], some + others, [], RULES)
    apart = (roll([], some, [], RULES), roll([], others, [], RULES))
    for clock in Clock:
        assert items_of(together, clock) == sum(items_of(part, clock) for part in apart)


@given(dates)
def test_a_holding_reply_stops_the_first_word_but_never_the_answer(alike: Dated) -> None:
    found = roll([], [alike], [], RULES)
    answering = next(c for c in found.clocks if c.clock is Clock.ANSWERED)
    assert (answering.days is None) == (alike.answered is None)
    first_word = [c for c in found.clocks if c.clock is Clock.ACKNOWLEDGED]
    assert all((c.days is None) == (alike.held is None and alike.answered is None) for c in first_word)
