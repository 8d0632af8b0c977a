"""A calendar month, and the financial year it belongs to."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year, 1 to 12. Its text is 2026-10."""

    year: int
    number: int

    def __post_init__(self) -> None:
        """Refuse months that are not on any calendar."""
        if not 1 <= self.number <= 12 or not 1900 <= self.year <= 2999:
            raise ValueError(f"{self.year}-{self.number:02d} is no month; write it like 2026-10")

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """The month a day lies in."""
        return _month(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read 2026-10. Raises ValueError for anything else."""
        year, dash, number = text.strip().partition("-")
        if not dash or not (year.isdecimal() and number.isdecimal() and len(number) == 2):
            raise ValueError(f"'{text}' is no month; write it like 2026-10")
        return cls(int(year), int(number))

    @classmethod
    def from_index(cls, index: int) -> Month:
        """The month with that number of months since year 0."""
        return _month(index // 12, index % 12 + 1)

    @property
    def index(self) -> int:
        """Months since year 0, so that neighbours differ by one."""
        return self.year * 12 + self.number - 1

    @property
    def first(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        """Its last day."""
        return dt.date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def name(self) -> str:
        """As people say it: October 2026."""
        return f"{calendar.month_name[self.number]} {self.year}"

    @property
    def short_name(self) -> str:
        """For an axis: Oct 26."""
        return f"{calendar.month_abbr[self.number]} {self.year % 100:02d}"

    @property
    def financial_year_start(self) -> Month:
        """The April that began its financial year."""
        return Month(self.year if self.number >= 4 else self.year - 1, 4)

    @property
    def financial_year(self) -> str:
        """The council's year, April to March, as 2026-27."""
        start = self.financial_year_start.year
        return f"{start}-{(start + 1) % 100:02d}"

    def plus(self, months: int) -> Month:
        """The month so many months later (earlier when negative)."""
        return Month.from_index(self.index + months)

    def until(self, last: Month) -> Iterator[Month]:
        """Every month from this one to `last`, both included."""
        return (Month.from_index(i) for i in range(self.index, last.index + 1))

    def __str__(self) -> str:
        """2026-10."""
        return f"{self.year}-{self.number:02d}"


@lru_cache(maxsize=4096)
def _month(year: int, number: int) -> Month:
    """Figures ask for the month of every row, and hardly fifty different ones come."""
    return Month(year, number)
