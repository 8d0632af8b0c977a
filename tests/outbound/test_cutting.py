from __future__ import annotations

import pytest

from mailroom.config.document_classes import Cut, CutBy
from mailroom.outbound.cutting import CannotCut, cut_letters
from mailroom.outbound.postal_address import UK_AREAS
from mailroom.values.letter_page import LetterPage

ADDRESS = ("Mr A Lee", "1 High Street", "Anytown", "SW1A 1AA")
OTHER = ("Ms B Ray", "2 Low Road", "Anytown", "SW1A 2AA")


def _page(number: int, text: str = "", window: tuple[str, ...] = ()) -> LetterPage:
    return LetterPage(number, 595, 842, text, window)


FILE = (
    _page(1, "Our ref: AB123456 Page 1 of 2 COUNCIL TAX", ADDRESS),
    _page(2, "Page 2 of 2", ("a long running text that reaches into the window of the page", "and more")),
    _page(3, "Our ref: AB999999 Page 1 of 2 COUNCIL TAX", OTHER),
    _page(4, "Page 2 of 2"),
)


@pytest.mark.parametrize(
    "cut",
    [
        Cut(by=CutBy.ADDRESS),
        Cut(by=CutBy.PAGE_NUMBERS),
        Cut(by=CutBy.MARKER, marker="council tax"),
        Cut(by=CutBy.FIXED, pages=2),
    ],
    ids=lambda c: c.by,
)
def test_each_way_of_cutting_finds_both_letters_with_address_and_reference(cut: Cut) -> None:
    letters = cut_letters(FILE, cut, UK_AREAS, r"Our ref: ([A-Z0-9]+)")
    assert [(x.first_page, x.last_page, x.reference) for x in letters] == [(1, 2, "AB123456"), (3, 4, "AB999999")]
    assert letters[1].address.lines == OTHER
    assert [p.number for p in letters[1].pages] == [1, 2]


def test_every_page_belongs_to_exactly_one_letter() -> None:
    letters = cut_letters(FILE, Cut(by=CutBy.ADDRESS), UK_AREAS)
    assert sum(len(x.pages) for x in letters) == len(FILE)


@pytest.mark.parametrize(
    "window",
    [
        ("Ms B Ray", "2 Low Road", "Anytown", "SW1A 2A"),
        ("B Ray", "2 Low Road", "Anytown", "SW1A 2AAA"),
        ("B Ray", "2 Low Road", "Anytown", "ZZ1 2AA"),
        ("Ms B Ray", "2 Low Road", "Anytown"),
        ("Ms B Ray", "SW1A 2AA"),
        ("B Ray", "Flat 1", "Low House", "2 Low Road", "Lowfield", "Anytown", "Anyshire", "SW1A 2AA"),
        ("B Ray", "No fixed abode"),
    ],
    ids=["cut short", "too long", "no such area", "no postcode", "two lines", "eight lines", "no fixed abode"],
)
def test_a_letter_with_a_bad_address_never_goes_behind_the_letter_before_it(window: tuple[str, ...]) -> None:
    """It would lie in that reader's envelope; cut off, its own address stops the mailing."""
    pages = (*FILE[:2], _page(3, "Our ref: AB999999 COUNCIL TAX", window), FILE[3])
    letters = cut_letters(pages, Cut(by=CutBy.ADDRESS), UK_AREAS)
    assert [(x.first_page, x.last_page) for x in letters] == [(1, 2), (3, 4)]
    assert letters[1].address.problems


@pytest.mark.parametrize(
    "window",
    [
        ("How to pay", "By phone", "Online", "At any shop"),
        ("Mr Lee told us that he moved.", "We sent a bill."),
        ("Band", "A", "B", "C"),
        ("1 April", "£12.50", "1 May", "£12.50"),
    ],
)
def test_short_lines_in_the_window_of_a_later_page_are_no_address(window: tuple[str, ...]) -> None:
    pages = (FILE[0], _page(2, "", window), *FILE[2:])
    assert len(cut_letters(pages, Cut(by=CutBy.ADDRESS), UK_AREAS)) == 2


def test_a_file_whose_first_page_begins_no_letter_is_not_guessed_at() -> None:
    with pytest.raises(CannotCut, match="page 1"):
        cut_letters((_page(1), *FILE[2:]), Cut(by=CutBy.ADDRESS), UK_AREAS)


def test_a_fixed_count_must_come_out() -> None:
    with pytest.raises(CannotCut, match="letters of 3"):
        cut_letters(FILE, Cut(by=CutBy.FIXED, pages=3), UK_AREAS)
