from __future__ import annotations

import dataclasses
import datetime as dt
import statistics
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mailroom.targets import service_levels
from mailroom.targets.service_levels import level, percentile, quality
from mailroom.values.counts import Clock, ClockCount, Tally, TallyCount

TODAY = dt.date(2026, 11, 24)
RECEIVED = dt.date(2026, 10, 5)


def clock(
    days: int | None, items: int = 1, late: bool = False, due: dt.date | None = None, service: str = "a"
) -> ClockCount:
    return ClockCount(RECEIVED, service, "letters", "post", "letter", Clock.ANSWERED, days, late, due, items)


def test_an_open_overdue_item_counts_against_the_share() -> None:
    found = level(
        [clock(3, 8), clock(12, 1, late=True), clock(None, 1, due=dt.date(2026, 10, 19))], Clock.ANSWERED, TODAY
    )
    assert (found.share, found.overdue, found.oldest_open) == (0.8, 1, RECEIVED)


def test_an_open_item_that_is_not_due_yet_counts_neither_way() -> None:
    found = level([clock(3, 8), clock(None, 5, due=TODAY)], Clock.ANSWERED, TODAY)
    assert (found.share, found.open, found.overdue) == (1.0, 5, 0)


def test_the_latest_standard_of_a_service_is_the_one_with_most_late_answered_or_overdue() -> None:
    foi = dataclasses.replace(clock(21, 2, late=True), standard="foi")
    overdue, not_due = clock(None, 3, due=dt.date(2026, 10, 19)), clock(None, 9, due=TODAY)
    assert service_levels.latest([foi, overdue, not_due, clock(3, 50), clock(3, service="b")], TODAY) == {
        "a": ("letters", 3)
    }


def test_no_items_have_no_share_and_no_median() -> None:
    found = level([], Clock.SEEN, TODAY)
    assert (found.share, found.median, found.ninetieth) == (None, None, None)


@given(st.lists(st.integers(0, 60), min_size=1, max_size=200))
def test_the_median_is_one_that_half_the_items_kept_to(days: list[int]) -> None:
    assert percentile(Counter(days), 0.5) == statistics.median_low(days)
    assert percentile(Counter(days), 1.0) == max(days)


@given(
    st.lists(
        st.builds(
            clock,
            st.one_of(st.none(), st.integers(0, 30)),
            st.integers(1, 9),
            st.booleans(),
            st.none(),
            st.sampled_from("abc"),
        )
    )
)
def test_services_make_up_the_council(rows: list[ClockCount]) -> None:
    whole = level(rows, Clock.ANSWERED, TODAY)
    parts = service_levels.by(rows, lambda c: c.service, TODAY).values()
    for figure in ("items", "finished", "in_time", "open", "overdue"):
        assert sum(getattr(p, figure) for p in parts) == getattr(whole, figure)
    assert whole.finished + whole.open == whole.items


def test_failure_demand_is_chasers_and_repeats_of_those_routed() -> None:
    rows = [
        TallyCount(RECEIVED, "a", t, n)
        for t, n in ((Tally.DECIDED, 50), (Tally.CHASER, 3), (Tally.REPEAT, 1), (Tally.AUTO_ROUTED, 40))
    ]
    found = quality(rows)
    assert (found.failure_demand, found.auto_share, found.first_contact_share) == (0.08, 0.8, None)
