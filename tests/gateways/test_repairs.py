"""Mending PDFs of other systems: moved, covered, their fonts set in, made pictures. Real files, read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.gateways.codes_shown import codes_shown
from mailroom.gateways.font_repair import as_pictures, embed_twins
from mailroom.gateways.letter_pdf import lines_on, read_letters
from mailroom.gateways.moving_pdf import find_moves, move_pages, set_covers
from mailroom.gateways.preflight_pdf import measure_letter
from mailroom.outbound.address_block import WHERE, address_block
from mailroom.outbound.postal_address import UK_AREAS, address_from
from mailroom.outbound.preflight import LATER_PAGES, check_letter, first_page_areas
from mailroom.values.letter_page import PdfProblem
from mailroom.values.repair import Move, PageLine
from tests.gateways.letters import PEOPLE, PRINTING, SITE, letter, set_all
from tests.outbound.old_system import ADDRESS, old_letter

DEMO = UK_AREAS | {"WX"}
FIRST = first_page_areas(PRINTING.window)
REGULAR = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
TWINS = {name: SITE / "templates" / "letters" / file for name, file in PRINTING.preflight.typefaces.items()}


def problems(path: Path, cover: int = 0) -> set[PdfProblem]:
    pages = tuple(measure_letter(path, PRINTING.window, FIRST, LATER_PAGES))
    return {f.problem for f in check_letter(pages, address_from(pages[0].window, DEMO), PRINTING.preflight, cover)}


def block_of(path: Path) -> tuple[PageLine, ...]:
    return address_block(next(lines_on(path, WHERE)), DEMO)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(right=st.integers(-14, 14), down=st.integers(-18, 18))
def test_a_letter_made_for_another_window_is_moved_into_ours_wherever_it_stood(
    tmp_path: Path, right: int, down: int
) -> None:
    path = old_letter(tmp_path / "away.pdf", right=right, down=down)
    block = block_of(path)
    assert tuple(line.text for line in block) == ADDRESS
    moves = find_moves(path, FIRST, LATER_PAGES, PRINTING.window, {1: block})
    assert moves is not None
    move_pages(path, tmp_path / "moved.pdf", {1}, *moves)
    assert problems(tmp_path / "moved.pdf") <= {PdfProblem.FONT_NOT_EMBEDDED}
    words, before = read_letters(tmp_path / "moved.pdf", PRINTING.window), read_letters(path, PRINTING.window)
    assert [w.text.split() for w in words] == [b.text.split() for b in before]


@pytest.mark.parametrize(("across", "helps"), [(188, True), (222, False)])
def test_what_is_too_wide_for_the_margins_is_made_smaller_but_not_too_small(
    tmp_path: Path, across: float, helps: bool
) -> None:
    path = tmp_path / "wide.pdf"
    canvas = Canvas(str(path), pagesize=(max(210, across) * MM, 297 * MM))
    for n, line in enumerate(ADDRESS):
        canvas.drawString(28 * MM, (297 - 46 - 4.5 * n) * MM, line)
    canvas.rect((max(210, across) / 2 - across / 2) * MM, 100 * MM, across * MM, 40 * MM)
    canvas.save()
    moves = find_moves(path, FIRST, LATER_PAGES, PRINTING.window, {1: block_of(path)})
    assert (moves is not None) is helps
    if moves is not None:
        assert 0.9 <= moves[0].scale < 1
        move_pages(path, tmp_path / "smaller.pdf", {1}, *moves)
        assert PdfProblem.OUTSIDE not in problems(tmp_path / "smaller.pdf")


def test_a_page_of_another_size_comes_to_stand_on_a4(tmp_path: Path) -> None:
    path = tmp_path / "american.pdf"
    canvas = Canvas(str(path), pagesize=(216 * MM, 279 * MM))
    for n, line in enumerate(ADDRESS):
        canvas.drawString(28 * MM, (279 - 46 - 4.5 * n) * MM, line)
    canvas.drawString(26 * MM, 100 * MM, "Dear resident")
    canvas.save()
    assert PdfProblem.NOT_A4_UPRIGHT in problems(path)
    moves = find_moves(path, FIRST, LATER_PAGES, PRINTING.window, {1: block_of(path)})
    assert moves is not None
    move_pages(path, tmp_path / "a4.pdf", {1}, *moves)
    assert problems(tmp_path / "a4.pdf") <= {PdfProblem.FONT_NOT_EMBEDDED}


def test_cover_sheets_stand_before_their_letters_and_their_backs_are_empty(tmp_path: Path) -> None:
    path = old_letter(tmp_path / "two.pdf", down=100)
    set_all(tmp_path / "covers.pdf", letter(0, "general_letter"), letter(1, "general_letter"))
    set_covers(path, tmp_path / "covers.pdf", [(1, 1), (2, 1)], tmp_path / "covered.pdf", duplex=True)
    pages = tuple(measure_letter(tmp_path / "covered.pdf", PRINTING.window, FIRST, LATER_PAGES))
    assert [p.blank for p in pages] == [False, True, False, False, True, False]
    assert address_from(pages[0].window, DEMO).lines == PEOPLE[0][:4]
    assert [("Page 1 of 2" in pages[2].text), ("Page 2 of 2" in pages[5].text)] == [True, True]


@pytest.mark.parametrize("face", ["Helvetica", "Helvetica-Bold"])
def test_a_missing_font_is_replaced_by_its_twin_and_not_a_letter_moves(tmp_path: Path, face: str) -> None:
    path = old_letter(tmp_path / "lacks.pdf", face=face)
    assert PdfProblem.FONT_NOT_EMBEDDED in problems(path)
    assert embed_twins(path, tmp_path / "holds.pdf", TWINS) == ()
    assert problems(tmp_path / "holds.pdf") == set()
    pages = [list(read_letters(p, PRINTING.window)) for p in (path, tmp_path / "holds.pdf")]
    assert pages[0] == pages[1]
    before, after = (_seen(p) for p in (path, tmp_path / "holds.pdf"))
    assert np.abs(before - after).mean() < 2.0


def _seen(path: Path) -> np.ndarray:
    with pdfium.PdfDocument(path) as pdf:
        return np.asarray(pdf[0].render(scale=1.5, grayscale=True).to_pil()).astype(float)


def test_signs_beyond_the_alphabet_keep_their_place_in_the_twin(tmp_path: Path) -> None:
    path = tmp_path / "signs.pdf"
    canvas = Canvas(str(path), pagesize=(210 * MM, 297 * MM))
    canvas.setFont("Helvetica", 14)
    canvas.drawString(30 * MM, 150 * MM, "£138.15 – ‘Ty’ café at 5% • naïve € 20")
    canvas.save()
    assert embed_twins(path, tmp_path / "holds.pdf", TWINS) == ()
    words = [next(iter(read_letters(p, PRINTING.window))).text for p in (path, tmp_path / "holds.pdf")]
    assert words[0] == words[1]
    assert np.abs(_seen(path) - _seen(tmp_path / "holds.pdf")).mean() < 1.0


def test_a_font_without_a_twin_is_left_and_said_so(tmp_path: Path) -> None:
    path = old_letter(tmp_path / "times.pdf", face="Times-Roman")
    assert embed_twins(path, tmp_path / "out.pdf", TWINS) == ("Times-Roman",)


@pytest.mark.parametrize(("wider", "without"), [(1.0, ()), (0.82, ("Helvetica",))])
def test_a_font_whose_letters_the_file_says_are_narrower_has_no_twin(
    tmp_path: Path, wider: float, without: tuple[str, ...]
) -> None:
    path = old_letter(tmp_path / "plain.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        font.FirstChar, font.LastChar = 97, 99
        font.Widths = [round(width * wider) for width in (556, 556, 500)]
        pdf.save(path)
    assert embed_twins(path, tmp_path / "out.pdf", TWINS) == without


def test_a_typeface_that_lacks_a_letter_shown_is_no_twin_and_the_letter_is_named(tmp_path: Path) -> None:
    path = old_letter(tmp_path / "ticked.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        font.Encoding = pikepdf.Dictionary(
            BaseEncoding=pikepdf.Name.WinAnsiEncoding,
            Differences=[100, pikepdf.Name.checkmark, 200, pikepdf.Name.heart],
        )
        pdf.save(path)
    assert embed_twins(path, tmp_path / "out.pdf", TWINS) == ("Helvetica (it lacks checkmark)",)


def test_letters_shown_in_forms_and_after_a_kept_state_count_for_their_own_font(tmp_path: Path) -> None:
    path = tmp_path / "forms.pdf"
    canvas = Canvas(str(path))
    canvas.beginForm("stamp")
    canvas.setFont("Courier", 10)
    canvas.drawString(10, 10, "xy")
    canvas.endForm()
    canvas.setFont("Helvetica", 10)
    canvas.drawString(10, 30, "ab")
    canvas.saveState()
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(10, 40, "cd")
    canvas.restoreState()
    canvas.doForm("stamp")
    canvas.drawString(10, 50, "e")
    canvas.save()
    with pikepdf.open(path) as pdf:
        names = {font.objgen: str(font.BaseFont) for font in pdf.pages[0].Resources.Font.values()}
        shown = {names[font]: codes - set(b" ") for font, codes in codes_shown(pdf).items() if codes - set(b" ")}
    assert shown == {"/Courier": set(b"xy"), "/Helvetica": set(b"abe"), "/Times-Roman": set(b"cd")}


def test_pages_made_pictures_look_the_same_and_can_still_be_read(tmp_path: Path) -> None:
    path = old_letter(tmp_path / "times.pdf", face="Times-Roman")
    as_pictures(path, tmp_path / "pictures.pdf", REGULAR)
    assert problems(tmp_path / "pictures.pdf") == set()
    pages = list(read_letters(tmp_path / "pictures.pdf", PRINTING.window))
    assert pages[0].window == ADDRESS
    assert "Dear resident, line 3 of the text." in " ".join(pages[1].text.split())
    assert np.abs(_seen(path) - _seen(tmp_path / "pictures.pdf")).mean() < 3.0
    with pikepdf.open(tmp_path / "pictures.pdf") as pdf:
        assert len(pdf.pages) == 2
    assert (tmp_path / "pictures.pdf").stat().st_size < 1_000_000


def test_an_address_is_found_wherever_it_stands_and_running_text_is_none() -> None:
    def line(text: str, left: float, top: float) -> PageLine:
        return PageLine(text, left, top, left + 40, top + 3.5)

    found = [line("Council Tax", 130, 20), line("Mr A Lee", 30, 90), line("1 High Street", 30, 95)]
    found += [line("Our ref 12", 120, 96), line("Wexmere", 30.5, 100), line("WX10 9WU", 30, 105)]
    found += [line("Dear Mr Lee", 30, 125)]
    assert [x.text for x in address_block(found, DEMO)] == ["Mr A Lee", "1 High Street", "Wexmere", "WX10 9WU"]
    assert address_block([line(f"Words and more words {n}", 30, 90 + 5 * n) for n in range(6)], DEMO) == ()


def test_moves_are_said_in_a_clerks_words() -> None:
    assert Move(4, -3, 0.96).words == "at 96 % of its size, 4 mm to the right, 3 mm up"
    assert Move().words == ""
