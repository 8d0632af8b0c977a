from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mailroom.targets.equality import Cell, EqualityTable, OnPaper, age_band, sector, tables

BANDS = (0, 25, 45, 65)
groups = st.lists(
    st.builds(
        OnPaper,
        sector=st.sampled_from(["WX1 1", "WX1 2", "WX2 1", "WX2 2"]),
        age_band=st.sampled_from(["0-24", "25-44", "45 and over"]),
        reason=st.sampled_from(["law", "format", "no_consent"]),
        people=st.integers(0, 60),
    ),
    max_size=20,
)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (dt.date(2001, 11, 24), "25-44"),
        (dt.date(2001, 11, 25), "0-24"),
        (dt.date(1940, 2, 29), "65 and over"),
        (None, "not known"),
    ],
)
def test_the_band_is_that_of_the_age_on_the_day(born: dt.date | None, band: str) -> None:
    assert age_band(born, dt.date(2026, 11, 24), BANDS) == band


@pytest.mark.parametrize(("postcode", "found"), [("wx1 4ab", "WX1 4"), ("", "not known"), ("WX14AB", "not known")])
def test_a_sector_never_names_a_street(postcode: str, found: str) -> None:
    assert sector(postcode) == found


@given(groups)
def test_no_small_group_is_shown_anywhere(rows: list[OnPaper]) -> None:
    for found in both(rows):
        shown = [c.people for c in found.cells] + [*found.row_totals, *found.column_totals, found.total]
        assert all(n is None or n == 0 or n >= 10 for n in shown)


@given(groups)
def test_no_hidden_group_stands_alone_in_its_line(rows: list[OnPaper]) -> None:
    for figures, whole in [line for found in nobody_shown(rows) for line in _lines(found)]:
        assert (figures.count(None) + (whole is None)) != 1


@given(groups)
def test_the_sum_of_what_a_line_hides_is_not_small(rows: list[OnPaper]) -> None:
    """From the rows themselves: what is shown is rounded, and would hide a mistake."""
    found, _ = both(rows)
    for row, total in zip(found.rows, found.row_totals, strict=True):
        hidden = [c for c in found.columns if found.people(row, c) is None]
        if total is not None and hidden:
            assert not 0 < sum(g.people for g in rows if g.sector == row and g.reason in hidden) < 10


@given(groups)
def test_no_hidden_group_can_be_had_from_all_lines_of_both_tables_together(rows: list[OnPaper]) -> None:
    assert not solved(nobody_shown(rows))


sparse = st.lists(
    st.builds(
        OnPaper,
        sector=st.integers(1, 40).map(lambda n: f"WX{n} 1"),
        age_band=st.sampled_from(["0-24", "45 and over"]),
        reason=st.sampled_from(["law", "format"]),
        people=st.sampled_from([1, 1, 1, 2, 12, 30]),
    ),
    max_size=60,
)


@settings(max_examples=8, deadline=None)
@given(st.one_of(groups, sparse))
def test_no_hidden_group_is_known_to_within_a_small_number_from_all_that_is_shown(rows: list[OnPaper]) -> None:
    """By linear programming: what each hidden group can be at least and at most, what is shown being rounded."""
    assert all(most - least >= 9 for least, most in ranges(rows))


def test_many_ones_whose_total_is_shown_are_not_known_to_be_ones() -> None:
    rows = [OnPaper(f"WX{n}", "25-44", why, people) for n in range(34) for why, people in (("format", 1), ("law", 20))]
    by_sector, _ = both(rows)
    assert by_sector.column_totals[by_sector.columns.index("format")] == 30
    assert all(most - least >= 9 for least, most in ranges(rows))


def test_nobody_is_not_told_from_a_small_group() -> None:
    rows = [OnPaper("WX1 1", "25-44", "law", 30), OnPaper("WX1 2", "25-44", "format", 30)]
    by_sector, _ = both(rows)
    assert (by_sector.people("WX1 1", "law"), by_sector.people("WX1 1", "format")) == (30, None)


def test_a_figure_that_joins_two_hidden_squares_cannot_be_had_by_adding_lines_up() -> None:
    """Each line hides two or more of its figures, and yet rows 1 and 2 less columns a and b would leave one figure."""
    people = {
        ("1", "a"): 6, ("1", "b"): 7, ("2", "a"): 8, ("2", "b"): 9, ("2", "c"): 5,
        ("3", "c"): 6, ("3", "d"): 7, ("4", "c"): 8, ("4", "d"): 9,
        ("1", "c"): 40, ("1", "d"): 41, ("2", "d"): 42, ("3", "a"): 43, ("3", "b"): 44, ("4", "a"): 45, ("4", "b"): 46,
    }  # fmt: skip
    rows = [OnPaper(row, "25-44", reason, n) for (row, reason), n in people.items()]
    found = nobody_shown(rows)
    assert found[0].people("2", "c") is None
    assert not solved(found)


