"""The equality view: how many stay on paper and why, by area and age band; never individuals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

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
    """One group of a table, rounded. people is None where the group is small or nobody, or would give one away."""

    row: str
    column: str
    people: int | None


@dataclass(frozen=True, slots=True)
class EqualityTable:
    """People by row and column, with totals, each rounded by itself to `rounded_to`, so that they need not add up.

    The totals hold everyone, shown or not.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None
    rounded_to: int

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


Key = tuple[str, str, str]
"""A figure: the table it is of ('' for totals that tables share), its row, its column."""


def tables(groups: Sequence[OnPaper], bys: Sequence[str], suppress_below: int) -> tuple[EqualityTable, ...]:
    """Reasons in columns and, one table each, `bys` ('sector', 'age_band') in rows; small groups are hidden.

    Beside them as many figures as it takes that none hidden can be worked out, from one table or from all together:
    they count the same people, so that their totals are the same and are hidden in all or in none. What is shown is
    rounded to `suppress_below`, so that what several lines hide together is not known either. Nobody is hidden too:
    were a 0 shown, thirty hidden figures with a total of 30 would each be known to be 1. Other tables of the same
    people must not stand beside these (records/monthly_counts.py sees to it): eight areas with one person more each
    would do (docs/figures.md).
    """
    sums = Counter[Key]()
    for group in groups:
        for key in [("", _ALL, group.reason), ("", _ALL, _ALL)]:
            sums[key] += group.people
        for by in bys:
            row = str(getattr(group, by))
            for key in [(by, row, group.reason), (by, row, _ALL)]:
                sums[key] += group.people
    columns = tuple(sorted({column for _, _, column in sums} - {_ALL}))
    rows = {by: tuple(sorted({row for of, row, _ in sums if of == by})) for by in bys}
    hidden = {key for key, n in sums.items() if 0 < n < suppress_below}
    lines = _lines(rows, columns)
    _hide_what_gives_them_away(lines, sums, hidden, suppress_below)
    if sums:
        hidden |= {key for line in lines for key in line if not sums[key]}

    def shown(*key: str) -> int | None:
        of, row, column = key
        return None if (of, row, column) in hidden else _rounded(sums[of, row, column], suppress_below)

    return tuple(
        EqualityTable(
            rows=rows[by],
            columns=columns,
            cells=tuple(Cell(r, c, shown(by, r, c)) for r in rows[by] for c in columns),
            row_totals=tuple(shown(by, r, _ALL) for r in rows[by]),
            column_totals=tuple(shown("", _ALL, c) for c in columns),
            total=shown("", _ALL, _ALL),
            rounded_to=suppress_below,
        )
        for by in bys
    )


def _rounded(people: int, to: int) -> int:
    """To the nearest, halves up."""
    return (people + to // 2) // to * to


_ALL = "\0all"
"""The key of totals; no reason or sector can be called so."""


def _lines(rows: Mapping[str, Sequence[str]], columns: Sequence[str]) -> list[list[Key]]:
    """Every row and column of every table, and the shared totals; a line's last figure is the sum of the others."""
    lines = [[("", _ALL, c) for c in (*columns, _ALL)]]
    for by, names in rows.items():
        lines += [[(by, r, c) for c in (*columns, _ALL)] for r in names]
        lines += [[*((by, r, c) for r in names), ("", _ALL, c)] for c in (*columns, _ALL)]
    return lines


def _hide_what_gives_them_away(
    lines: Sequence[list[Key]], sums: Counter[Key], hidden: set[Key], suppress_below: int
) -> None:
    """Hide further figures until nothing hidden can be worked out, from one line or from several together."""
    before = -1
    while len(hidden) > before:
        before = len(hidden)
        for line in lines:
            while more := _gives_away(line, sums, hidden, suppress_below):
                hidden.add(more)
        if len(hidden) == before:
            beside = (_beside(key, lines, sums, hidden) for key in _worked_out(lines, hidden))
            hidden.update([key for key in beside if key not in hidden][:1])


def _gives_away(line: list[Key], sums: Counter[Key], hidden: set[Key], suppress_below: int) -> Key | None:
    """The figure of a line to hide next, or None when nothing hidden in it can be worked out.

    One hidden alone could be had by subtraction from the line's total, and so could the sum of a few small ones.
    """
    *parts, whole = line
    secret = [key for key in parts if key in hidden]
    small = whole not in hidden and 0 < sum(sums[k] for k in secret) < suppress_below
    alone = len(secret) + (whole in hidden) == 1
    if not (small or alone):
        return None
    shown = [key for key in parts if key not in hidden and sums[key]] or [k for k in (whole,) if k not in hidden]
    return min(shown, key=lambda key: (sums[key], key), default=None)


def _worked_out(lines: Sequence[list[Key]], hidden: set[Key]) -> list[Key]:
    """Hidden figures that the lines taken together leave only one value for.

    Such a figure's own unit vector is a sum of lines: its leverage among them is 1.
    """
    keys = sorted(hidden)
    if not keys:
        return []
    place = {key: n for n, key in enumerate(keys)}
    known = [line for line in lines if not hidden.isdisjoint(line)]
    system = np.zeros((len(known), len(keys)))
    for number, line in enumerate(known):
        for key in line:
            if key in place:
                system[number, place[key]] = -1.0 if key == line[-1] else 1.0
    inverse = np.linalg.pinv(system @ system.T, rcond=1e-9, hermitian=True)
    leverage = np.einsum("ij,ik,kj->j", system, inverse, system, optimize=True)
    return [key for key, share in zip(keys, leverage, strict=True) if share > 1 - 1e-6]


def _beside(key: Key, lines: Sequence[list[Key]], sums: Counter[Key], hidden: set[Key]) -> Key:
    """The smallest figure shown in a line with it, or else in a line with anything hidden; itself when all are."""
    for near in ({key}, hidden):
        shown = [k for line in lines if not near.isdisjoint(line) for k in line if k not in hidden and sums[k]]
        if shown:
            return min(shown, key=lambda k: (sums[k], k))
    return key
