"""A few months of a made-up council's post, small enough for every test run."""

from __future__ import annotations

import datetime as dt
import random

from mailroom.values.month import Month
from tests.benchmarks.council_years import CouncilYears

TODAY = dt.date(2026, 11, 13)
NOW = dt.datetime(2026, 11, 13, 12, tzinfo=dt.UTC)


def write_post(a_day: int = 6) -> None:
    """From October to mid-November 2026, with the baseline year before it."""
    council = CouncilYears(dt.date(2026, 10, 1), TODAY, a_day, dt.date(2026, 7, 1), 150, random.Random(7))
    council.keep_baseline(Month(2025, 4))
    council.write()
