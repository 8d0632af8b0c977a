from __future__ import annotations

from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM, Marks
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.print_check import Misprint, check_print_file, picture_of
from mailroom.gateways.printer_file import PrintFileMaker, WrongFile
from mailroom.outbound.print_run import PrintLetter
from mailroom.values.channel import LetterFormat
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint
from mailroom.values.sheet_mark import SheetMark, read_sheet_mark
from tests.gateways.letters import PRINTING, SITE, letter, set_all

FACE = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
MAKER = PrintFileMaker(PRINTING.marks, FACE)


def _marks(piece: int, of: int) -> tuple[SheetMark, ...]:
    return tuple(SheetMark("WDC", 42, piece, n, of) for n in range(1, of + 1))


def _read(page: pdfium.PdfPage) -> list[SheetMark]:
    image = page.render(scale=300 / 72, grayscale=True).to_pil()
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.DataMatrix)
    return list(dict.fromkeys(m for c in codes if (m := read_sheet_mark(c.text, "WDC"))))


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Page 1: an ordinary letter; pages 2 and 3: a large-print one; page 4: another person's."""
    set_all(tmp_path / "letters.pdf", letter(0), letter(1, large=True), letter(2))
    return tmp_path / "letters.pdf"


def test_every_sheet_carries_its_data_matrix_on_the_front_and_odd_letters_get_an_empty_back(
    letters: Path, tmp_path: Path
) -> None:
    pieces = [
        PieceToPrint((PagesToPrint(letters, 1, 1), PagesToPrint(letters, 1, 1)), _marks(1, 2), duplex=True),
        PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(2, 1), duplex=True),
    ]
    assert MAKER.write(pieces, tmp_path / "run.pdf").sides == 6
    pdf = pdfium.PdfDocument(tmp_path / "run.pdf")
    assert [_read(page) for page in pdf] == [
        [SheetMark("WDC", 42, 1, 1, 2)], [], [SheetMark("WDC", 42, 1, 2, 2)], [], [SheetMark("WDC", 42, 2, 1, 1)], [],
    ]  # fmt: skip
    blank = pdf[1].render(grayscale=True).to_numpy()
    assert blank.min() == 255


def test_nobodys_words_are_on_the_back_of_anothers_letter(letters: Path, tmp_path: Path) -> None:
    pieces = [
        PieceToPrint((PagesToPrint(letters, 1, 1),), _marks(1, 1), duplex=True),
        PieceToPrint((PagesToPrint(letters, 4, 1),), _marks(2, 1), duplex=True),
    ]
    MAKER.write(pieces, tmp_path / "run.pdf")
    texts = [p.text for p in read_letters(tmp_path / "run.pdf", PRINTING.window)]
    assert ["Rawlinson" in t for t in texts] == [True, False, False, False]
    assert ["Gurney" in t for t in texts] == [False, False, True, False]


def test_simplex_letters_have_a_mark_on_every_page(letters: Path, tmp_path: Path) -> None:
    MAKER.write([PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(7, 2), duplex=False)], tmp_path / "run.pdf")
    pdf = pdfium.PdfDocument(tmp_path / "run.pdf")
    assert [m.printed for page in pdf for m in _read(page)] == ["R42 P7 1/2", "R42 P7 2/2"]


def test_a_mark_stands_where_it_should_whatever_the_letter_left_behind(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "odd.pdf"), pagesize=(210 * MM, 297 * MM))
    canvas.translate(100, 100)
    canvas.scale(2, 2)
    canvas.setFillGray(1)
    canvas.drawString(0, 0, "no restore")
    canvas.save()
    MAKER.write([PieceToPrint((PagesToPrint(tmp_path / "odd.pdf", 1, 1),), _marks(1, 1), True)], tmp_path / "run.pdf")
    assert _read(pdfium.PdfDocument(tmp_path / "run.pdf")[0]) == list(_marks(1, 1))


