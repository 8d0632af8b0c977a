"""Making a print file: letters from many PDFs in the order of the run, a mark on every sheet, empty backs where needed.

Pages are taken over as they are, never redrawn. A file holds a bounded number of sheets, so memory stays bounded.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM, Marks
from mailroom.errors import Reject
from mailroom.gateways.letter_pdf import open_letters
from mailroom.gateways.marks import data_matrix_modules, drawing_of
from mailroom.values.sheet_mark import SheetMark

PAGE_SIZE = (210 * MM, 297 * MM)
_SIGNS = "RP0123456789/ "
_MARK_TYPE = 5.0
"""Points; the words beside a mark are for the print unit's eyes only and stay in the margin."""


class WrongFile(Reject):
    """A print file does not hold what the plan says. It must not be printed; build the run again."""


@dataclass(frozen=True, slots=True)
class PagesToPrint:
    """A letter's pages: `count` of them from page `first` of a PDF."""

    document: Path
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class PieceToPrint:
    """One envelope's letters and the marks of its sheets, in order."""

    letters: tuple[PagesToPrint, ...]
    marks: tuple[SheetMark, ...]
    duplex: bool


class PrintFileMaker:
    """Makes print files with marks in the council's place and typeface."""

    def __init__(self, marks: Marks, typeface: Path) -> None:
        """typeface: TrueType file for the words beside the mark."""
        self._marks = marks
        self._typeface = typeface

    def write(self, pieces: Iterable[PieceToPrint], to: Path) -> int:
        """Write the file; returns the sides it has. The file appears under its name only when it is whole.

        Raises:
            WrongFile: a piece has not as many sheets as marks.
        """
        part = to.with_suffix(".part")
        with ExitStack() as opened:
            out = opened.enter_context(pikepdf.new())
            sources: dict[Path, pikepdf.Pdf] = {}
            face = self._face(out, opened)
            before = out.make_indirect(out.make_stream(b"q\n"))
            for piece in pieces:
                sheets = self._sheets(piece)
                if len(sheets) != len(piece.marks):
                    raise WrongFile(f"piece {piece.marks[0].piece} has {len(sheets)} sheets, not {len(piece.marks)}.")
                for mark, sides in zip(piece.marks, sheets, strict=True):
                    for number, side in enumerate(sides):
                        page = _added(out, side, sources, opened)
                        if number == 0:
                            self._mark(out, page, mark, before, face)
            count = len(out.pages)
            out.save(part, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
        part.replace(to)
        return count

    def _sheets(self, piece: PieceToPrint) -> list[list[tuple[Path, int] | None]]:
        """Sheets of one or two sides; None is an empty back. Every letter begins on a new sheet."""
        sheets: list[list[tuple[Path, int] | None]] = []
        for letter in piece.letters:
            pages = [(letter.document, letter.first + n) for n in range(letter.count)]
            step = 2 if piece.duplex else 1
            for start in range(0, len(pages), step):
                sides: list[tuple[Path, int] | None] = [*pages[start : start + step]]
                sheets.append([*sides, None] if piece.duplex and len(sides) == 1 else sides)
        return sheets

    def _face(self, out: pikepdf.Pdf, opened: ExitStack) -> pikepdf.Object:
        """The typeface with the few signs marks need, embedded once in the file."""
        name = f"Marks-{self._typeface.stem}"
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(self._typeface), asciiReadable=True))
        buffer = io.BytesIO()
        canvas = Canvas(buffer, initialFontName=name)  # type: ignore[arg-type]  # the stubs say number; it is a name
        canvas.setFont(name, _MARK_TYPE)
        canvas.drawString(0, 0, _SIGNS)
        canvas.save()
        source = opened.enter_context(pikepdf.open(io.BytesIO(buffer.getvalue())))
        (face,) = source.pages[0].obj["/Resources"]["/Font"].values()
        return out.copy_foreign(face)

    def _mark(
        self, out: pikepdf.Pdf, page: pikepdf.Page, mark: SheetMark, before: pikepdf.Object, face: pikepdf.Object
    ) -> None:
        """Add the mark to a page, whatever state its own content leaves the pen in."""
        place = self._marks
        left, top = place.left * MM, PAGE_SIZE[1] - place.top * MM
        modules = data_matrix_modules(mark.payload)
        name = page.add_resource(face, pikepdf.Name.Font)
        lines = [
            "\nQ q 0 g",
            drawing_of(modules, left, top, place.module * MM * len(modules[0])),
            f"BT {name} {_MARK_TYPE} Tf 0 1 -1 0 {left + 5:.2f} {top + 4:.2f} Tm ({mark.printed}) Tj ET",
            *(self._omr(mark) if place.omr else ()),
            "Q",
        ]
        after = out.make_stream("\n".join(lines).encode("ascii"))
        contents = page.obj.get("/Contents")
        own = [] if contents is None else (list(contents) if isinstance(contents, pikepdf.Array) else [contents])
        if own and own[0].objgen == before.objgen:  # an attachment to many letters: drop the mark of the one before
            own = own[1:-1]
        page.obj["/Contents"] = pikepdf.Array([before, *own, after])

    def _omr(self, mark: SheetMark) -> Iterator[str]:
        """Dashes for enveloping machines: a bench mark, the end of the piece, and the sheet's number modulo 8.

        4.233 mm apart (a sixth of an inch), 7 mm long, 0.5 mm thick: the usual spacing of OMR readers.
        """
        bits = (True, mark.sheet == mark.of, *(bool(mark.sheet >> bit & 1) for bit in (2, 1, 0)))
        for place, dark in enumerate(bits):
            if dark:
                y = PAGE_SIZE[1] - (self._marks.omr_top + place * 25.4 / 6) * MM
                yield f"{self._marks.left * MM:.2f} {y:.2f} {7 * MM:.2f} {0.5 * MM:.2f} re f"


def _added(
    out: pikepdf.Pdf, side: tuple[Path, int] | None, sources: dict[Path, pikepdf.Pdf], opened: ExitStack
) -> pikepdf.Page:
    """Append one side to the file; each source is opened once."""
    if side is None:
        return out.add_blank_page(page_size=PAGE_SIZE)
    path, number = side
    if path not in sources:
        sources[path] = opened.enter_context(pikepdf.open(path))
    out.pages.append(sources[path].pages[number - 1])
    return out.pages[-1]


def check_print_file(path: Path, marks: Sequence[Sequence[SheetMark | None]]) -> None:
    """Read a print file back: every side carries the mark the plan says, or none.

    marks: for every sheet its sides, the front's mark first and None for a back.

    Raises:
        WrongFile: naming the first side that does not.
    """
    pdf = open_letters(path)
    try:
        sides = [m for sheet in marks for m in sheet]
        if len(pdf) != len(sides):
            raise WrongFile(f"{path.name} has {len(pdf)} sides; the plan says {len(sides)}. Build the run again.")
        for number, mark in enumerate(sides, 1):
            if mark is not None and mark.printed not in _margin_words(pdf[number - 1]):
                raise WrongFile(f"{path.name}, side {number}: not the sheet the plan says. Build the run again.")
    finally:
        pdf.close()


def _margin_words(page: pdfium.PdfPage) -> str:
    """What stands in the left margin, where only marks may be."""
    words = page.get_textpage()
    found: str = words.get_text_bounded(left=0, right=15 * MM)
    words.close()
    page.close()
    return " ".join(found.split())
