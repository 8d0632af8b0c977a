"""Making a print file: letters from many PDFs in the order of the run, a mark on every sheet, empty backs where needed.

Pages are taken over as they are, never redrawn. A file is made in volumes of a bounded weight, so memory stays bounded.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import pikepdf
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM, Area, MailmarkSettings, Marks
from mailroom.errors import Reject
from mailroom.gateways.held_pages import MOST_HELD
from mailroom.gateways.marks import MAILMARK_CLEAR, bars_drawn, data_matrix_modules, drawing_of, mailmark_bars
from mailroom.gateways.print_check import ClearSpace, check_print_file
from mailroom.gateways.print_volume import PAGE_SIZE, Volume, bind
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint, PrintFileWritten
from mailroom.values.sheet_mark import SheetMark

__all__ = ["PagesToPrint", "PieceToPrint", "PrintFileMaker", "WrongFile"]

_SIGNS = "RP0123456789/ reprint"
_MARK_TYPE = 5.0
"""Points; the words beside a mark are for the print unit's eyes only and stay in the margin."""


class WrongFile(Reject):
    """A print file does not hold what the plan says. It must not be printed; build the run again."""


class PrintFileMaker:
    """Makes print files with marks in the council's place and typeface."""

    def __init__(self, marks: Marks, typeface: Path, mailmark: MailmarkSettings | None = None) -> None:
        """typeface: TrueType file for the words beside the mark."""
        self._marks = marks
        self._typeface = typeface
        self._mailmark = mailmark or MailmarkSettings()

    def write(self, pieces: Iterable[PieceToPrint], to: Path) -> PrintFileWritten:
        """Write the file. It appears under its name only when it is whole.

        Raises:
            WrongFile: a piece has not as many sheets as marks.
        """
        left = iter(pieces)
        volumes: list[Path] = []
        written = PrintFileWritten(0)
        with tempfile.TemporaryDirectory(prefix=f"{to.stem}-", dir=to.parent) as folder:
            for piece in left:
                volumes.append(Path(folder) / f"{len(volumes)}.pdf")
                written = written.with_more(self._volume(chain((piece,), left), volumes[-1]))
            bind(volumes, Path(folder) / to.name).replace(to)
        return written

    def _volume(self, left: Iterator[PieceToPrint], to: Path) -> PrintFileWritten:
        """Write pieces until they weigh as much as may be held in memory, or none is left."""
        with ExitStack() as opened:
            out = opened.enter_context(pikepdf.new())
            pen = _Pen(self._marks, self._mailmark, out, opened, self._typeface)
            volume = Volume(out, opened)
            for piece in left:
                _add(piece, volume, pen)
                if volume.weight > MOST_HELD:
                    break
            sides = volume.bound(to)
        return PrintFileWritten(sides, frozenset(pen.no_window_mark), frozenset(pen.no_mailmark))

    def check(
        self,
        path: Path,
        marks: Sequence[Sequence[SheetMark | None]],
        place: Marks,
        no_window_mark: frozenset[int] = frozenset(),
    ) -> None:
        """Read a file back. Raises Misprint naming the first side that is not as planned."""
        check_print_file(path, marks, place, no_window_mark)

    def cut(self, source: Path, first_sheet: int, sides: int, to: Path, sheets: int = 0) -> None:
        """`sheets` sheets of the file from one of them on, or all to the end. sides: of each, 2 in a duplex file."""
        with pikepdf.open(source) as pdf:
            if sheets:
                del pdf.pages[(first_sheet - 1 + sheets) * sides :]
            del pdf.pages[: (first_sheet - 1) * sides]
            pdf.remove_unreferenced_resources()
            pdf.save(to, deterministic_id=True)


def _add(piece: PieceToPrint, volume: Volume, pen: _Pen) -> None:
    """Append the sides of a piece, each sheet marked. Raises WrongFile."""
    sheets = _sheets(piece)
    if len(sheets) != len(piece.marks):
        raise WrongFile(f"piece {piece.marks[0].piece} has {len(sheets)} sheets, not {len(piece.marks)}.")
    for mark, sides in zip(piece.marks, sheets, strict=True):
        for number, side in enumerate(sides):
            page = volume.added(side)
            if number == 0:
                pen.mark(page, mark, side, piece)