def test_marks_stay_out_of_the_printable_area_and_can_be_read_by_the_enveloper(letters: Path, tmp_path: Path) -> None:
    maker = PrintFileMaker(Marks(omr=True), FACE)
    maker.write([PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(1, 2), False)], tmp_path / "run.pdf")
    first, last = (
        page.render(scale=100 / 72, grayscale=True).to_numpy().squeeze()
        for page in pdfium.PdfDocument(tmp_path / "run.pdf")
    )
    dash = int((Marks().omr_top - 0.25) / 25.4 * 100)
    end = int((Marks().omr_top - 0.25 + 25.4 / 6) / 25.4 * 100)
    column = int(8 / 25.4 * 100)
    assert [page[dash - 1 : dash + 2, column].min() < 128 for page in (first, last)] == [True, True]
    assert [page[end - 1 : end + 2, column].min() < 128 for page in (first, last)] == [False, True]
    assert [_sheet_said(page, column) for page in (first, last)] == [1, 2], "a sheet too many or too few is seen"


def _sheet_said(page: np.ndarray, column: int) -> int:
    """The sheet's number modulo 8 as the enveloper reads it from the third to the fifth dash."""
    rows = (int((Marks().omr_top - 0.25 + place * 25.4 / 6) / 25.4 * 100) for place in (2, 3, 4))
    return int("".join("1" if page[row - 1 : row + 2, column].min() < 128 else "0" for row in rows), 2)


def test_shared_parts_of_letters_are_kept_once(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", *[letter(n % 3) for n in range(60)])
    pieces = [
        PieceToPrint((PagesToPrint(tmp_path / "a.pdf", n, 1),), _marks(n, 1), duplex=False) for n in range(60, 0, -1)
    ]
    MAKER.write(pieces, tmp_path / "run.pdf")
    assert (tmp_path / "run.pdf").stat().st_size < (tmp_path / "a.pdf").stat().st_size * 1.6


def test_a_page_keeps_the_size_and_typefaces_that_its_file_says_once_for_all_pages(
    letters: Path, tmp_path: Path
) -> None:
    branched = tmp_path / "branched.pdf"
    with pikepdf.open(letters) as pdf:
        pages = [page.obj for page in pdf.pages]
        pdf.Root.Pages.MediaBox, pdf.Root.Pages.Resources = pages[0].MediaBox, pages[0].Resources
        for page in pages:
            del page["/MediaBox"], page["/Resources"]
        pdf.save(branched)
    MAKER.write([PieceToPrint((PagesToPrint(branched, 4, 1),), _marks(1, 1), True)], tmp_path / "run.pdf")
    front, _ = read_letters(tmp_path / "run.pdf", PRINTING.window)
    assert (round(front.width), round(front.height)) == (595, 842)
    assert "Gurney" in front.text


def test_a_file_read_back_must_be_the_one_planned(letters: Path, tmp_path: Path) -> None:
    one = PieceToPrint((PagesToPrint(letters, 1, 1),), _marks(1, 1), duplex=True)
    two = PieceToPrint((PagesToPrint(letters, 4, 1),), _marks(2, 1), duplex=True)
    MAKER.write([one, two], tmp_path / "run.pdf")
    planned = [[*one.marks, None], [*two.marks, None]]
    check_print_file(tmp_path / "run.pdf", planned, PRINTING.marks)
    with pytest.raises(Misprint, match="side 1"):
        check_print_file(tmp_path / "run.pdf", planned[::-1], PRINTING.marks)
    with pikepdf.open(tmp_path / "run.pdf", allow_overwriting_input=True) as pdf:
        del pdf.pages[1]
        pdf.save()
    with pytest.raises(Misprint, match="3 sides"):
        check_print_file(tmp_path / "run.pdf", planned, PRINTING.marks)


def test_a_piece_with_other_sheets_than_marks_is_not_written(letters: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongFile):
        MAKER.write([PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(1, 2), True)], tmp_path / "run.pdf")
    assert not (tmp_path / "run.pdf").exists()


def test_the_first_sheet_shows_its_mark_in_the_window_for_an_envelope_that_comes_back(
    letters: Path, tmp_path: Path
) -> None:
    MAKER.write([PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(7, 2), duplex=False)], tmp_path / "run.pdf")
    pdf = pdfium.PdfDocument(tmp_path / "run.pdf")
    in_window = [
        zxingcpp.read_barcodes(picture_of(pdf, page, PRINTING.window, 300), formats=zxingcpp.BarcodeFormat.DataMatrix)
        for page in (1, 2)
    ]
    assert [[c.text for c in codes] for codes in in_window] == [[_marks(7, 2)[0].payload], []]


