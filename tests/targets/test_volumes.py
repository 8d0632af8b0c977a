from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.targets import volumes
from mailroom.targets.baseline import BaselineYear
from mailroom.values.counts import DayCount, Direction
from mailroom.values.month import Month
from tests.targets.rows import any_count, count

NO_BASELINE = dict.fromkeys(Direction)


@pytest.mark.parametrize(
    ("today", "share"),
    [
        (dt.date(2026, 12, 31), 1.0),
        (dt.date(2026, 11, 30), 1.0),
        (dt.date(2026, 11, 13), 10 / 21),
        (dt.date(2026, 10, 31), 0.0),
    ],
)
def test_a_month_is_gone_by_its_working_days(today: dt.date, share: float) -> None:
    assert volumes.gone(Month(2026, 11), today) == pytest.approx(share)


@given(st.lists(any_count, max_size=40))
def test_months_and_services_make_up_the_whole(rows: list[DayCount]) -> None:
    months = list(Month(2025, 1).until(Month(2027, 12)))
    today = dt.date(2028, 1, 1)
    whole = volumes.of("all", rows, months, NO_BASELINE, today)
    by_month = volumes.by_month(rows, months, NO_BASELINE, today)
    for figure in ("paper_in", "paper_out", "in_other", "emailed", "avoided", "sheets", "pence"):
        assert sum(getattr(m, figure) for m in by_month) == getattr(whole, figure)
    assert (
        whole.paper + whole.in_other + whole.avoided
        == sum(r.paper_items + r.avoided_items for r in rows) + whole.in_other
    )


def test_months_before_the_first_on_record_are_not_a_fall_to_nothing() -> None:
    base = BaselineYear(Month(2025, 4), (100,) * 12)
    years = dict.fromkeys(Direction, base)
    rows = [count(day=dt.date(2026, 9, 1), items=50), count(day=dt.date(2026, 11, 3), items=50)]
    months = volumes.by_month(rows, Month(2026, 8).until(Month(2026, 11)), years, dt.date(2026, 12, 1))
    assert [m.baseline for m in months] == [None, 200, 200, 200]
    assert [m.change for m in months] == [None, -0.75, -1.0, -0.75], "October is on record, and had none"
