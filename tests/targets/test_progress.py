from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.targets import Target
from mailroom.gateways.forecast import EtsForecaster
from mailroom.targets import progress
from mailroom.targets.baseline import BaselineYear
from mailroom.targets.progress import Outlook, Standing
from mailroom.values.month import Month

YEAR = BaselineYear(Month(2025, 4), (1000,) * 12)
TARGET = Target.model_validate(
    {
        "code": "post",
        "name": "30% fewer",
        "measure": "items",
        "baseline": "2025-04",
        "starts": dt.date(2026, 4, 1),
        "by": dt.date(2028, 3, 31),
        "reduction": "0.3",
    }
)
HOURS = Target.model_validate(
    {
        "code": "h",
        "name": "hours",
        "measure": "hours",
        "starts": dt.date(2026, 4, 1),
        "by": dt.date(2027, 3, 31),
        "amount": 1200,
    }
)


class GoesOn:
    """The last value for ever, a tenth either way."""

    def sum_ahead(self, history: Sequence[float], weights: Sequence[float], level: float) -> Outlook:
        middle = history[-1] * sum(weights)
        return Outlook(middle * 0.9, middle, middle * 1.1)


def _actual(values: Sequence[int]) -> dict[Month, int]:
    return {Month(2026, 4).plus(i): n for i, n in enumerate(values)}


def test_the_path_ends_at_the_target_and_starts_at_the_baseline() -> None:
    found = progress.reduction(TARGET, YEAR, {}, Month(2026, 3), GoesOn())
    assert found.points[-1].path == pytest.approx(700)
    assert found.path == 12000
    assert found.standing is Standing.TOO_EARLY


def test_post_that_falls_well_below_the_target_is_reached_after_a_year() -> None:
    found = progress.reduction(TARGET, YEAR, _actual([600] * 12), Month(2027, 3), GoesOn())
    assert found.standing is Standing.REACHED
    assert found.reduction == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("each", "standing"), [(600, Standing.ON_PATH), (700, Standing.AT_RISK), (950, Standing.OFF_PATH)]
)
def test_the_standing_follows_from_where_the_whole_range_lies(each: int, standing: Standing) -> None:
    found = progress.reduction(TARGET, YEAR, _actual([each] * 6), Month(2026, 9), GoesOn())
    assert found.standing is standing


def test_no_range_is_given_before_half_a_year_is_known() -> None:
    found = progress.reduction(TARGET, YEAR, _actual([900] * 5), Month(2026, 8), GoesOn())
    assert found.outlook is None
    assert found.standing is Standing.TOO_EARLY


@pytest.mark.parametrize("each", [0, 900])
def test_no_target_is_reached_without_a_baseline_to_fall_below(each: int) -> None:
    found = progress.reduction(
        TARGET, BaselineYear(YEAR.first, (0,) * 12), _actual([each] * 12), Month(2027, 3), GoesOn()
    )
    assert found.standing is Standing.TOO_EARLY


def test_a_month_that_is_not_over_has_no_actual_figure() -> None:
    found = progress.reduction(TARGET, YEAR, _actual([900] * 8), Month(2026, 9), GoesOn())
    assert [p.month for p in found.points if p.actual is not None][-1] == Month(2026, 9)


def test_an_amount_counts_the_financial_year_only() -> None:
    gained = {Month(2026, 3): Decimal(5000), **{m: Decimal(100) for m in Month(2026, 4).until(Month(2026, 9))}}
    found = progress.amount(HOURS, gained, Month(2026, 9), GoesOn())
    assert (found.so_far, found.path, found.gap) == (600, 600, 0)
    assert found.standing is Standing.AT_RISK


@pytest.mark.parametrize(("month", "step", "path"), [
    (Month(2026, 4), 800, 800 / 12), (Month(2027, 3), 800, 800), (Month(2027, 9), 1600, 800),
    (Month(2029, 3), 2400, 2400),
])  # fmt: skip
def test_an_amount_to_be_reached_in_three_years_rises_by_a_third_a_year(month: Month, step: float, path: float) -> None:
    target = HOURS.model_copy(update={"amount": Decimal(2400), "by": dt.date(2029, 3, 31)})
    found = progress.amount(target, {}, month, GoesOn())
    assert (found.wanted, found.path) == (pytest.approx(step), pytest.approx(path))
    assert found.is_a_step is (step < 2400)


def test_an_amount_that_begins_in_the_middle_of_a_year_is_wanted_from_then_on() -> None:
    target = HOURS.model_copy(update={"starts": dt.date(2026, 10, 1)})
    found = progress.amount(target, {}, Month(2026, 12), GoesOn())
    assert found.path == pytest.approx(600)
    assert [p.month for p in found.points] == list(Month(2026, 10).until(Month(2027, 3)))


def test_when_the_time_is_over_a_target_is_reached_or_not_and_never_too_early() -> None:
    over = progress.reduction(TARGET, YEAR, _actual([900] * 24), Month(2028, 3), GoesOn())
    assert (over.outlook, over.standing) == (None, Standing.MISSED)
    year_end = progress.amount(HOURS, {Month(2026, 4): Decimal(5)}, Month(2027, 3), GoesOn())
    assert year_end.standing is Standing.MISSED


def test_months_not_on_record_are_counted() -> None:
    assert progress.reduction(TARGET, YEAR, _actual([900] * 6), Month(2026, 9), GoesOn()).months_without_record == 6
    assert progress.reduction(TARGET, YEAR, _actual([900] * 14), Month(2027, 5), GoesOn()).months_without_record == 0


def test_the_forecasters_range_holds_a_steady_future_and_widens_with_noise() -> None:
    steady = EtsForecaster().sum_ahead([0.9] * 12, [100.0] * 12, 0.8)
    assert steady.low == steady.high == pytest.approx(1080)
    noisy = EtsForecaster().sum_ahead(
        [0.9, 1.0, 0.8, 0.95, 0.85, 0.9, 1.02, 0.78, 0.93, 0.9, 0.88, 0.91], [100.0] * 12, 0.8
    )
    assert noisy.low < 1080 < noisy.high
    assert noisy.low < noisy.middle < noisy.high


def test_the_same_rows_give_the_same_range() -> None:
    series = [1.0, 0.97, 0.99, 0.93, 0.95, 0.9, 0.91]
    assert EtsForecaster().sum_ahead(series, [1.0] * 6, 0.8) == EtsForecaster().sum_ahead(series, [1.0] * 6, 0.8)


@given(st.lists(st.integers(0, 2000), min_size=6, max_size=23))
def test_a_forecast_never_falls_below_what_already_happened(values: list[int]) -> None:
    month = Month(2026, 4).plus(len(values) - 1)
    found = progress.reduction(TARGET, YEAR, _actual(values), month, GoesOn())
    final_year = set(Month(2027, 4).until(Month(2028, 3)))
    happened = sum(n for m, n in _actual(values).items() if m in final_year)
    assert found.outlook is None or found.outlook.low >= happened
