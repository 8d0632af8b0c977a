from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.targets.precision import draw, precision


def test_nothing_checked_means_nothing_known() -> None:
    assert (precision(0, 0).low, precision(0, 0).high, precision(0, 0).share) == (0.0, 1.0, None)


def test_wilsons_interval_of_81_of_263() -> None:
    """The example of Newcombe, Statistics in Medicine 17 (1998), table I: 0.2553 to 0.3662."""
    found = precision(263, 81)
    assert found.low == pytest.approx(0.2553, abs=1e-4)
    assert found.high == pytest.approx(0.3662, abs=1e-4)


@given(st.integers(1, 500), st.data())
def test_the_interval_holds_the_share(checked: int, data: st.DataObject) -> None:
    found = precision(checked, data.draw(st.integers(0, checked)))
    assert found.share is not None
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share <= found.high + 1e-9 <= 1 + 2e-9


@given(st.sets(st.integers(1, 10**6), max_size=200), st.integers(0, 60))
def test_a_second_draw_draws_the_same_and_nothing_twice(ids: set[int], size: int) -> None:
    drawn = draw(sorted(ids), size, "2026-10")
    assert drawn == draw(sorted(ids, reverse=True), size, "2026-10")
    assert len(set(drawn)) == len(drawn) == min(size, len(ids))
    assert set(drawn) <= ids
