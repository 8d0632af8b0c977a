"""Where a target stands: the path to it, what happened, where it is heading, with a range and not only a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from mailroom.config.targets import Measure, Target
from mailroom.targets.baseline import BaselineYear
from mailroom.values.counts import DayCount, Direction
from mailroom.values.month import Month

LEVEL = 0.8
"""The range holds four futures in five: the usual choice where a decision follows, wide enough to be honest."""

FEWEST_MONTHS = 6
"""Below half a year of months a trend cannot be told from chance, and no range is given."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Sums over the months ahead: the middle of the futures, and the range that holds LEVEL of them."""

    low: float
    middle: float
    high: float


class Range(Protocol):
    """A forecaster's answer."""

    @property
    def low(self) -> float:
        """The lower edge."""

    @property
    def middle(self) -> float:
        """Half the futures lie below it."""

    @property
    def high(self) -> float:
        """The upper edge."""


class Forecaster(Protocol):
    """The machine that carries a series of months forward."""

    def sum_ahead(self, history: Sequence[float], weights: Sequence[float], level: float) -> Range:
        """The weighted sum of the next len(weights) values of a series."""
        ...


class Standing(StrEnum):
    """Whether a target will be reached, as people say it."""

    REACHED = "reached"
    ON_PATH = "on course"
    AT_RISK = "in doubt"
    OFF_PATH = "off course"
    MISSED = "not reached"
    TOO_EARLY = "too early to say"


@dataclass(frozen=True, slots=True)
class PathPoint:
    """One month: the baseline's, the path's and the actual figure (None: the month is not over)."""

    month: Month
    baseline: float
    path: float
    actual: float | None


@dataclass(frozen=True, slots=True)
class Progress:
    """A target and where it stands at the end of `month`.

    baseline: of a year (0 for amounts). wanted: the yearly figure to reach; for amounts this financial year's step to
    it. so_far: of the last twelve months, or of the financial year for amounts. path: where the path wants it to be.
    outlook: the figure of the last year before the target's day (for amounts: of this financial year), or None when it
    is too early or the day has passed.
    """

    target: Target
    month: Month
    baseline: float
    wanted: float
    so_far: float
    path: float
    outlook: Outlook | None
    standing: Standing
    points: tuple[PathPoint, ...]

    @property
    def reduction(self) -> float | None:
        """Share off the baseline in the last twelve months; None for amounts."""
        return 1 - self.so_far / self.baseline if self.target.measure.is_a_reduction and self.baseline else None

    @property
    def has_a_measure(self) -> bool:
        """Whether there is anything to hold it against: a reduction without a baseline is none."""
        return bool(self.baseline) or not self.target.measure.is_a_reduction

    @property
    def is_a_step(self) -> bool:
        """Whether this financial year is to bring no more than a part of the amount."""
        return self.wanted < float(self.target.amount or 0)

    @property
    def months_without_record(self) -> int:
        """Of the last twelve, those before the first on record, which count as the baseline's."""
        return sum(p.actual is None for p in self.points if self.month.plus(-12) < p.month <= self.month)

    @property
    def gap(self) -> float:
        """How far the figure is from the path; above 0 is behind it."""
        behind = self.so_far - self.path
        return behind if self.target.measure.is_a_reduction else -behind


def directions_of(measure: Measure) -> frozenset[Direction]:
    """The directions a measure of items counts."""
    one_way = {Measure.ITEMS_IN: Direction.IN, Measure.ITEMS_OUT: Direction.OUT}.get(measure)
    return frozenset({one_way}) if one_way else frozenset(Direction)


def paper_by_month(rows: Sequence[DayCount], directions: frozenset[Direction], service: str = "") -> dict[Month, int]:
    """Items of paper post a month."""
    months: dict[Month, int] = {}
    for row in rows:
        if row.direction in directions and (not service or row.service == service):
            month = Month.of(row.day)
            months[month] = months.get(month, 0) + row.paper_items
    return months


def reduction(
    target: Target, year: BaselineYear, actual: Mapping[Month, int], month: Month, forecaster: Forecaster
) -> Progress:
    """A target of fewer items. A month without rows counts as a month without post only after the first with rows.

    Without a baseline nothing can be fewer: it is too early to say.
    """
    share = float(target.reduction or 0)
    known = _known_months(actual, month)
    start, end = Month.of(target.starts), Month.of(target.by)
    points = tuple(
        PathPoint(
            m,
            year.expected(m),
            year.expected(m) * (1 - share * _travelled(start, end, m)),
            actual.get(m, 0) if m in known else None,
        )
        for m in min(start, month.plus(-11)).until(max(end, month))
    )
    last_year = {m: float(actual.get(m, 0)) if m in known else float(year.expected(m)) for m in _year_to(month)}
    so_far = sum(last_year.values())
    outlook = _outlook(year, actual, known, month, end, forecaster)
    wanted = year.total * (1 - share)
    path = sum(year.expected(m) * (1 - share * _travelled(start, end, m)) for m in _year_to(month))
    standing = _standing_below(so_far, wanted, outlook, over=end <= month) if year.total else Standing.TOO_EARLY
    return Progress(target, month, year.total, wanted, so_far, path, outlook, standing, points)


