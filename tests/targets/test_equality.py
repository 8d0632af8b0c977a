from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.targets.equality import EqualityTable, OnPaper, age_band, sector, table

BANDS = (0, 25, 45, 65)
groups = st.lists(
    st.builds(
        OnPaper,
        sector=st.sampled_from(["WX1 1", "WX1 2", "WX2 1", "WX2 2"]),
        age_band=st.just("25-44"),
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
    found = table(rows, "sector", 10)
    shown = [c.people for c in found.cells] + [*found.row_totals, *found.column_totals, found.total]
    assert all(n is None or n == 0 or n >= 10 for n in shown)


@given(groups)
def test_no_hidden_figure_can_be_had_by_subtraction(rows: list[OnPaper]) -> None:
    found = table(rows, "sector", 10)
    for figures, whole in _lines(found):
        hidden = figures.count(None)
        if whole is not None and hidden:
            assert hidden > 1
            assert whole - sum(n for n in figures if n) >= 10
        assert not (whole is None and hidden == 0)


@given(groups)
def test_what_is_shown_adds_up(rows: list[OnPaper]) -> None:
    found = table(rows, "sector", 10)
    for figures, whole in _lines(found):
        if whole is not None and None not in figures:
            assert sum(n for n in figures if n) == whole


def _lines(found: EqualityTable) -> list[tuple[list[int | None], int | None]]:
    rows = [([found.people(r, c) for c in found.columns], t) for r, t in zip(found.rows, found.row_totals, strict=True)]
    columns = [
        ([found.people(r, c) for r in found.rows], t) for c, t in zip(found.columns, found.column_totals, strict=True)
    ]
    margins = [(list(found.row_totals), found.total), (list(found.column_totals), found.total)]
    return rows + columns + (margins if found.rows else [])
