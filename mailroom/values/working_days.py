"""Working days: Monday to Friday but England's bank holidays, and the dates counted in them.

Holidays come from the `holidays` library (country GB, subdivision ENG). Rule for receipt: post that arrives on a
day that is not a working day, or after the office has closed, counts as received on the next working day (the
Information Commissioner's guidance on section 10 of the Freedom of Information Act). Day 1 is the working day after
receipt. That Act also leaves out bank holidays of Scotland and Northern Ireland: counting England's alone gives the
same day or an earlier one, never a later one.
"""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

import holidays

_DAY = dt.timedelta(days=1)


@cache
def _england(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: dt.date) -> bool:
    """Whether councils in England work on it."""
    return day.weekday() < 5 and day not in _england(day.year)


def working_day_from(day: dt.date) -> dt.date:
    """The day itself if it is a working day, else the next one."""
    while not is_working_day(day):
        day += _DAY
    return day


def counts_as_received(at: dt.datetime, office_closes: dt.time) -> dt.date:
    """The day clocks start from, for something that arrived at `at` (local time); at the closing time is in time."""
    day = at.date() if at.time() <= office_closes else at.date() + _DAY
    return working_day_from(day)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The count-th working day after `day` (before it, if count is negative); 0 gives working_day_from(day)."""
    if count == 0:
        return working_day_from(day)
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    day = working_day_from(day) if count > 0 else day
    while left:
        day += step
        left -= is_working_day(day)
    return day


def due_after(received: dt.date, days: int) -> dt.date:
    """The last day of a clock of so many working days: what came on a day off counts from the next working day."""
    return add_working_days(working_day_from(received), days)


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Working days after `start` up to and including `end`; negative when end is before start."""
    if end < start:
        return -working_days_between(end, start)
    days = (start + _DAY * n for n in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)


def one_month_after(day: dt.date) -> dt.date:
    """The corresponding date in the next month, or its last day; on the next working day if that is none.

    How the UK GDPR's one month for subject access is counted (ICO guidance on time limits).
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = calendar.monthrange(year, month)[1]
    return working_day_from(dt.date(year, month, min(day.day, last)))