def test_a_total_is_hidden_in_both_tables_or_in_none() -> None:
    rows = [OnPaper("WX1 1", "0-24", "format", 4), OnPaper("WX1 2", "0-24", "law", 30),
            OnPaper("WX1 1", "25-44", "law", 50), OnPaper("WX1 2", "25-44", "no_consent", 60)]  # fmt: skip
    by_sector, by_age = both(rows)
    assert (by_sector.column_totals, by_sector.total) == (by_age.column_totals, by_age.total)
    assert None in by_sector.column_totals


def both(rows: list[OnPaper]) -> tuple[EqualityTable, EqualityTable]:
    by_sector, by_age = tables(rows, ("sector", "age_band"), 10)
    return by_sector, by_age


def nobody_shown(rows: list[OnPaper]) -> tuple[EqualityTable, EqualityTable]:
    """The tables with every 0 in its place, for what a reader might do who could tell nobody from a small group."""
    by_sector, by_age = both(rows)
    return _with_noughts(by_sector, rows, "sector"), _with_noughts(by_age, rows, "age_band")


def _with_noughts(found: EqualityTable, rows: list[OnPaper], by: str) -> EqualityTable:
    def shown(people: int | None, row: str, column: str) -> int | None:
        mine = [g for g in rows if row in ("", getattr(g, by)) and column in ("", g.reason)]
        return people if sum(g.people for g in mine) else 0

    return dataclasses.replace(
        found,
        cells=tuple(Cell(c.row, c.column, shown(c.people, c.row, c.column)) for c in found.cells),
        row_totals=tuple(shown(n, row, "") for row, n in zip(found.rows, found.row_totals, strict=True)),
        column_totals=tuple(shown(n, "", c) for c, n in zip(found.columns, found.column_totals, strict=True)),
        total=shown(found.total, "", ""),
    )


def ranges(rows: list[OnPaper]) -> list[tuple[float, float]]:
    """Of each hidden group the least and the most it can be, by all that is shown and what adds up to what."""
    places: dict[Unknown, int] = {}
    bounds: list[tuple[float, float | None]] = []
    lines: list[tuple[list[int], int]] = []

    def place(key: Unknown, shown: int | None) -> int:
        if key not in places:
            places[key] = len(places)
            bounds.append((0, None) if shown is None else (min(POSSIBLE[shown]), max(POSSIBLE[shown])))
        return places[key]

    for parts, (whole, n) in _named_lines(both(rows)):
        lines.append(([place(key, shown) for key, shown in parts], place(whole, n)))
    system = np.zeros((len(lines), len(places)))
    for row, (summed, sum_) in zip(system, lines, strict=True):
        row[summed] += 1
        row[sum_] -= 1
    groups_hidden = {
        key for parts, whole in _named_lines(nobody_shown(rows)) for key, n in (*parts, whole) if n is None
    }
    return [_least_and_most(places[key], system, bounds) for key in sorted(groups_hidden)]


def _least_and_most(place: int, system: np.ndarray, bounds: list[tuple[float, float | None]]) -> tuple[float, float]:
    wanted = np.zeros(system.shape[1])
    wanted[place] = 1
    nothing = np.zeros(len(system))
    least, most = (linprog(sign * wanted, A_eq=system, b_eq=nothing, bounds=bounds) for sign in (1, -1))
    assert least.status == 0 and most.status in (0, 3), "3: it has no upper end"
    return least.fun, -most.fun if most.status == 0 else float("inf")


Unknown = tuple[int, str, str]


Shown = tuple[Unknown, int | None]


def _named_lines(found: tuple[EqualityTable, ...]) -> Iterator[tuple[list[Shown], Shown]]:
    """Everything that adds up: the parts and their whole, each with its name; tables share their totals."""
    for number, table in enumerate(found):
        whole = ((-1, "all", "all"), table.total)
        totals = [((-1, "all", c), n) for c, n in zip(table.columns, table.column_totals, strict=True)]
        sides = [((number, r, "all"), n) for r, n in zip(table.rows, table.row_totals, strict=True)]
        yield totals, whole
        yield sides, whole
        for row, side in zip(table.rows, sides, strict=True):
            yield [((number, row, c), table.people(row, c)) for c in table.columns], side
        for column, total in zip(table.columns, totals, strict=True):
            yield [((number, r, column), table.people(r, column)) for r in table.rows], total


