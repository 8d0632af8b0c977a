from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp

from mailroom.config.printing import Type
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.preflight_pdf import measure_letter
from mailroom.gateways.typesetter import FontMissing, Typesetter
from mailroom.outbound.postal_address import UK_AREAS, address_from
from mailroom.outbound.preflight import LATER_PAGES, check_letter, first_page_areas, page_of
from tests.gateways.letters import PEOPLE, PRINTING, SITE, letter, set_all

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
    assert pages[large.first_page].smallest_type >= 16
    words = " ".join(" ".join(p.text.split()) for p in pages[large.first_page - 1 :])
    assert "If you still disagree after our answer, you can appeal" in words


def test_every_page_says_which_of_how_many(tmp_path: Path) -> None:
    places = set_all(tmp_path / "a.pdf", letter(), letter(1, large=True))
    pages = list(read_letters(tmp_path / "a.pdf", PRINTING.window))
    said = [page_of(p.text) for p in pages]
    assert said == [(n, p.page_count) for p in places for n in range(1, p.page_count + 1)]


def test_the_qr_code_leads_to_the_reply_page_with_the_letters_own_code(tmp_path: Path) -> None:
    wanted = letter(1)
    set_all(tmp_path / "a.pdf", wanted)
    image = pdfium.PdfDocument(tmp_path / "a.pdf")[0].render(scale=200 / 72).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == f"https://wexmere.example/reply/{wanted.reply_code}"


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
        Typesetter(printing, SITE / "templates" / "letters")
