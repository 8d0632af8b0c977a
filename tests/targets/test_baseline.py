from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.targets import baseline
from mailroom.targets.baseline import UnreadableBaseline, read_baseline
from mailroom.values.counts import Cause, DayCount, Direction
from mailroom.values.month import Month
from tests.targets.rows import any_count, count

GOOD = """month,service,direction,channel,items,set_aside,reason,source
2025-04,council_tax,out,print,"12,000",4000,one-off rebate letter,franking machine
2025-05,council_tax,out,print,6000,,,
2025-05,council_tax,in,post,1000,,,
"""
BOTH = frozenset(Direction)


def test_a_one_off_mailing_set_aside_is_not_in_the_baseline() -> None:
    year = baseline.year(read_baseline(GOOD), Month(2025, 4), BOTH)
    assert year.items[:3] == (8000, 7000, 0)
    assert year.expected(Month(2027, 5)) == 7000


def test_a_setting_aside_without_reason_is_refused_with_its_row() -> None:
    with pytest.raises(UnreadableBaseline, match=r"row 2.*reason"):
        read_baseline(GOOD.replace("one-off rebate letter", ""))


def test_every_wrong_row_is_named_and_nothing_is_imported() -> None:
    text = "month,service,direction,channel,items\n2025-13,a,in,post,1\n2025-04,a,up,post,2\n2025-04,a,in,post,x\n"
    with pytest.raises(UnreadableBaseline) as wrong:
        read_baseline(text)
    assert all(f"row {n}" in str(wrong.value) for n in (2, 3, 4))


def test_the_same_month_twice_is_refused() -> None:
    with pytest.raises(UnreadableBaseline, match="2 times"):
        read_baseline("month,service,direction,channel,items\n2025-04,a,in,post,1\n2025-04,a,in,post,2\n")


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnreadableBaseline, match="items"):
        read_baseline("month,service,direction,channel\n")


def test_a_letter_that_was_emailed_is_not_in_a_measured_baseline() -> None:
    rows = [count(items=5), count(items=7, channel="email", cause=Cause.EMAILED)]
    assert [b.items for b in baseline.measured(rows, Month(2026, 4))] == [5]


def test_the_season_averages_one() -> None:
    year = baseline.BaselineYear(Month(2025, 4), tuple(range(1, 13)))
    assert sum(year.season) / 12 == pytest.approx(1)


@given(st.lists(any_count, max_size=30))
def test_services_make_up_the_council_in_every_direction(rows: list[DayCount]) -> None:
    first = Month(2026, 1)
    known = baseline.measured(rows, first)
    whole = baseline.year(known, first, BOTH).total
    parts = [baseline.year(known, first, frozenset({d}), s).total for d in Direction for s in {r.service for r in rows}]
    assert sum(parts) == whole
    assert whole == sum(r.paper_items for r in rows if dt.date(2026, 1, 1) <= r.day <= dt.date(2026, 12, 31))
