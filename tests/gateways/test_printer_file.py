from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM, Marks
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.printer_file import (
    PagesToPrint,
    PieceToPrint,
    PrintFileMaker,
    WrongFile,
    check_print_file,
)
from mailroom.values.sheet_mark import SheetMark, read_sheet_mark
from tests.gateways.letters import PRINTING, SITE, letter, set_all

FACE = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
MAKER = PrintFileMaker(PRINTING.marks, FACE)


def _marks(piece: int, of: int) -> tuple[SheetMark, ...]:
    return tuple(SheetMark("WDC", 42, piece, n, of) for n in range(1, of + 1))


def _read(page: pdfium.PdfPage) -> list[SheetMark]:
    image = page.render(scale=300 / 72, grayscale=True).to_pil()
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.DataMatrix)
    return [m for c in codes if (m := read_sheet_mark(c.text, "WDC"))]


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
    assert MAKER.write(pieces, tmp_path / "run.pdf") == 6
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


def test_shared_parts_of_letters_are_kept_once(tmp_path: Path) -> None:
    set_all(tmp_path / "a.pdf", *[letter(n % 3) for n in range(60)])
    pieces = [
        PieceToPrint((PagesToPrint(tmp_path / "a.pdf", n, 1),), _marks(n, 1), duplex=False) for n in range(60, 0, -1)
    ]
    MAKER.write(pieces, tmp_path / "run.pdf")
    assert (tmp_path / "run.pdf").stat().st_size < (tmp_path / "a.pdf").stat().st_size * 1.6


def test_a_file_read_back_must_be_the_one_planned(letters: Path, tmp_path: Path) -> None:
    one = PieceToPrint((PagesToPrint(letters, 1, 1),), _marks(1, 1), duplex=True)
    two = PieceToPrint((PagesToPrint(letters, 4, 1),), _marks(2, 1), duplex=True)
    MAKER.write([one, two], tmp_path / "run.pdf")
    planned = [[*one.marks, None], [*two.marks, None]]
    check_print_file(tmp_path / "run.pdf", planned)
    with pytest.raises(WrongFile, match="side 1"):
        check_print_file(tmp_path / "run.pdf", planned[::-1])
    with pikepdf.open(tmp_path / "run.pdf", allow_overwriting_input=True) as pdf:
        del pdf.pages[1]
        pdf.save()
    with pytest.raises(WrongFile, match="3 sides"):
        check_print_file(tmp_path / "run.pdf", planned)


def test_a_piece_with_other_sheets_than_marks_is_not_written(letters: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongFile):
        MAKER.write([PieceToPrint((PagesToPrint(letters, 2, 2),), _marks(1, 2), True)], tmp_path / "run.pdf")
    assert not (tmp_path / "run.pdf").exists()
