"""Cutting without sheets: what shows that a page starts an item, and what is left for a person to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailroom.config.environment import example_site
from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.section import load_section
from mailroom.config.separation import SeparationConfig
from mailroom.inbound.first_page_signs import may_be_enclosed, signs
from mailroom.inbound.page_look import PageLook
from mailroom.inbound.separation import separate
from mailroom.values.confidence import Confidence
from mailroom.values.decisions import Separation
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, Word
from mailroom.values.reply_code import make_reply_code, printed
from mailroom.values.sheet_mark import SheetMark

CONFIG = load_section(example_site() / "config" / "separation.toml", SeparationConfig)

LETTER = (
    "Mrs Edna Farrow", "14 Harbour Lane", "Stokeley", "WX9 4TT", "3 November 2026", "Wexmere District Council",
    "Our ref: 57328874", "Dear Sir or Madam", "We moved out of this house on the third of October and the keys were",
    "handed over at midday to the new people, who moved in that afternoon.",
    "Please make the account up to that date and send what is due to us.", "Yours faithfully", "Edna Farrow",
)  # fmt: skip
OTHER = (
    "HARGREAVES ROOFING LTD", "Unit 7, Mill Road, Harnsea WX3 1AB", "5 November 2026", "Wexmere District Council",
    "Dear Sirs", "We refer to the tender documents for the roof of the market hall.", "Yours sincerely", "P Hargreaves",
)  # fmt: skip
OPEN = (*LETTER[:10], "Please make the account up to that date and send what is due to us at the")
REST = ("new address, which is 3 Mill Court, and not to the old one, as happened with the", "rebate.",
        "Yours faithfully", "Edna Farrow")  # fmt: skip
STATEMENT = ("NORTHERN PROVIDENT", "Statement of account", "Mr J Pike", "3 Elm Row", "Harnsea", "WX3 2CD",
             "1 November 2026", "Balance brought forward 1,204.11", "Balance carried forward 998.20")  # fmt: skip


THIRD = ("Kofi Mensah", "9 Quay Street", "Harnsea WX3 7QQ", "7 November 2026", "The Town Hall", "Dear Ms Pryce",
         "My bin was not emptied on Tuesday.", "Kind regards", "Kofi Mensah")  # fmt: skip


def page(number: int, lines: Sequence[str], code: str = "", size: tuple[float, float] = (595, 842)) -> PageReading:
    step = min(0.03, 0.88 / max(len(lines), 1))
    words = tuple(
        Word(text, Box(0.1 + 0.05 * n, 0.06 + step * row, 0.14 + 0.05 * n, 0.075 + step * row), Confidence(0.9), row)
        for row, line in enumerate(lines)
        for n, text in enumerate(line.split())
    )
    codes = (Barcode("datamatrix", code, Box(0.1, 0.1, 0.2, 0.2)),) if code else ()
    return PageReading(number, PageKind.ITEM, *size, words=words, barcodes=codes)


def cut(*pages: Sequence[str]) -> Separation:
    readings = [page(n, lines) for n, lines in enumerate(pages, 1)]
    return separate(readings, CuttingPolicy.SIGNS, CONFIG, "WDC")


def spans(found: Separation) -> list[list[int]]:
    return [[p.number for p in item.pages] for item in found.items]


def shown(here: PageReading, *before: PageReading) -> set[str]:
    found = signs(PageLook(here), [PageLook(p) for p in before], "WDC")
    return {name for name, value in found.items() if value}


def test_every_sign_has_a_weight_and_every_weight_is_a_sign() -> None:
    assert set(signs(PageLook(page(2, OTHER)), [PageLook(page(1, LETTER))])) == set(CONFIG.signs)


def test_two_peoples_letters_are_surely_two_items_and_a_letter_on_two_pages_surely_one() -> None:
    two = cut(LETTER, OTHER)
    assert (spans(two), two.doubts) == ([[1], [2]], ())
    one = cut(OPEN, REST)
    assert (spans(one), one.doubts) == ([[1, 2]], ())


def test_numbered_pages_are_kept_together_however_much_the_second_looks_like_a_letter() -> None:
    found = cut((*LETTER, "Page 1 of 2"), ("Page 2 of 2", *OTHER))
    assert spans(found) == [[1, 2]]


def test_numbers_that_start_again_start_an_item() -> None:
    assert "first_of_pages" in shown(page(2, ("Sheet 1 of 3", *OTHER)), page(1, (*LETTER, "Sheet 2 of 2")))
    assert "before_is_last_of_pages" in shown(page(2, OTHER), page(1, (*LETTER, "Sheet 2 of 2")))


def test_what_may_be_enclosed_is_never_surely_cut_off() -> None:
    encloses = (*LETTER[:11], "I enclose a copy of my bank statement.", *LETTER[11:])
    found = cut(encloses, STATEMENT)
    assert found.doubts
    assert not cut(LETTER, OTHER).doubts
    signs_ = signs(PageLook(page(2, OTHER)), [PageLook(page(1, encloses))])
    assert not may_be_enclosed(signs_), "a letter addressed to the council is nobody's enclosure"


def test_an_envelope_goes_with_what_was_in_it_and_a_cheque_with_its_letter() -> None:
    envelope = page(1, ("2nd Class", "Wexmere District Council", "PO Box 14", "WX1 2AB"), size=(624, 312))
    cheque = ("Harnsea Building Society", "Pay Wexmere District Council", "Forty-eight pounds only", "£48.00",
              "000797 00-26-17 00360526")  # fmt: skip
    pages = [envelope, page(2, LETTER), page(3, cheque)]
    found = separate(pages, CuttingPolicy.SIGNS, CONFIG, "WDC")
    assert spans(found) == [[1, 2, 3]]


def test_a_postcard_is_no_envelope() -> None:
    card = ("The hut was broken into and it is", "us or you that mends it", "Wexmere District Council", "Town Hall")
    assert not PageLook(page(1, card, size=(420, 298))).is_envelope


def test_our_own_codes_start_an_item_and_hold_their_letter_together() -> None:
    first, second = (SheetMark("WDC", 42, 7, n, 2).payload for n in (1, 2))
    assert "own_code" in shown(page(2, OTHER, first), page(1, LETTER))
    assert {"same_own_code"} == shown(page(2, OTHER, second), page(1, LETTER, first)) & {"own_code", "same_own_code"}
    assert not {"own_code", "same_own_code"} & shown(page(2, OTHER, second), page(1, LETTER))
    slip = (f"Your reply code is {printed(make_reply_code(b'abcdef'))}", "I agree to emails", "Signed E Farrow")
    assert "own_code" in shown(page(2, slip), page(1, LETTER))
    assert spans(cut(LETTER, slip)) == [[1], [2]]


@pytest.mark.parametrize(
    ("line", "is_one"),
    [("Dear Sir", True), ("Dcar Mrs Oakes,", True), ("Year 9 pupils", False), ("To whom it may concern", True),
     ("Hello there", True), ("My dear old mother who has lived in the house for forty years", False)],
)  # fmt: skip
def test_a_salutation_is_known_even_if_it_was_read_badly(line: str, is_one: bool) -> None:
    assert PageLook(page(1, ("Stokeley", line, "I write about my bill"))).greets is is_one


@pytest.mark.parametrize(
    ("lines", "number"),
    [(("- 2 -", *REST), (2, 0)), (("Page 3 of 4", *REST), (3, 4)), ((*REST, "Sheet 2 of 2"), (2, 2)),
     (("12 Mill Lane", *REST), None), ((*LETTER, "1 of 2 bins"), None)],
)  # fmt: skip
def test_the_number_of_a_page_is_read_at_its_head_and_foot(lines: Sequence[str], number: tuple[int, int]) -> None:
    assert PageLook(page(1, lines)).numbered == number


def test_a_page_behind_one_that_nobody_could_read_is_asked_about() -> None:
    unread = replace(page(2, ()), kind=PageKind.UNREAD, problem="It could not be made out.")
    found = separate([page(1, LETTER), unread, page(3, REST)], CuttingPolicy.SIGNS, CONFIG, "WDC")
    assert len(found.doubts) == 2


def test_a_back_that_looks_like_a_first_page_is_asked_about_and_not_cut() -> None:
    blank = PageReading(2, PageKind.BLANK, 595, 842)
    pages = [page(1, LETTER), blank, page(3, OTHER), page(4, LETTER), page(5, THIRD), replace(blank, number=6)]
    found = separate(pages, CuttingPolicy.SIGNS, CONFIG, "WDC")
    assert spans(found) == [[1, 2], [3, 4], [5, 6]]
    assert any("Page 4" in doubt for doubt in found.doubts)