class _Pen:
    """Adds marks to the pages of one volume."""

    def __init__(
        self, marks: Marks, mailmark: MailmarkSettings, out: pikepdf.Pdf, opened: ExitStack, typeface: Path
    ) -> None:
        self._marks, self._mailmark, self._out = marks, mailmark, out
        self._face = _face(out, opened, typeface)
        self._before = out.make_indirect(out.make_stream(b"q\n"))
        self._space = opened.enter_context(ClearSpace())
        self.no_window_mark: set[int] = set()
        self.no_mailmark: set[int] = set()

    def mark(self, page: pikepdf.Page, mark: SheetMark, side: tuple[Path, int] | None, piece: PieceToPrint) -> None:
        """Add the mark to a page, whatever state its own content leaves the pen in."""
        place = self._marks
        # One fixed name: pages of an attachment to many letters share their resources, which must not grow with them.
        name = page.add_resource(self._face, pikepdf.Name.Font, pikepdf.Name.MailroomMark)
        left, top = place.left * MM, PAGE_SIZE[1] - place.top * MM
        lines = [
            "\nQ q 0 g",
            _symbol(mark, place.left, place.top, place.module),
            f"BT {name} {_MARK_TYPE} Tf 0 1 -1 0 {left + 5:.2f} {top + 4:.2f} Tm ({mark.printed}) Tj ET",
            *(self._omr(mark) if place.omr else ()),
            *(self._in_window(mark, name, side) if place.window and mark.sheet == 1 else ()),
            *(self._royal_mail(piece, side) if piece.mailmark and mark.sheet == 1 else ()),
            "Q",
        ]
        after = self._out.make_stream("\n".join(lines).encode("ascii"))
        contents = page.obj.get("/Contents")
        own = [] if contents is None else (list(contents) if isinstance(contents, pikepdf.Array) else [contents])
        if own and own[0].objgen == self._before.objgen:  # an attachment to many letters: drop the mark of the last one
            own = own[1:-1]
        page.obj["/Contents"] = pikepdf.Array([self._before, *own, after])

    def _in_window(self, mark: SheetMark, face: pikepdf.Name, side: tuple[Path, int] | None) -> Iterator[str]:
        """The mark once more beside the address, with the run and piece below it, if the place is empty."""
        place = self._marks
        area = window_mark_area(place, mark)
        if side is None or not self._space.is_clear(*side, area):
            self.no_window_mark.add(mark.piece)
            return
        yield _symbol(mark, place.window_left, place.window_top, place.window_module)
        left, down = place.window_left * MM, PAGE_SIZE[1] - area.bottom * MM + 1.5
        yield f"BT {face} 4 Tf 1 0 0 1 {left:.2f} {down + 4.4:.2f} Tm (R{mark.run}) Tj"
        yield f"0 -4.4 Td (P{mark.piece}) Tj ET"

    def _royal_mail(self, piece: PieceToPrint, side: tuple[Path, int] | None) -> Iterator[str]:
        """Royal Mail's barcode in the window, if its clear zone is empty, of our own mark too."""
        place = self._mailmark
        bars = mailmark_bars(piece.mailmark, place.kind, piece.large_letter)
        right = place.left + max(x + width for x, _, width, _ in bars)
        bottom = place.top + max(y + height for _, y, _, height in bars)
        bare = Area(left=place.left, top=place.top, right=right, bottom=bottom)
        zone, first = bare.grown(MAILMARK_CLEAR), piece.marks[0]
        ours = self._marks.window and first.piece not in self.no_window_mark
        beside = ours and _meet(zone, window_mark_area(self._marks, first))
        if side is None or beside or not self._space.is_clear(*side, zone):
            self.no_mailmark.add(piece.marks[0].piece)
            return
        yield bars_drawn(bars, place.left * MM, PAGE_SIZE[1] - place.top * MM)

    def _omr(self, mark: SheetMark) -> Iterator[str]:
        """Dashes for enveloping machines: a bench mark, the end of the piece, and the sheet's number modulo 8.

        4.233 mm apart (a sixth of an inch), 7 mm long, 0.5 mm thick: the usual spacing of OMR readers.
        """
        bits = (True, mark.sheet == mark.of, *(bool(mark.sheet >> bit & 1) for bit in (2, 1, 0)))
        for place, dark in enumerate(bits):
            if dark:
                y = PAGE_SIZE[1] - (self._marks.omr_top + place * 25.4 / 6) * MM
                yield f"{self._marks.left * MM:.2f} {y:.2f} {7 * MM:.2f} {0.5 * MM:.2f} re f"


def window_mark_area(place: Marks, mark: SheetMark) -> Area:
    """What the mark in the window takes, its white edge of two dots and the words below it included."""
    side = len(data_matrix_modules(mark.payload)) * place.window_module
    edge = 2 * place.window_module
    left, top = place.window_left, place.window_top
    return Area(left=left - edge, top=top - edge, right=left + side + edge, bottom=top + side + edge + 3.5)


def _meet(one: Area, other: Area) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def _symbol(mark: SheetMark, left: float, top: float, module: float) -> str:
    modules = data_matrix_modules(mark.payload)
    return drawing_of(modules, left * MM, PAGE_SIZE[1] - top * MM, module * MM * len(modules[0]))


def _sheets(piece: PieceToPrint) -> list[list[tuple[Path, int] | None]]:
    """Sheets of one or two sides; None is an empty back. What is not joined to the pages before begins a new sheet."""
    sheets: list[list[tuple[Path, int] | None]] = []
    sides = 2 if piece.duplex else 1
    for part in piece.letters:
        begins = not part.joined
        for number in range(part.first, part.first + part.count):
            if begins or not sheets or len(sheets[-1]) == sides:
                sheets.append([])
            sheets[-1].append((part.document, number))
            begins = False
    return [[*sheet, *[None] * (sides - len(sheet))] for sheet in sheets]


def _face(out: pikepdf.Pdf, opened: ExitStack, typeface: Path) -> pikepdf.Object:
    """The typeface with the few signs marks need, embedded once in the file."""
    name = f"Marks-{typeface.stem}"
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, str(typeface), asciiReadable=True))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, initialFontName=name)  # type: ignore[arg-type]  # the stubs say number; it is a name
    canvas.setFont(name, _MARK_TYPE)
    canvas.drawString(0, 0, _SIGNS)
    canvas.save()
    source = opened.enter_context(pikepdf.open(io.BytesIO(buffer.getvalue())))
    (face,) = source.pages[0].obj["/Resources"]["/Font"].values()
    return out.copy_foreign(face)
