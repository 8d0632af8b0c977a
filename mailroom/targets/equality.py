"""The equality view: how many stay on paper and why, by area and age band; never individuals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class OnPaper:
    """People who get paper for one reason, in one postcode sector and age band. reason: the rule that decided."""

    sector: str
    age_band: str
    reason: str
    people: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of a table. people is None where the group is too small, or would give a small one away."""

    row: str
    column: str
    people: int | None


@dataclass(frozen=True, slots=True)
class EqualityTable:
    """People by row and column, with totals. The totals hold everyone, shown or not."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None

    def people(self, row: str, column: str) -> int | None:
        """One cell."""
        return next(c.people for c in self.cells if (c.row, c.column) == (row, column))


def age_band(born: dt.date | None, on: dt.date, bands: Sequence[int]) -> str:
    """The band of someone's age on a day: '25-44', '85 and over', or 'not known'."""
    if born is None or born > on:
        return NOT_KNOWN
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    place = max(i for i, youngest in enumerate(bands) if youngest <= age)
    if place + 1 == len(bands):
        return f"{bands[place]} and over"
    return f"{bands[place]}-{bands[place + 1] - 1}"


def sector(postcode: str) -> str:
    """A postcode's sector, 'WX1 4' of 'WX1 4AB': several thousand homes, never one."""
    outward, _, inward = postcode.strip().upper().rpartition(" ")
    return f"{outward} {inward[0]}" if outward and inward[:1].isdigit() else NOT_KNOWN


def table(groups: Iterable[OnPaper], by: str, suppress_below: int) -> EqualityTable:
    """Reasons in columns, `by` ('sector' or 'age_band') in rows; small groups hidden so that none can be worked out.

    A hidden figure alone in its line could be had by subtraction from the line's total, and so could the sum of a few
    small ones; then the next smallest figure of the line is hidden with it. Totals are figures of their lines too.
    """
    sums = Counter[tuple[str, str]]()
    for group in groups:
        row = str(getattr(group, by))
        for key in ((row, group.reason), (row, _ALL), (_ALL, group.reason), (_ALL, _ALL)):
            sums[key] += group.people
    rows = tuple(sorted({r for r, _ in sums} - {_ALL}))
    columns = tuple(sorted({c for _, c in sums} - {_ALL}))
    hidden = {key for key, n in sums.items() if 0 < n < suppress_below}
    _hide_what_gives_them_away(rows, columns, sums, hidden, suppress_below)

    def shown(row: str, column: str) -> int | None:
        return None if (row, column) in hidden else sums[row, column]

    return EqualityTable(
        rows=rows,
        columns=columns,
        cells=tuple(Cell(r, c, shown(r, c)) for r in rows for c in columns),
        row_totals=tuple(shown(r, _ALL) for r in rows),
        column_totals=tuple(shown(_ALL, c) for c in columns),
        total=shown(_ALL, _ALL),
    )


_ALL = "\0all"
"""The key of totals; no reason or sector can be called so."""


def _hide_what_gives_them_away(
    rows: Sequence[str],
    columns: Sequence[str],
    sums: Counter[tuple[str, str]],
    hidden: set[tuple[str, str]],
    suppress_below: int,
) -> None:
    """Hide further figures, line by line, until nothing hidden can be worked out. A line's last figure is its total."""
    lines = [[(r, c) for c in (*columns, _ALL)] for r in (*rows, _ALL)]
    lines += [[(r, c) for r in (*rows, _ALL)] for c in (*columns, _ALL)]
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for line in lines:
            while more := _gives_away(line, sums, hidden, suppress_below):
                hidden.add(more)


def _gives_away(
    line: list[tuple[str, str]], sums: Counter[tuple[str, str]], hidden: set[tuple[str, str]], suppress_below: int
) -> tuple[str, str] | None:
    """The figure of a line to hide next, or None when nothing hidden in it can be worked out."""
    *parts, whole = line
    secret = [key for key in parts if key in hidden]
    small = whole not in hidden and 0 < sum(sums[k] for k in secret) < suppress_below
    alone = len(secret) + (whole in hidden) == 1
    if not (small or alone):
        return None
    shown = [key for key in parts if key not in hidden and sums[key]] or [k for k in (whole,) if k not in hidden]
    return min(shown, key=lambda key: (sums[key], key), default=None)