def solved(found: tuple[EqualityTable, ...]) -> list[Unknown]:
    """Hidden figures that Gauss's way finds, exactly, from all that is shown and what adds up to what."""
    equations: list[dict[Unknown, Fraction]] = []
    for parts, (whole, sum_) in _named_lines(found):
        hidden = {key: Fraction(1) for key, n in parts if n is None}
        equations.append({**hidden, **({whole: Fraction(-1)} if sum_ is None else {})})
    return [next(iter(row)) for row in _reduced(equations) if len(row) == 1]


def _reduced(equations: list[dict[Unknown, Fraction]]) -> list[dict[Unknown, Fraction]]:
    done: list[tuple[Unknown, dict[Unknown, Fraction]]] = []
    for equation in equations:
        row = dict(equation)
        for pivot, other in done:
            row = _less(row, other, row.get(pivot, Fraction(0)))
        if not row:
            continue
        pivot = min(row)
        row = {key: n / row[pivot] for key, n in row.items()}
        done = [(p, _less(other, row, other.get(pivot, Fraction(0)))) for p, other in done] + [(pivot, row)]
    return [row for _, row in done]


def _less(row: dict[Unknown, Fraction], other: dict[Unknown, Fraction], times: Fraction) -> dict[Unknown, Fraction]:
    found = {key: row.get(key, Fraction(0)) - times * other.get(key, Fraction(0)) for key in row.keys() | other.keys()}
    return {key: n for key, n in found.items() if n}


@given(groups)
def test_what_is_shown_adds_up_as_far_as_rounding_lets_it(rows: list[OnPaper]) -> None:
    for figures, whole in [line for found in both(rows) for line in _lines(found)]:
        if whole is not None and None not in figures:
            assert abs(sum(n for n in figures if n) - whole) <= 5 * (len(figures) + 1)


def test_what_is_shown_is_rounded_to_the_nearest() -> None:
    assert [shown_as(n) for n in (0, 9, 10, 14, 15, 24, 25)] == [None, None, 10, 10, 20, 20, 30]


def shown_as(people: int) -> int | None:
    """How a group that stands alone is shown."""
    found, _ = both([OnPaper("WX1 1", "0-24", "law", people)])
    return found.total


ALONE = [shown_as(n) for n in range(800)]
POSSIBLE = {0: [0]} | {shown: [n for n, other in enumerate(ALONE) if other == shown] for shown in set(ALONE)}
"""What a reader of the tables knows: the numbers that each figure may stand for."""

readers = st.lists(
    st.tuples(
        st.sampled_from(["WX1 1", "WX1 2", "WX2 1"]),
        st.sampled_from(["0-24", "25-44"]),
        st.lists(st.tuples(st.sampled_from(["waste", "rents", "benefits"]), st.sampled_from(["law", "format"])),
                 min_size=1, max_size=2),
        st.integers(1, 40),
    ),
    min_size=1, max_size=15,
)  # fmt: skip
"""So many people alike: where, how old, and their letters in order, each of a service and for a reason."""


@given(readers)
def test_what_the_council_has_more_than_a_service_is_never_surely_a_small_group(
    people: list[tuple[str, str, list[tuple[str, str]], int]],
) -> None:
    council = both([OnPaper(area, band, letters[-1][1], n) for area, band, letters, n in people])
    for service in ("waste", "rents", "benefits"):
        own = both([OnPaper(area, band, why, n) for area, band, letters, n in people
                    for why in [w for s, w in letters if s == service][-1:]])  # fmt: skip
        for whole, part in _beside(council, own):
            more = {a - b for a in POSSIBLE[whole] for b in POSSIBLE[part]}
            assert not all(0 < abs(n) < 10 for n in more)


def _beside(council: tuple[EqualityTable, ...], own: tuple[EqualityTable, ...]) -> Iterator[tuple[int, int]]:
    """Figures of the same group that both show, and that are something."""
    for ours, theirs in zip(council, own, strict=True):
        pairs = [(ours.total, theirs.total)]
        totals = dict(zip(theirs.rows, theirs.row_totals, strict=True))
        pairs += [(n, totals.get(row)) for row, n in zip(ours.rows, ours.row_totals, strict=True)]
        pairs += [
            (ours.people(row, why), theirs.people(row, why))
            for row in theirs.rows
            for why in theirs.columns
            if row in ours.rows and why in ours.columns
        ]
        yield from ((a, b) for a, b in pairs if a and b)


def _lines(found: EqualityTable) -> list[tuple[list[int | None], int | None]]:
    rows = [([found.people(r, c) for c in found.columns], t) for r, t in zip(found.rows, found.row_totals, strict=True)]
    columns = [
        ([found.people(r, c) for r in found.rows], t) for c, t in zip(found.columns, found.column_totals, strict=True)
    ]
    margins = [(list(found.row_totals), found.total), (list(found.column_totals), found.total)]
    return rows + columns + (margins if found.rows else [])
