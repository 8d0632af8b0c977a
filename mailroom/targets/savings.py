"""The savings ledger: what each row of mail saved, line by line, cash kept apart from time.

A saving is what the item would have cost as an ordinary letter in its own envelope, less what it did cost.
Each letter has one cause (`Cause`), each cause touches a line once, so nothing is counted twice, and each line keeps
its row, so every pound leads back to rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from mailroom.config.costs import CostLine, Costs, MinutesLine
from mailroom.values.counts import PAPER_IN, Cause, DayCount, Direction
from mailroom.values.month import Month

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CostBook:
    """The prices of each month: a closed month keeps those it was closed with, whatever the file says later."""

    current: Costs
    closed: Mapping[Month, Costs] = field(default_factory=dict)

    def on(self, day: dt.date) -> Costs:
        """The costs that hold for a day."""
        return self.closed.get(Month.of(day), self.current)


@dataclass(frozen=True, slots=True)
class Saving:
    """One line of the ledger: quantity x unit pence, less `paid` where a cheaper class was paid for.

    line: a cost line, or 'time' with minutes and no pence. quantity: items or sheets. pence: saved, may be below 0
    where something cost more. row: the count it comes from.
    """

    row: DayCount
    line: str
    quantity: int
    unit: Decimal
    pence: Decimal
    minutes: Decimal
    cashable: bool


def ledger(rows: Iterable[DayCount], costs: CostBook) -> list[Saving]:
    """Every saving the rows hold, in their order."""
    found: list[Saving] = []
    days: dict[dt.date, _Prices] = {}
    for row in rows:
        if row.day not in days:
            days[row.day] = _Prices.on(row.day, costs.on(row.day))
        found += _of(row, days[row.day])
    return found


@dataclass(frozen=True, slots=True)
class _Prices:
    """What everything costs on one day: looked up once, since a day's or month's rows are many."""

    pence: Mapping[CostLine, Decimal]
    minutes: Mapping[MinutesLine, Decimal]
    cashable: frozenset[CostLine]

    @classmethod
    def on(cls, day: dt.date, costs: Costs) -> _Prices:
        return cls(
            {line: costs.pence(line, day) for line in CostLine},
            {line: costs.minutes_for(line, day) for line in MinutesLine},
            frozenset(costs.cashable),
        )


def _of(row: DayCount, prices: _Prices) -> Iterable[Saving]:
    if not row.items:
        return ()
    return _incoming(row, prices) if row.direction is Direction.IN else _BY_CAUSE[row.cause](row, prices)


def _money(row: DayCount, line: CostLine, quantity: int, prices: _Prices, paid: int = 0) -> Iterator[Saving]:
    unit = prices.pence[line]
    pence = unit * quantity - paid
    if pence:
        yield Saving(row, line.value, quantity, unit, pence, _NOTHING, line in prices.cashable)


def _time(row: DayCount, minutes: Decimal) -> Iterator[Saving]:
    if minutes:
        yield Saving(row, "time", row.items, minutes, _NOTHING, minutes * row.items, cashable=False)


def _incoming(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    """Paper that was scanned: nobody carries or sorts it, and nobody files its sheets."""
    if row.channel not in PAPER_IN:
        return
    yield from _money(row, CostLine.STORAGE_SHEET, row.sheets, prices)
    yield from _time(row, prices.minutes[MinutesLine.POST_IN] - prices.minutes[MinutesLine.SCANNED_IN])


def _nothing(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    return iter(())


def _not_posted(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    """Not printed and not posted: postage, envelope, every sheet, and the handling."""
    yield from _money(row, CostLine.POSTAGE, row.items, prices, paid=row.pence)
    yield from _money(row, CostLine.ENVELOPE, row.items, prices)
    yield from _money(row, CostLine.PRINT_SHEET, row.sheets, prices)
    yield from _time(row, prices.minutes[MinutesLine.POST_OUT])


def _emailed(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    """As not posted, less the email's own price."""
    yield from _not_posted(row, prices)
    price = prices.pence[CostLine.EMAIL]
    if price:
        spent = -price * row.items
        cashable = CostLine.EMAIL in prices.cashable
        yield Saving(row, CostLine.EMAIL.value, row.items, price, spent, _NOTHING, cashable)


def _consolidated(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    """Printed, but in another letter's envelope: postage and envelope only."""
    yield from _money(row, CostLine.POSTAGE, row.items, prices, paid=row.pence)
    yield from _money(row, CostLine.ENVELOPE, row.items, prices)


def _cheaper(row: DayCount, prices: _Prices) -> Iterator[Saving]:
    """Posted below the standard class: the difference in postage only."""
    yield from _money(row, CostLine.POSTAGE, row.items, prices, paid=row.pence)


_BY_CAUSE: dict[Cause, Callable[[DayCount, _Prices], Iterator[Saving]]] = {
    Cause.NONE: _nothing,
    Cause.EMAILED: _emailed,
    Cause.CONSOLIDATED: _consolidated,
    Cause.SUPPRESSED: _not_posted,
    Cause.CHEAPER_CLASS: _cheaper,
    Cause.NOT_SENT: _not_posted,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """A sum of ledger lines. cash and other in pence; minutes of officers' time."""

    cash: Decimal = _NOTHING
    other: Decimal = _NOTHING
    minutes: Decimal = _NOTHING

    @property
    def hours(self) -> Decimal:
        """The minutes as hours."""
        return self.minutes / 60

    def posts(self, hours_per_post: Decimal) -> Decimal:
        """The hours as full-time posts: 23,400 hours at 1,300 a post are 18."""
        return self.hours / hours_per_post

    def __add__(self, other: Saved) -> Saved:
        """Both together."""
        return Saved(self.cash + other.cash, self.other + other.other, self.minutes + other.minutes)


@dataclass(frozen=True, slots=True)
class CauseSaved:
    """What one cause saved: its letters (incoming: items scanned), and the sums of their lines."""

    cause: str
    items: int
    sheets: int
    saved: Saved


SCANNED = "scanned"
"""The cause of savings on incoming post: it was scanned, not carried."""


def by_cause(rows: Iterable[DayCount], savings: Iterable[Saving]) -> tuple[CauseSaved, ...]:
    """Every cause with items or savings; together they are the total. rows: those the savings come from."""
    items: dict[str, int] = {}
    sheets: dict[str, int] = {}
    for row in rows:
        cause = _cause(row)
        if cause:
            items[cause] = items.get(cause, 0) + row.items
            sheets[cause] = sheets.get(cause, 0) + row.sheets
    sums = by(savings, lambda s: _cause(s.row))
    names = sorted({*items, *sums})
    return tuple(CauseSaved(c, items.get(c, 0), sheets.get(c, 0), sums.get(c, Saved())) for c in names)


def _cause(row: DayCount) -> str:
    if row.direction is Direction.IN:
        return SCANNED if row.channel in PAPER_IN else ""
    return row.cause.value


def total(savings: Iterable[Saving]) -> Saved:
    """The sum of some lines."""
    cash = other = minutes = _NOTHING
    for saving in savings:
        minutes += saving.minutes
        if saving.cashable:
            cash += saving.pence
        else:
            other += saving.pence
    return Saved(cash, other, minutes)


def by(savings: Iterable[Saving], key: Callable[[Saving], str]) -> dict[str, Saved]:
    """Sums by any key; together they are the total."""
    groups: dict[str, list[Saving]] = {}
    for saving in savings:
        groups.setdefault(key(saving), []).append(saving)
    return {name: total(group) for name, group in sorted(groups.items())}
