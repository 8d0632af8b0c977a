from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
import zxingcpp

from mailroom.config.printing import Type
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.marks import qr_of_series
from mailroom.gateways.preflight_pdf import measure_letter
from mailroom.gateways.typesetter import FontMissing, Typesetter
from mailroom.outbound.postal_address import UK_AREAS, address_from
from mailroom.outbound.preflight import LATER_PAGES, check_letter, first_page_areas, page_of
from mailroom.values.letter_body import Block, BlockKind, LetterBody, Run
from mailroom.values.reply_code import make_reply_code
from tests.gateways.letters import PEOPLE, PRINTING, SITE, letter, set_all, smallest_type

DEMO = UK_AREAS | {"WX"}


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("welsh", [False, True])
@pytest.mark.parametrize("template", ["council_tax_bill", "council_tax_reminder"])
def test_our_own_letters_pass_preflight(tmp_path: Path, template: str, large: bool, welsh: bool) -> None:
    set_all(tmp_path / "a.pdf", letter(template=template, large=large, welsh=welsh))
    pages = tuple(measure_letter(tmp_path / "a.pdf", PRINTING.window, first_page_areas(PRINTING.window), LATER_PAGES))
    address = address_from(pages[0].window, DEMO)
    assert address.lines == PEOPLE[0][:4]
    assert check_letter(pages, address, PRINTING.preflight) == ()


def test_large_print_is_set_larger_not_blown_up(tmp_path: Path) -> None:
    ordinary, large = set_all(tmp_path / "a.pdf", letter(), letter(large=True))
    assert large.page_count > ordinary.page_count
    pages = list(read_letters(tmp_path / "a.pdf", PRINTING.window))
    words = " ".join(" ".join(p.text.split()) for p in pages[large.first_page - 1 :])
    assert "If you still disagree after our answer, you can appeal" in words


@pytest.mark.parametrize("welsh", [False, True])
@pytest.mark.parametrize("template", ["council_tax_bill", "council_tax_reminder"])
def test_every_character_of_every_page_of_large_print_is_at_the_large_size(
    tmp_path: Path, template: str, welsh: bool
) -> None:
    set_all(tmp_path / "a.pdf", letter(template=template, large=True, welsh=welsh))
    assert smallest_type(tmp_path / "a.pdf") >= PRINTING.type.large_size
    words = " ".join(" ".join(p.text.split()) for p in read_letters(tmp_path / "a.pdf", PRINTING.window))
    assert "Market Place Wexmere WX1 1AA 01632 960 100" in words
    assert "please quote" in words
    assert "Tudalen" in words or "Page 1 of" in words


def test_large_print_that_does_not_say_who_writes_has_the_councils_address_in_its_text(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", replace(letter(large=True), from_lines=()))
    assert smallest_type(tmp_path / "a.pdf") >= PRINTING.type.large_size
    words = " ".join(" ".join(p.text.split()) for p in read_letters(tmp_path / "a.pdf", PRINTING.window))
    assert "Civic Offices, Market Place, Wexmere WX1 1AA wexmere.example 01632 960 000" in words


def test_large_print_of_a_larger_size_leaves_out_the_motto_that_no_longer_fits(tmp_path: Path) -> None:
    style = PRINTING.type.model_copy(update={"large_size": 28.0})
    setter = Typesetter(PRINTING.model_copy(update={"type": style}), SITE)
    setter.write([letter(large=True)], tmp_path / "a.pdf")
    assert smallest_type(tmp_path / "a.pdf") >= 28
    pages = tuple(measure_letter(tmp_path / "a.pdf", PRINTING.window, first_page_areas(PRINTING.window), LATER_PAGES))
    assert [box for page in pages for box in page.outside] == []


def test_every_page_says_which_of_how_many(tmp_path: Path) -> None:
    places = set_all(tmp_path / "a.pdf", letter(), letter(1, large=True))
    pages = list(read_letters(tmp_path / "a.pdf", PRINTING.window))
    said = [(found.number, found.of) for found in (page_of(p.text) for p in pages) if found]
    assert said == [(n, p.page_count) for p in places for n in range(1, p.page_count + 1)]


def test_the_qr_code_leads_to_the_reply_page_with_the_letters_own_code(tmp_path: Path) -> None:
    wanted = letter(1)
    set_all(tmp_path / "a.pdf", wanted)
    image = pdfium.PdfDocument(tmp_path / "a.pdf")[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == f"https://wexmere.example/reply/{wanted.reply_code}"


def test_every_code_of_an_address_can_be_read_whatever_mask_suits_the_first() -> None:
    address = "https://wexmere.example/reply/"
    for number in range(40):
        code = make_reply_code(bytes((number, 6 * number, 3, 4, 200, 6)))
        dots = np.pad(qr_of_series(address, code), 4)
        image = np.where(np.kron(dots, np.ones((6, 6), bool)), 0, 255).astype(np.uint8)
        (read,) = zxingcpp.read_barcodes(image, zxingcpp.BarcodeFormat.QRCode)
        assert read.text == address + code


def test_words_are_read_in_the_order_they_stand_in_bold_or_not(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", letter())
    (page,) = read_letters(tmp_path / "a.pdf", PRINTING.window)
    assert "It is in Council Tax band C." in " ".join(page.text.split())


def test_letters_beyond_the_first_two_hundred_of_a_file_are_shown_and_so_is_what_follows_them(tmp_path: Path) -> None:
    rare = "".join(chr(code) for code in (*range(0x100, 0x180), *range(0x410, 0x450)))
    words = f"Before (in \\ signs) {rare} and after £5"
    body = LetterBody("", (Block(BlockKind.PARAGRAPH, (Run(words),)),))
    set_all(tmp_path / "a.pdf", replace(letter(), bodies=(body,)))
    (page,) = read_letters(tmp_path / "a.pdf", PRINTING.window)
    text = "".join(page.text.split())
    assert "".join(words.split()) in text
    assert "Pleasequote" in text.replace("please", "Please")


def test_what_is_the_same_in_many_letters_is_in_their_file_once(tmp_path: Path) -> None:
    set_all(tmp_path / "one.pdf", letter())
    set_all(tmp_path / "many.pdf", *[letter()] * 11)
    once, more = (tmp_path / "one.pdf").stat().st_size, (tmp_path / "many.pdf").stat().st_size
    assert (more - once) / 10 < 2500


def test_welsh_comes_before_english_on_its_own_page(tmp_path: Path) -> None:
    (place,) = set_all(tmp_path / "a.pdf", letter(welsh=True))
    pages = list(read_letters(tmp_path / "a.pdf", PRINTING.window))
    assert place.page_count == 2
    assert "Eich bil Treth Gyngor" in pages[0].text
    assert "23 Chwefror 2026" in pages[0].text
    assert "Your Council Tax bill" in pages[1].text


def test_a_long_address_line_is_set_smaller_and_never_cut(tmp_path: Path) -> None:
    base = letter()
    long = "The Very Reverend Bartholomew Featherstonehaugh-Cholmondeley and Partners Limited"
    set_all(tmp_path / "a.pdf", replace(base, address=(long, *base.address[1:])))
    (page,) = measure_letter(tmp_path / "a.pdf", PRINTING.window, first_page_areas(PRINTING.window), LATER_PAGES)
    assert page.window[0] == long
    assert page.outside == ()


def test_a_missing_typeface_is_named_with_its_remedy(tmp_path: Path) -> None:
    printing = PRINTING.model_copy(update={"type": Type.model_validate({"regular": "fonts/Absent.ttf"})})
    with pytest.raises(FontMissing, match=r"printing\.toml"):
        Typesetter(printing, SITE)
