from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.values.working_days import (
    add_working_days,
    counts_as_received,
    is_working_day,
    one_month_after,
    working_day_from,
    working_days_between,
)

DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))
CLOSES = dt.time(17, 0)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    "holiday",
    ["2026-01-01", "2026-04-03", "2026-04-06", "2026-05-04", "2026-08-31", "2026-12-25", "2026-12-28", "2022-09-19"],
)
def test_bank_holidays_of_england_are_no_working_days(holiday: str) -> None:
    assert not is_working_day(day(holiday))


@pytest.mark.parametrize("elsewhere", ["2026-01-02", "2026-03-17", "2026-07-13", "2026-11-30"])
def test_bank_holidays_of_scotland_and_northern_ireland_are_worked_in_england(elsewhere: str) -> None:
    assert is_working_day(day(elsewhere))


@pytest.mark.parametrize(
    ("received", "count", "due"),
    [
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-24", 10, "2026-12-08"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-24"),  # a Saturday counts as Monday; day 1 is Tuesday
        ("2026-12-23", 3, "2026-12-30"),  # Christmas Day and the substitute for Boxing Day are skipped
        ("2026-04-02", 1, "2026-04-07"),  # over Easter
        ("2028-02-28", 1, "2028-02-29"),  # a leap year
        ("2026-12-25", 0, "2026-12-29"),
        ("2026-12-29", -1, "2026-12-24"),
        ("2026-12-27", -1, "2026-12-24"),
    ],
)
def test_counted_in_working_days(received: str, count: int, due: str) -> None:
    assert add_working_days(day(received), count) == day(due)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        ("2026-11-24T17:00:00", "2026-11-24"),
        ("2026-11-24T17:00:01", "2026-11-25"),
        ("2026-11-27T18:30:00", "2026-11-30"),
        ("2026-11-28T10:00:00", "2026-11-30"),
        ("2026-12-24T23:59:00", "2026-12-29"),
    ],
)
def test_what_arrives_after_hours_or_at_the_weekend_counts_from_the_next_working_day(at: str, counts: str) -> None:
    assert counts_as_received(dt.datetime.fromisoformat(at), CLOSES) == day(counts)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-09-03", "2026-10-05"),  # 3 October is a Saturday
        ("2026-03-31", "2026-04-30"),
        ("2027-01-31", "2027-03-01"),  # 28 February is a Sunday
        ("2028-01-31", "2028-02-29"),
        ("2026-11-25", "2026-12-29"),  # Christmas Day, a Saturday to follow, then the substitute bank holiday
    ],
)
def test_one_month_is_the_same_date_or_the_months_last_day_moved_on_to_a_working_day(received: str, due: str) -> None:
    assert one_month_after(day(received)) == day(due)


@given(DAYS, st.integers(1, 60))
def test_the_due_day_is_worked_and_the_count_is_right(received: dt.date, count: int) -> None:
    due = add_working_days(received, count)
    assert is_working_day(due)
    assert working_days_between(working_day_from(received), due) == count


@given(DAYS, st.integers(0, 60))
def test_more_days_never_fall_due_earlier(received: dt.date, count: int) -> None:
    assert add_working_days(received, count) < add_working_days(received, count + 1)


@given(DAYS, st.integers(1, 60))
def test_counting_back_undoes_counting_forward(start: dt.date, count: int) -> None:
    worked = working_day_from(start)
    assert add_working_days(add_working_days(worked, count), -count) == worked


@given(DAYS)
def test_a_month_is_28_days_at_least_and_ends_on_a_working_day(received: dt.date) -> None:
    due = one_month_after(received)
    assert is_working_day(due)
    assert due - received >= dt.timedelta(days=28)
