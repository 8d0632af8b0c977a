from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.costs import Costs, Price
from mailroom.targets import savings
from mailroom.targets.savings import CostBook, Saved, ledger, total
from mailroom.values.counts import Cause, DayCount, Direction
from mailroom.values.month import Month
from tests.targets.rows import any_count, costs, count

BOOK = CostBook(costs())


def test_an_emailed_letter_saves_postage_envelope_sheets_and_time() -> None:
    saved = total(ledger([count(cause=Cause.EMAILED, channel="email", pence=0)], BOOK))
    assert saved.cash == 10 * Decimal("68.5") + 10 * 2 + 20 * Decimal("4.5")
    assert saved.minutes == 15
    sheets = [
        s for s in ledger([count(cause=Cause.EMAILED, channel="email", pence=0)], BOOK) if s.line == "print_sheet"
    ]
    assert [s.pence for s in sheets] == [90]


def test_a_letter_in_anothers_envelope_saves_no_printing_and_no_time() -> None:
    lines = {s.line for s in ledger([count(cause=Cause.CONSOLIDATED, pence=0)], BOOK)}
    assert lines == {"postage", "envelope"}


def test_a_cheaper_class_saves_only_the_difference_in_postage() -> None:
    saved = ledger([count(cause=Cause.CHEAPER_CLASS, pence=600)], BOOK)
    assert [(s.line, s.pence) for s in saved] == [("postage", Decimal(85))]


def test_an_ordinary_letter_saves_nothing() -> None:
    assert ledger([count()], BOOK) == []


def test_a_scanned_letter_saves_carrying_time_and_storage_but_no_cash_from_time() -> None:
    row = count(direction=Direction.IN, channel="post", kind="letter", pence=0)
    saved = total(ledger([row], CostBook(costs(cashable=("postage",)))))
    assert (saved.cash, saved.other, saved.minutes) == (Decimal(0), Decimal(10), Decimal(20))


def test_hours_are_posts_of_1300_hours() -> None:
    assert Saved(minutes=Decimal(23400 * 60)).posts(Decimal(1300)) == 18


@given(st.lists(any_count, max_size=30), st.sampled_from(["service", "kind", "channel", "cause", "direction", "day"]))
def test_totals_equal_the_sum_of_parts_over_any_slicing(rows: list[DayCount], key: str) -> None:
    lines = ledger(rows, BOOK)
    parts = savings.by(lines, lambda s: str(getattr(s.row, key)))
    assert sum(parts.values(), Saved()) == total(lines)
    assert sum((total(ledger([row], BOOK)) for row in rows), Saved()) == total(lines)


@given(st.lists(any_count, max_size=30))
def test_no_line_of_a_row_is_counted_twice_and_every_line_leads_to_its_row(rows: list[DayCount]) -> None:
    for row in rows:
        lines = ledger([row], BOOK)
        assert len({s.line for s in lines}) == len(lines)
        assert all(s.row is row for s in lines)


@given(st.lists(any_count, max_size=30), st.dates(dt.date(2025, 4, 2), dt.date(2027, 12, 31)), st.integers(0, 500))
def test_a_new_price_never_changes_the_days_before_it(rows: list[DayCount], starts: dt.date, pence: int) -> None:
    before = [r for r in rows if r.day < starts]
    dearer = _with_price(costs(), starts, pence)
    assert ledger(before, CostBook(dearer)) == ledger(before, BOOK)


@given(st.lists(any_count, max_size=30), st.integers(0, 500))
def test_even_a_rewritten_price_never_changes_a_closed_month(rows: list[DayCount], pence: int) -> None:
    rewritten = Costs(price=(Price(line="postage", starts=dt.date(2000, 1, 1), pence=pence, source="edited"),))  # type: ignore[arg-type]
    closed = {Month.of(row.day): costs() for row in rows}
    assert ledger(rows, CostBook(rewritten, closed)) == ledger(rows, BOOK)


def test_two_prices_of_one_line_from_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two prices"):
        _with_price(costs(), dt.date(2025, 4, 1), 70)


def _with_price(old: Costs, starts: dt.date, pence: int) -> Costs:
    new = {"line": "postage", "starts": starts, "pence": pence, "source": "new"}
    return Costs.model_validate({**old.model_dump(), "price": [*(p.model_dump() for p in old.price), new]})
