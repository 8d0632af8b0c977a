"""Forecasts by statsmodels: a short monthly series carried forward as a range of sums."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

_FUTURES = 2000
"""Simulated futures: the edges of a four-in-five range then move by about 1% between seeds."""

_SEED = 57
"""Fixed, so that the same rows give the same report."""

_MONTHS_FOR_A_TREND = 10
"""statsmodels finds a trend's start from ten values; a shorter series is carried forward at its level."""

_TREND: dict[str, Any] = {"trend": "add", "damped_trend": True, "initialization_method": "heuristic"}

_STEADY = 1e-9
"""A series that varies less than this has no spread to learn from."""


@dataclass(frozen=True, slots=True)
class SumAhead:
    """The weighted sum of the months ahead: low and high enclose the wanted share of futures."""

    low: float
    middle: float
    high: float


class EtsForecaster:
    """Exponential smoothing with a damped trend: holds recent change but does not run it to nothing."""

    def sum_ahead(self, history: Sequence[float], weights: Sequence[float], level: float) -> SumAhead:
        """Simulate futures and sum each by the weights. A perfectly steady series stays as it is."""
        return _sum_ahead(tuple(history), tuple(weights), level)


@lru_cache(maxsize=512)
def _sum_ahead(history: tuple[float, ...], weights: tuple[float, ...], level: float) -> SumAhead:
    """Remembered, because a fit takes 50 ms and a page asks for the same months again and again."""
    series = np.asarray(history, dtype=float)
    if not len(weights):
        return SumAhead(0.0, 0.0, 0.0)
    if float(np.ptp(series)) < _STEADY:
        steady = float(series[-1] * np.sum(weights))
        return SumAhead(steady, steady, steady)
    sums = np.asarray(weights, dtype=float) @ _futures(series, len(weights))
    low, middle, high = np.quantile(sums, ((1 - level) / 2, 0.5, (1 + level) / 2))
    return SumAhead(float(low), float(middle), float(high))


def _futures(series: np.ndarray, months: int) -> np.ndarray:
    """An array of months x futures."""
    # Here, because it takes two seconds of every process that starts, and most never forecast.
    from statsmodels.tools.sm_exceptions import ModelWarning
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        # A short series often stops at the edge of its parameters; the wider range says so better than a warning.
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        model = ETSModel(series, error="add", **(_TREND if len(series) >= _MONTHS_FOR_A_TREND else {}))
        fitted = model.fit(disp=False)
        freedom = max(1, len(series) - len(fitted.params))
        spread = float(np.sqrt(np.sum(np.square(fitted.resid)) / freedom))
        errors = np.random.default_rng(_SEED).normal(scale=spread, size=(months, _FUTURES))
        futures = fitted.simulate(nsimulations=months, anchor="end", repetitions=_FUTURES, random_errors=errors)
    return np.asarray(futures, dtype=float).reshape(months, _FUTURES)