def test_the_window_mark_is_left_out_where_the_address_needs_the_room(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "wide.pdf"), pagesize=(210 * MM, 297 * MM))
    canvas.drawString(
        26 * MM, (297 - 46) * MM, "A name that is long enough to run right through the whole of the window"
    )
    canvas.save()
    piece = PieceToPrint((PagesToPrint(tmp_path / "wide.pdf", 1, 1),), _marks(3, 1), duplex=True)
    written = MAKER.write([piece], tmp_path / "run.pdf")
    assert written.no_window_mark == {3}
    check_print_file(tmp_path / "run.pdf", [[*piece.marks, None]], PRINTING.marks, written.no_window_mark)


@pytest.mark.parametrize("piece", [1, 12, 123, 1234, 70_000])
def test_the_mark_stays_in_the_margin_however_long_the_numbers(piece: int, letters: Path, tmp_path: Path) -> None:
    one = PieceToPrint((PagesToPrint(letters, 1, 1),), (SheetMark("WDC", 1042, piece, 1, 1, 1),), duplex=True)
    MAKER.write([one], tmp_path / "run.pdf")
    check_print_file(tmp_path / "run.pdf", [[*one.marks, None]], PRINTING.marks)


def test_ink_in_the_clear_zone_of_a_mark_stops_the_file(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "note.pdf"), pagesize=(210 * MM, 297 * MM))
    canvas.drawString(3 * MM, (297 - 281) * MM, "note")
    canvas.save()
    piece = PieceToPrint((PagesToPrint(tmp_path / "note.pdf", 1, 1),), _marks(3, 1), duplex=True)
    MAKER.write([piece], tmp_path / "run.pdf")
    with pytest.raises(Misprint, match="too near the mark"):
        check_print_file(tmp_path / "run.pdf", [[*piece.marks, None]], PRINTING.marks)


def test_a_file_is_carried_on_from_a_sheet(letters: Path, tmp_path: Path) -> None:
    pieces = [PieceToPrint((PagesToPrint(letters, 1, 1),), _marks(n, 1), duplex=True) for n in (1, 2, 3)]
    MAKER.write(pieces, tmp_path / "run.pdf")
    MAKER.cut(tmp_path / "run.pdf", 2, 2, tmp_path / "rest.pdf")
    rest = [[*p.marks, None] for p in pieces[1:]]
    check_print_file(tmp_path / "rest.pdf", rest, PRINTING.marks)


PARTS = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=PARTS, second=PARTS, joined=st.booleans(), duplex=st.booleans())
def test_the_sheets_planned_are_the_sheets_made_and_no_letter_shares_one_with_another(
    tmp_path: Path, first: list[int], second: list[int], joined: bool, duplex: bool
) -> None:
    """Each list: pages of a letter, then of its attachments. Pages are told apart by a number on them."""
    source, pages = tmp_path / "numbered.pdf", sum(first) + sum(second)
    canvas = Canvas(str(source), pagesize=(595.28, 841.89))
    for number in range(1, pages + 1):
        canvas.drawString(100, 400, f"page-{number}-of-the-source")
        canvas.showPage()
    canvas.save()
    planned = [
        PrintLetter(
            1, "", (), "", "inland", own, duplex, "white-90", "", LetterFormat.STANDARD, True, "waste",
            attached=tuple(attached), joined=joined,
        )
        for own, *attached in (first, second)
    ]  # fmt: skip
    parts, start = [], 1
    for counts in (first, second):
        for n, count in enumerate(counts):
            parts.append(PagesToPrint(source, start, count, joined=joined and n > 0))
            start += count
    sheets = sum(x.sheets for x in planned)
    piece = PieceToPrint(tuple(parts), _marks(1, sheets), duplex)
    written = MAKER.write([piece], tmp_path / "run.pdf")
    assert written.sides == sheets * (2 if duplex else 1)
    words = [page.text for page in read_letters(tmp_path / "run.pdf", PRINTING.window)]
    order = [int(w.split("-")[1]) for text in words for w in text.split() if w.startswith("page-")]
    assert order == list(range(1, pages + 1))
    second_begins = next(n for n, text in enumerate(words) if f"page-{sum(first) + 1}-of" in text)
    assert second_begins % (2 if duplex else 1) == 0
