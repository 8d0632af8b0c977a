"""A stretch of whole months that figures are asked for: a month, a financial year, or any from one to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.values.month import Month


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From the first day of one month to the last day of another."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise ValueError("the last month must not come before the first")

    @classmethod
    def one(cls, month: Month) -> Period:
        """A single month."""
        return cls(month, month)

    @classmethod
    def financial_year(cls, month: Month) -> Period:
        """The whole financial year a month lies in."""
        start = month.financial_year_start
        return cls(start, start.plus(11))

    @property
    def length(self) -> int:
        """How many months."""
        return self.last.index - self.first.index + 1

    @property
    def before(self) -> Period:
        """As many months just before it."""
        return Period(self.first.plus(-self.length), self.first.plus(-1))

    @property
    def is_financial_year(self) -> bool:
        """Whether it is April to March."""
        return self.length == 12 and self.first.number == 4

    @property
    def name(self) -> str:
        """As people say it: October 2026; April to June 2026; the year 2026-27."""
        if self.length == 1:
            return self.first.name
        if self.is_financial_year:
            return f"the year {self.first.financial_year}"
        start = self.first.name if self.first.year != self.last.year else self.first.name.partition(" ")[0]
        return f"{start} to {self.last.name}"

    def __contains__(self, month: Month) -> bool:
        """Whether a month lies in it."""
        return self.first <= month <= self.last

    def __iter__(self) -> Iterator[Month]:
        """Its months in order."""
        return self.first.until(self.last)

    def __str__(self) -> str:
        """2026-10, or 2026-04 to 2026-06."""
        return str(self.first) if self.length == 1 else f"{self.first} to {self.last}"
