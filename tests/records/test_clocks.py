"""Clocks over bank holidays, weekends, summer time and receipt out of hours: rules that hold for any dates."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailroom.records.rolling import ItemFacts, Roll, Rules, days_taken, roll
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
facts = st.builds(
    lambda received, promised, answered, held, due, **rest: ItemFacts(
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
    sheets=st.integers(1, 9),
    flags=st.sampled_from([(), ("complaint",)]),
    routed=st.none(),
    seen=st.none(),
    first_service=st.just(""),
    asked=st.booleans(),
    bounced=st.booleans(),
    chases=st.booleans(),
    chased_answered=st.one_of(st.none(), days),
    chased=st.booleans(),
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


@given(st.lists(facts, max_size=12))
def test_every_clock_has_as_many_items_as_started_it(items: list[ItemFacts]) -> None:
    found = roll(items, [], RULES)
    assert items_of(found, Clock.ROUTED) == items_of(found, Clock.ANSWERED) == len(items)
    assert items_of(found, Clock.ACKNOWLEDGED) == sum("complaint" in i.flags for i in items)
    assert items_of(found, Clock.PROMISED) == sum(i.promised is not None for i in items)


@given(st.lists(facts, max_size=12))
def test_in_time_and_late_are_the_answered_and_no_item_is_both(items: list[ItemFacts]) -> None:
    tallies = {t: 0 for t in Tally}
    for row in roll(items, [], RULES).tallies:
        tallies[row.tally] += row.items
    answered = [i for i in items if i.answered]
    assert tallies[Tally.IN_TIME] + tallies[Tally.LATE] == len(answered)
    assert tallies[Tally.LATE] == sum(i.answered > i.due for i in answered if i.answered and i.due)
    assert tallies[Tally.CHASER] + tallies[Tally.REPEAT] == sum(i.chases for i in items)


@given(st.lists(facts, max_size=8), st.lists(facts, max_size=8))
def test_rolling_up_together_is_rolling_up_apart_and_adding(some: list[ItemFacts], others: list[ItemFacts]) -> None:
    together, apart = roll(some + others, [], RULES), (roll(some, [], RULES), roll(others, [], RULES))
    assert sum(c.items for c in together.counts) == sum(c.items for part in apart for c in part.counts)
    for clock in Clock:
        assert items_of(together, clock) == sum(items_of(part, clock) for part in apart)


@given(facts)
def test_a_holding_reply_stops_the_first_word_but_never_the_answer(item: ItemFacts) -> None:
    found = roll([item], [], RULES)
    answering = next(c for c in found.clocks if c.clock is Clock.ANSWERED)
    assert (answering.days is None) == (item.answered is None)
    first_word = [c for c in found.clocks if c.clock is Clock.ACKNOWLEDGED]
    assert all((c.days is None) == (item.held is None and item.answered is None) for c in first_word)
