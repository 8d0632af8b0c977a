"""Print files whose pages weigh more than memory should hold: made in volumes, and bound into one file."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from mailroom.gateways import printer_file
from mailroom.gateways.letter_pdf import read_letters
from mailroom.gateways.print_volume import PAGE_SIZE
from mailroom.gateways.printer_file import PrintFileMaker
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint
from mailroom.values.sheet_mark import SheetMark
from tests.gateways.letters import PRINTING, SITE, letter, set_all

FACE = SITE / "templates" / "letters" / "fonts" / "LiberationSans-Regular.ttf"
MAKER = PrintFileMaker(PRINTING.marks, FACE)
PICTURE = 50_000
"""Bytes on each page: as much as a small scan of one."""


def test_a_file_bound_from_volumes_has_every_sheet_in_order_and_the_guide_behind_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(tmp_path / "letters.pdf", letter(0), letter(1), letter(2))
    set_all(tmp_path / "guide.pdf", letter(1, "general_letter"))
    pieces = [
        PieceToPrint(
            (PagesToPrint(tmp_path / "letters.pdf", n, 1), PagesToPrint(tmp_path / "guide.pdf", 1, 1)),
            tuple(SheetMark("WDC", 42, n, sheet, 2) for sheet in (1, 2)),
            duplex=True,
        )
        for n in (1, 2, 3)
    ]
    MAKER.write(pieces, tmp_path / "one.pdf")
    monkeypatch.setattr(printer_file, "MOST_HELD", 1)
    written = MAKER.write(pieces, tmp_path / "bound.pdf")
    assert written.sides == 12
    sides = [[mark, None] for piece in pieces for mark in piece.marks]
    MAKER.check(tmp_path / "bound.pdf", sides, PRINTING.marks, written.no_window_mark)
    one, bound = (
        [page.text for page in read_letters(tmp_path / name, PRINTING.window)] for name in ("one.pdf", "bound.pdf")
    )
    assert bound == one
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bound.pdf", "guide.pdf", "letters.pdf", "one.pdf"]


def test_a_window_without_room_is_told_of_from_every_volume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printer_file, "MOST_HELD", 1)
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=PAGE_SIZE)
        pdf.pages[0].obj["/Contents"] = pdf.make_stream(b"0 600 595 200 re f")
        pdf.save(tmp_path / "full.pdf")
    pieces = [
        PieceToPrint((PagesToPrint(tmp_path / "full.pdf", 1, 1),), (SheetMark("WDC", 42, n, 1, 1),), duplex=False)
        for n in (1, 2)
    ]
    assert MAKER.write(pieces, tmp_path / "run.pdf").no_window_mark == {1, 2}


_MAKE = """
import sys
from pathlib import Path
from tests.gateways.test_print_volumes import make_and_check
from tests.memory import peak
sources = sorted(Path(sys.argv[1]).glob("*.pdf"))
make_and_check(sources[:1], 10, Path(sys.argv[2]))
before = peak()
make_and_check(sources, int(sys.argv[3]), Path(sys.argv[2]))
print(peak() - before, Path(sys.argv[2]).stat().st_size >> 20)
"""


def make_and_check(sources: list[Path], count: int, to: Path) -> None:
    """Write a print file of one-page letters and read it back."""
    marks = [SheetMark("WDC", 42, n, 1, 1) for n in range(1, count + 1)]
    pieces = (
        PieceToPrint((PagesToPrint(sources[n // 100], n % 100 + 1, 1),), (mark,), duplex=False)
        for n, mark in enumerate(marks)
    )
    written = MAKER.write(pieces, to)
    MAKER.check(to, [[mark] for mark in marks], PRINTING.marks, written.no_window_mark)


def _scans(folder: Path, files: int) -> None:
    """PDFs of a hundred pages, each with a picture of its own."""
    for number in range(files):
        with pikepdf.new() as pdf:
            for page in range(100):
                noise = random.Random(number * 100 + page).randbytes(PICTURE)
                picture = pdf.make_stream(
                    noise, Subtype=pikepdf.Name.Image, Width=250, Height=200,
                    ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
                )  # fmt: skip
                pdf.add_blank_page(page_size=PAGE_SIZE)
                pdf.pages[-1].obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=picture))
                pdf.pages[-1].obj["/Contents"] = pdf.make_stream(b"q 300 0 0 300 200 200 cm /Scan Do Q")
            pdf.save(folder / f"{number:02d}.pdf", compress_streams=False)


def test_a_print_file_ten_times_as_large_takes_hardly_more_memory(tmp_path: Path) -> None:
    """Volumes hold 16 MB of pages, pdfium as much again: growth is bounded by that, whatever the file's is.

    Held whole, the 88 MB between the two were in memory more than twice.
    """
    (tmp_path / "scans").mkdir()
    _scans(tmp_path / "scans", 20)
    grown, size = {}, {}
    for count in (200, 2000):
        command = [sys.executable, "-c", _MAKE, str(tmp_path / "scans"), str(tmp_path / "run.pdf"), str(count)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        grown[count], size[count] = map(int, said)
    assert size[2000] - size[200] > 80
    assert grown[2000] - grown[200] < 40