def _known_months(actual: Mapping[Month, int], month: Month) -> tuple[Month, ...]:
    seen = [m for m in actual if m <= month]
    return tuple(min(seen).until(month)) if seen else ()


def _year_to(month: Month) -> tuple[Month, ...]:
    return tuple(month.plus(-11).until(month))


def _travelled(start: Month, end: Month, month: Month) -> float:
    """Share of the way gone by the end of a month: 0 before the start, 1 from the end on."""
    return min(1.0, max(0.0, (month.index - start.index + 1) / (end.index - start.index + 1)))


def _outlook(
    year: BaselineYear,
    actual: Mapping[Month, int],
    known: Sequence[Month],
    month: Month,
    end: Month,
    forecaster: Forecaster,
) -> Outlook | None:
    """Items of the year that ends with the target's month. Forecast as a share of the baseline month, so that the
    season is the baseline's and half a year of months is enough."""
    usable = [m for m in known if year.expected(m)]
    if len(usable) < FEWEST_MONTHS or end <= month:
        return None
    history = [actual.get(m, 0) / year.expected(m) for m in usable]
    final_year = set(_year_to(end))
    ahead = tuple(month.plus(1).until(end))
    already = sum(actual.get(m, 0) for m in known if m in final_year)
    weights = [float(year.expected(m)) if m in final_year else 0.0 for m in ahead]
    future = forecaster.sum_ahead(history, weights, LEVEL)
    return Outlook(*(max(0.0, already + x) for x in (future.low, future.middle, future.high)))


def _standing_below(so_far: float, wanted: float, outlook: Outlook | None, over: bool) -> Standing:
    if so_far <= wanted:
        return Standing.REACHED
    if outlook is None:
        return Standing.MISSED if over else Standing.TOO_EARLY
    if outlook.high <= wanted:
        return Standing.ON_PATH
    return Standing.OFF_PATH if outlook.low > wanted else Standing.AT_RISK


def amount(target: Target, gained: Mapping[Month, Decimal], month: Month, forecaster: Forecaster) -> Progress:
    """A target of pounds, hours or contacts of a financial year, measured in the year `month` lies in.

    Each year's step is wanted evenly over its months from the target's start on.
    """
    wanted = float(target.amount or 0) * _step(target, month)
    april = month.financial_year_start
    months = tuple(max(april, Month.of(target.starts)).until(april.plus(11)))
    known = [m for m in sorted(gained) if m <= month]
    series = [float(gained.get(m, 0)) for m in (known[0].until(month) if known else ())]
    so_far = sum(float(gained.get(m, 0)) for m in months if m <= month)
    left = sum(m > month for m in months)
    outlook = None
    if left and len(series) >= FEWEST_MONTHS:
        future = forecaster.sum_ahead(series, [1.0] * left, LEVEL)
        outlook = Outlook(so_far + future.low, so_far + future.middle, so_far + future.high)
    path = wanted * (len(months) - left) / len(months)
    each = wanted / len(months)
    points = tuple(PathPoint(m, 0.0, each, float(gained.get(m, 0)) if m <= month else None) for m in months)
    standing = _standing_above(so_far, wanted, outlook, over=not left)
    return Progress(target, month, 0.0, wanted, so_far, path, outlook, standing, points)


def _step(target: Target, month: Month) -> float:
    """Share of the amount that a financial year is to bring: equal steps, the last in the year of the target's day."""
    first, last, now = (m.financial_year_start.year for m in (Month.of(target.starts), Month.of(target.by), month))
    return min(1.0, (now - first + 1) / (last - first + 1))


def _standing_above(so_far: float, wanted: float, outlook: Outlook | None, over: bool) -> Standing:
    if so_far >= wanted:
        return Standing.REACHED
    if outlook is None:
        return Standing.MISSED if over else Standing.TOO_EARLY
    if outlook.low >= wanted:
        return Standing.ON_PATH
    return Standing.OFF_PATH if outlook.high < wanted else Standing.AT_RISK
