from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.values.reply_code import make_reply_code, printed, read_reply_code
from mailroom.values.sheet_mark import SheetMark, read_sheet_mark


@given(st.binary(min_size=6, max_size=6))
def test_a_reply_code_is_read_back_however_it_is_typed(random: bytes) -> None:
    code = make_reply_code(random)
    assert len(code) == 10
    assert read_reply_code(printed(code).lower()) == code
    assert read_reply_code(f"https://mail.example.gov.uk/r/{code}") == code
    assert read_reply_code(code.replace("0", "O").replace("1", "l")) == code


@given(st.binary(min_size=6, max_size=6), st.integers(0, 9), st.sampled_from("23456789ABC"))
def test_one_wrong_character_is_noticed(random: bytes, place: int, wrong: str) -> None:
    code = make_reply_code(random)
    if code[place] != wrong:
        assert read_reply_code(code[:place] + wrong + code[place + 1 :]) == ""


@given(st.integers(1, 10**8), st.integers(1, 10**6), st.integers(1, 60), st.integers(0, 60))
def test_a_sheet_mark_is_read_back(run: int, piece: int, sheet: int, more: int) -> None:
    mark = SheetMark("WDC", run, piece, sheet, sheet + more)
    assert read_sheet_mark(mark.payload.lower() + "\n", "WDC") == mark


def test_foreign_and_damaged_marks_are_not_ours() -> None:
    mark = SheetMark("WDC", 42, 123, 1, 3)
    assert read_sheet_mark(mark.payload, "TDC") is None
    assert read_sheet_mark(mark.payload.replace("P123", "P124"), "WDC") is None
    assert read_sheet_mark("WDC-SEP;v=1;batch=3", "WDC") is None


def test_a_sheet_beyond_the_last_cannot_be_marked() -> None:
    with pytest.raises(ValueError, match="no such sheet"):
        SheetMark("WDC", 1, 1, 4, 3)
