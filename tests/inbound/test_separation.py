"""Cutting: at sheets or by signs, blanks and backs in their place, no empty item, every page in exactly one place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.config.environment import example_site
from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.section import load_section
from mailroom.config.separation import SeparationConfig
from mailroom.inbound.separation import separate
from mailroom.inbound.separator_code import SheetCode, SheetKind, encode
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Separation
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, Word

CONFIG = load_section(example_site() / "config" / "separation.toml", SeparationConfig)
FIRST = (
    "Dear Sir or Madam",
    "Council Tax, account 57328874",
    "I write about my bill for this year.",
    "Yours faithfully",
)
MIDDLE = ("and so on to the end of what I have to say", "which is a good deal, and continues here")


def page(number: int, kind: PageKind, lines: Sequence[str] = (), code: str = "", patch: str = "") -> PageReading:
    words = tuple(
        Word(text, Box(0.1 + 0.05 * n, 0.1 + 0.03 * row, 0.14 + 0.05 * n, 0.12 + 0.03 * row), Confidence(0.9), row)
        for row, line in enumerate(lines)
        for n, text in enumerate(line.split())
    )
    codes = (Barcode("qrcode", code, Box(0.1, 0.1, 0.2, 0.2)),) if code else ()
    problem = "It could not be made out." if kind is PageKind.UNREAD else ""
    return PageReading(number, kind, 595, 842, words=words, barcodes=codes, patch=patch, problem=problem)


def batch(marks: str) -> list[PageReading]:
    """S a separator (its sheet's number counts up), I a first page, M a middle page, B a blank, U an unread page."""
    made, sheets = [], 0
    for number, mark in enumerate(marks, 1):
        sheets += mark == "S"
        made.append(
            {
                "S": page(number, PageKind.SEPARATOR, code=f"WDC-SEP;v=1;batch=7;n={sheets}"),
                "I": page(number, PageKind.ITEM, FIRST),
                "M": page(number, PageKind.ITEM, MIDDLE),
                "B": page(number, PageKind.BLANK),
                "U": page(number, PageKind.UNREAD),
            }[mark]
        )
    return made


def cut(marks: str, policy: CuttingPolicy = CuttingPolicy.AUTO, both_sides: bool | None = None) -> Separation:
    return separate(batch(marks), policy, CONFIG, "WDC", both_sides)


def spans(found: Separation) -> list[list[int]]:
    return [[p.number for p in item.pages] for item in found.items]


@pytest.mark.parametrize(
    ("marks", "items"),
    [
        ("SISI", [[2], [4]]),
        ("SBIBSBIB", [[3, 4], [7, 8]]),
        ("SSI", [[3]]),
        ("SIS", [[2]]),
        ("SIMBS", [[2, 3, 4]]),
        ("SIMSI", [[2, 3], [5]]),
        ("SUSI", [[2], [4]]),
        ("SBSB", []),
        ("SISBSI", [[2], [4], [6]]),
        ("SBIBSBBBSBIB", [[3, 4], [7, 8], [11, 12]]),
        ("BB", [[1, 2]]),
    ],
    ids=[
        "one each",
        "duplex backs",
        "two sheets in a row",
        "a sheet last",
        "blank inside",
        "odd",
        "unread",
        "no mail",
        "a letter face down",
        "a blank sheet where a letter should be",
        "all face down",
    ],
)
def test_a_batch_is_cut_at_its_sheets_and_no_item_is_empty(marks: str, items: list[list[int]]) -> None:
    assert spans(cut(marks)) == items


def test_a_patch_t_sheet_separates_and_the_codes_on_letters_never_do() -> None:
    pages = [
        page(1, PageKind.SEPARATOR, patch="T"),
        page(2, PageKind.ITEM, FIRST, code="https://example.org/parcel/123"),
        page(3, PageKind.ITEM, MIDDLE, code="5012345678900"),
    ]
    assert spans(separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC")) == [[2, 3]]


def test_a_missing_sheet_and_pages_before_the_first_are_doubts() -> None:
    pages = batch("SISI")
    pages[2] = page(3, PageKind.SEPARATOR, code="WDC-SEP;v=1;batch=7;n=3")
    assert any("sheet 2 was not found" in doubt for doubt in separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC").doubts)
    assert any("before the first" in doubt for doubt in cut("ISI").doubts)


def test_what_can_be_read_behind_a_sheet_is_no_back_of_it_and_stays_with_the_item() -> None:
    """The scanner left out the blank back of the first sheet and of the first letter, and few others."""
    found = cut("SIIBIBIBSBIB")
    assert spans(found) == [[2, 3, 4, 5, 6, 7, 8], [11, 12]]
    assert [p.number for p in found.apart] == [1, 9, 10]
    assert any("Page 2 lies where the back of a separator sheet should be" in doubt for doubt in found.doubts)
    assert cut("SBIBSBIB").doubts == ()


def test_what_shines_through_on_the_back_of_a_sheet_is_kept_apart_with_it() -> None:
    pages = batch("SBIBSBIBSBIB")
    shown = page(2, PageKind.ITEM, ("AAMNOOЯT OITARAPES WD",))
    pages[1] = replace(shown, words=tuple(replace(w, confidence=Confidence(0.3)) for w in shown.words))
    found = separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC")
    assert spans(found) == [[3, 4], [7, 8], [11, 12]]
    assert found.doubts == ()


def test_a_jumble_read_on_the_back_of_a_sheet_is_no_writing_though_a_few_words_are_in_it() -> None:
    pages = batch("SBIBSBIBSBIB")
    jumble = page(2, PageKind.ITEM, ("m00R 0q- lenp03 1nt210 e1smx9w 139Cc Sot mmatu", "tu69 00r sa04 ase"))
    pages[1] = replace(jumble, words=tuple(replace(w, confidence=Confidence(0.6)) for w in jumble.words))
    found = separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC")
    assert spans(found) == [[3, 4], [7, 8], [11, 12]]
    assert found.doubts == ()


def test_a_back_never_starts_an_item_even_when_nobody_could_read_it() -> None:
    starts = [span[0] for span in spans(cut("IBIUUBIB"))]
    assert 5 in starts
    assert all(start % 2 for start in starts)


def test_one_item_keeps_every_page_but_sheets_together() -> None:
    assert spans(cut("IMBSI", CuttingPolicy.ONE_ITEM)) == [[1, 2, 3, 5]]


def test_where_a_letter_should_be_and_all_is_blank_somebody_looks() -> None:
    found = cut("SISBSI")
    assert [p.kind for p in found.items[1].pages] == [PageKind.UNREAD]
    assert "fed face down" in found.items[1].pages[0].problem
    assert [p.kind for p in cut("BB", CuttingPolicy.ONE_ITEM).items[0].pages] == [PageKind.UNREAD] * 2


def test_letters_between_sheets_in_a_folder_of_one_item_a_file_are_asked_about() -> None:
    assert any("Is it one letter?" in doubt for doubt in cut("SISI", CuttingPolicy.ONE_ITEM).doubts)
    assert cut("SIM", CuttingPolicy.ONE_ITEM).doubts == ()


def test_sheets_only_keeps_a_batch_without_sheets_whole_and_asks() -> None:
    found = cut("II", CuttingPolicy.SHEETS)
    assert spans(found) == [[1, 2]]
    assert found.doubts


def test_where_a_folder_scans_both_sides_a_back_never_starts_an_item_however_much_is_written_on_backs() -> None:
    assert [span[0] for span in spans(cut("IIIIIM"))] == [1, 2, 3, 4, 5]
    found = cut("IIIIIM", both_sides=True)
    assert spans(found) == [[1, 2], [3, 4], [5, 6]]
    assert any("Page 2 may start" in doubt for doubt in found.doubts), "a back that looks like a first page"


def test_where_a_folder_scans_both_sides_a_sheets_back_that_nobody_can_read_goes_with_the_sheet() -> None:
    marks = "SUIMSBIMSBIM"
    assert spans(cut(marks))[0] == [2, 3, 4]
    found = cut(marks, both_sides=True)
    assert (spans(found), found.doubts) == ([[3, 4], [7, 8], [11, 12]], ())


def test_a_folder_that_scans_one_side_has_no_backs_and_a_blank_where_a_letter_should_be_is_looked_at() -> None:
    assert spans(cut("SB")) == []
    found = cut("SB", both_sides=False)
    assert [p.kind for p in found.items[0].pages] == [PageKind.UNREAD]
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("marks", "both_sides", "doubt"),
    [
        ("SISI", True, "Page 2 lies where the back of a separator sheet should be"),
        ("SUSU", True, "Page 2 lies where the back of a separator sheet should be"),
        ("IMIMI", True, "there are 5 sides, an odd number"),
        ("SBIBSBIB", False, "every other page is blank, as if both sides were"),
        ("IBIB", False, "every other page is blank, as if both sides were"),
    ],
)
def test_pages_that_contradict_the_sides_a_folder_scans_are_asked_about(
    marks: str, both_sides: bool, doubt: str
) -> None:
    found = cut(marks, both_sides=both_sides)
    assert any(doubt in said for said in found.doubts)


@pytest.mark.parametrize("marks", ["I", "IB", "SIB"])
@pytest.mark.parametrize("both_sides", [True, False])
def test_one_written_page_puts_no_cut_in_doubt(marks: str, both_sides: bool) -> None:
    assert cut(marks, both_sides=both_sides).doubts == ()


@given(st.text("SIMBU", max_size=12), st.booleans())
def test_no_page_with_writing_is_lost_by_a_folder_set_wrongly(marks: str, both_sides: bool) -> None:
    found = cut(marks, both_sides=both_sides)
    readable = [number for number, mark in enumerate(marks, 1) if mark in "IM"]
    assert set(readable) <= {page.number for item in found.items for page in item.pages}


@pytest.mark.parametrize("marks", ["SUSUSU", "SUSISU", "SUMSISU"])
def test_a_letter_nobody_can_read_is_no_back_because_a_folder_is_set_to_both_sides(marks: str) -> None:
    found = cut(marks, both_sides=True)
    assert {p.number for p in found.apart} == {n for n, mark in enumerate(marks, 1) if mark == "S"}
    assert found.doubts


@given(st.text("SIMBU", max_size=12), st.sampled_from(list(CuttingPolicy)), st.sampled_from([None, True, False]))
def test_every_page_is_in_exactly_one_place_and_every_item_has_something_on_it(
    marks: str, policy: CuttingPolicy, both_sides: bool | None
) -> None:
    found = cut(marks, policy, both_sides)
    placed = [p.number for item in found.items for p in item.pages] + [p.number for p in found.apart]
    assert sorted(placed) == list(range(1, len(marks) + 1))
    for item in found.items:
        assert any(p.kind in (PageKind.ITEM, PageKind.UNREAD) for p in item.pages)


def test_a_header_speaks_for_every_item_whose_own_sheet_is_silent() -> None:
    day, other = dt.date(2026, 11, 20), dt.date(2026, 11, 23)
    header = SheetCode("WDC", SheetKind.HEADER, "J1", 0, 2, service="parking", received=day, expected=2)
    dated = SheetCode("WDC", SheetKind.SEPARATOR, "J1", 1, 2, received=other)
    pages = [
        page(1, PageKind.SEPARATOR, code=encode(header)),
        page(2, PageKind.SEPARATOR, patch="T"),
        page(3, PageKind.ITEM, FIRST),
        page(4, PageKind.SEPARATOR, code=encode(dated)),
        page(5, PageKind.ITEM, FIRST),
    ]
    found = separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC")
    assert [(i.service, i.received) for i in found.items] == [("parking", day), ("parking", other)]
    assert found.doubts == ()


@pytest.mark.parametrize("tie", ["", "Page 2 of 2"])
def test_a_name_alone_never_makes_a_page_surely_the_next_of_the_letter_before(tie: str) -> None:
    one = ["Page 1 of 2"] * bool(tie) + ["The drain in Little Marrow is blocked again and the lane is", "under water"]
    two = [tie] * bool(tie) + ["and my bins in Little Marrow were left for the third week,", "so please come"]
    pages = [page(1, PageKind.ITEM, one), page(2, PageKind.ITEM, two)]
    found = separate(pages, CuttingPolicy.AUTO, CONFIG, "WDC")
    assert bool(found.doubts) is not bool(tie)
