"""Drawing separator and batch header sheets: four codes on each side, and words to be seen across a room.

QR and Data Matrix stand in opposite corners at more than twice the size a 200 dpi scan needs, so a crease, a
punch hole or a streak from the feeder never takes all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM
from mailroom.gateways.marks import data_matrix_modules, drawing_of, qr_modules
from mailroom.values.printed_sheet import PrintedSheet

WIDTH, HEIGHT = 210 * MM, 297 * MM
_EDGE, _CODE = 14 * MM, 44 * MM
_MIDDLE = WIDTH / 2
_REGULAR, _BOLD = "Sheets-Regular", "Sheets-Bold"


def write_sheets(sheets: Iterable[PrintedSheet], fonts: Path, to: Path, both_sides: bool = True) -> int:
    """Write the sheets into one PDF, front and back in turn; returns its sides. fonts: folder of the typefaces."""
    for name, file in ((_REGULAR, "LiberationSans-Regular.ttf"), (_BOLD, "LiberationSans-Bold.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(fonts / file)))
    canvas = Canvas(str(to), pagesize=(WIDTH, HEIGHT), pageCompression=1, lang="en-GB", initialFontName=_REGULAR)  # type: ignore[arg-type]
    canvas.setTitle("Separator sheets")
    sides = 0
    for sheet in sheets:
        for is_back in (False, True) if both_sides else (False,):
            _side(canvas, sheet, is_back)
            canvas.showPage()
            sides += 1
    canvas.save()
    return sides


def _side(canvas: Canvas, sheet: PrintedSheet, is_back: bool) -> None:
    if sheet.banded:
        _bands(canvas)
    _codes(canvas, sheet.payload)
    _centred(canvas, _BOLD, 40, HEIGHT - 84 * MM, sheet.title)
    _centred(canvas, _BOLD, 130 if len(sheet.big) < 5 else 64, HEIGHT - 130 * MM, sheet.big)
    y = HEIGHT - 150 * MM
    for name, value in sheet.facts:
        _centred(canvas, _BOLD, 24, y, f"{name}: {value}")
        y -= 11 * MM
    y = min(y, HEIGHT - 186 * MM)
    for line in ("Back of the sheet",) if is_back else sheet.lines:
        _centred(canvas, _REGULAR, 17, y, line)
        y -= 8.5 * MM
    _centred(canvas, _REGULAR, 10, 16 * MM, sheet.foot)


def _codes(canvas: Canvas, payload: str) -> None:
    """QR top left and bottom right, Data Matrix top right and bottom left."""
    qr, matrix = qr_modules(payload), data_matrix_modules(payload)
    right, top, bottom = WIDTH - _EDGE - _CODE, HEIGHT - _EDGE, _EDGE + _CODE
    for modules, left, upper in ((qr, _EDGE, top), (matrix, right, top), (matrix, _EDGE, bottom), (qr, right, bottom)):
        canvas.addLiteral(drawing_of(modules, left, upper, _CODE))


def _bands(canvas: Canvas) -> None:
    """Thick bars between the codes at head and foot."""
    for y in (HEIGHT - 30 * MM, HEIGHT - 48 * MM, 44 * MM, 26 * MM):
        canvas.rect(72 * MM, y, 66 * MM, 9 * MM, stroke=0, fill=1)


def _centred(canvas: Canvas, face: str, size: float, y: float, words: str) -> None:
    """Words in the middle, set smaller where they would not fit between the margins."""
    wide = stringWidth(words, face, size)
    size *= min(1.0, (WIDTH - 2 * _EDGE) / wide) if wide else 1.0
    canvas.setFont(face, size)
    canvas.drawCentredString(_MIDDLE, y, words)
