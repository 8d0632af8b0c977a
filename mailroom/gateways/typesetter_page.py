"""Drawing one page of a letter: letterhead, address in the window, who writes, the blocks, and the reply panel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.pathobject import PDFPathObject

from mailroom.config.printing import MM, Printing
from mailroom.gateways.letter_file import LetterFile, width_of
from mailroom.gateways.marks import Modules, drawing_of, qr_of_series
from mailroom.gateways.typesetter_flow import Faces, Flowed, Line
from mailroom.values.letter_body import LetterToSet

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
LEFT, COLUMN = 24.6 * MM, 158 * MM
RIGHT_BLOCK = 128 * MM
QR_SIDE, PANEL_HEIGHT = 20 * MM, 26 * MM
PANEL = ("panel",)
"""The key of the reply panel, which is drawn in its own way."""
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
    "cy": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split(),  # noqa: SIM905
}
_BLACK = "0 g"


@dataclass(frozen=True, slots=True)
class Placed:
    """A block, or some lines of one, with its top in points from the top of the page. number: the block's, from 0."""

    flowed: Flowed
    top: float
    number: int


class Fixed(StrEnum):
    """What every letter has besides its blocks."""

    LETTERHEAD = "letterhead"
    ADDRESS = "address"
    SENDER = "sender"


@dataclass(frozen=True, slots=True)
class PageStyle:
    """What all letters of the council have: its words, typefaces and colour. colour, tint: as operators that fill."""

    printing: Printing
    faces: Faces
    colour: str
    tint: str

    @classmethod
    def of(cls, printing: Printing, faces: Faces) -> PageStyle:
        """The style of the site's config/printing.toml."""
        colour: Color = HexColor(printing.letterhead.colour)
        shades = [f"{part:.4f}" for part in colour.rgb()]
        tints = [f"{1 - 0.07 * (1 - part):.4f}" for part in colour.rgb()]
        return cls(printing, faces, f"{' '.join(shades)} rg", f"{' '.join(tints)} rg")


class LetterPage:
    """One page, as operators. What many letters share is drawn once a file."""

    def __init__(self, file: LetterFile, style: PageStyle, letter: LetterToSet) -> None:
        self._file, self._style, self._letter = file, style, letter
        self._out: list[str] = []

    def draw(self, placed: Sequence[Placed], number: int, of: int) -> None:
        """Add the page to the file."""
        letter, regular = self._letter, self._style.faces.regular
        size = self._style.printing.type.large_size if letter.large else 9.0
        if number == 1:
            self._say([self._file.form(("letterhead", letter.large), self._letterhead)], Fixed.LETTERHEAD)
            self._say(self._address(), Fixed.ADDRESS)
            if not letter.large:
                self._say(self._sender(), Fixed.SENDER)
        else:
            self._decorate([self._words(letter.reference, regular, size, LEFT, PAGE_HEIGHT - 14 * MM)])
        for one in placed:
            self._place(one)
        if letter.numbered:
            told = f"Page {number} of {of}"
            x = LEFT + COLUMN - width_of(told, regular) * size
            self._decorate([self._words(told, regular, size, x, PAGE_HEIGHT - 282.5 * MM)])
        self._file.add_page(self._out)

    def _say(self, content: Iterable[str], what: Placed | Fixed) -> None:
        """Add what its reader should be told, which is a block or something every letter has."""
        self._out += content

    def _decorate(self, content: Iterable[str]) -> None:
        """Add what says nothing, or nothing new: a tint, the number of the page."""
        self._out += content

    def _words(self, words: str, face: str, size: float, x: float, y: float, colour: str = _BLACK) -> str:
        file = self._file
        return f"BT {file.typeface(face, size)} {colour} 1 0 0 1 {x:.2f} {y:.2f} Tm {file.shown(words, face, size)} ET"

    def _place(self, placed: Placed) -> None:
        flowed = placed.flowed
        if flowed.key is PANEL:
            self._panel(placed)
        elif flowed.key is None:
            self._say(self._block(flowed, placed.top), placed)
        else:
            form = self._file.form(flowed.key, lambda: "\n".join(self._block(flowed, 0.0)))
            self._say([f"q 1 0 0 1 0 {-placed.top:.2f} cm {form} Q"], placed)

    def _block(self, flowed: Flowed, top: float) -> list[str]:
        lines = self._lines(flowed.lines, top, LEFT)
        if not flowed.bar:
            return lines
        bar = f"{LEFT:.2f} {PAGE_HEIGHT - top - flowed.height:.2f} 2.5 {flowed.height:.2f} re f"
        return [f"{self._style.colour} {bar}", *lines]

    def _lines(self, lines: Sequence[Line], top: float, left: float) -> list[str]:
        """Lines below one another from `top`; a style is chosen where it changes."""
        file, out, rules, style = self._file, ["BT"], [], None
        for line in lines:
            y = PAGE_HEIGHT - top - line.baseline
            for x, text, face, coloured, _ in line.snippets:
                if style != (face, line.size, coloured):
                    style = face, line.size, coloured
                    out.append(f"{file.typeface(face, line.size)} {self._style.colour if coloured else _BLACK}")
                out.append(f"1 0 0 1 {left + x:.2f} {y:.2f} Tm {file.shown(text, face, line.size)}")
            top += line.height
            if line.rule is not None:
                y = PAGE_HEIGHT - top + 1.5
                rules.append(f"{line.rule:g} G 0.6 w {left:.2f} {y:.2f} m {left + COLUMN:.2f} {y:.2f} l S")
        out.append("ET")
        return out + rules

    def _letterhead(self) -> str:
        """The council's name and line at the top, its address at the foot; in large print who writes is in the text.

        A line too long for the page at the large size is left out: it is only a motto.
        """
        head, faces, file, colour = self._style.printing.letterhead, self._style.faces, self._file, self._style.colour
        stroke, foot, large = colour.replace("rg", "RG"), PAGE_HEIGHT - 286 * MM, self._letter.large
        least = self._style.printing.type.large_size if large else 0.0
        size, left = max(9.5, least), LEFT - 4 * MM
        fits = left + width_of(head.strapline, faces.regular) * size <= 195 * MM

        def words(text: str, face: str, size: float, x: float, y: float) -> str:
            return f"{file.typeface(face, size)} 1 0 0 1 {x:.2f} {y:.2f} Tm {file.shown(text, face, size)}"

        return "\n".join((
            f"{colour} {15 * MM:.2f} {PAGE_HEIGHT - 23.4 * MM:.2f} {2.2 * MM:.2f} {14 * MM:.2f} re f BT",
            words(head.council, faces.bold, max(19.0, least), left, PAGE_HEIGHT - (15 if large else 16) * MM),
            f"0.25 g {words(head.strapline, faces.regular, size, left, PAGE_HEIGHT - 22 * MM)}" if fits else "",
            "" if large else words(head.foot, faces.regular, 8, 15 * MM, PAGE_HEIGHT - 290 * MM),
            f"ET {stroke} 0.8 w {15 * MM:.2f} {foot:.2f} m {195 * MM:.2f} {foot:.2f} l S",
        ))  # fmt: skip

    def _address(self) -> Iterator[str]:
        """The lines in the window, the last one on its bottom edge; a long line is set smaller, never cut.

        In large print too: the post's machines read 10 to 12 point, and seven lines of 18 do not fit a window.
        """
        window, lines, face = self._style.printing.window, self._letter.address, self._style.faces.regular
        leading = min(12.0, (window.bottom - window.top - 2) * MM / max(len(lines), 1))
        largest, room = min(10.0, leading * 0.95), 85 * MM
        x, y = (window.left + 1) * MM, PAGE_HEIGHT - (window.bottom - 1.2) * MM
        for up, line in reversed(list(enumerate(reversed(lines)))):
            wide = width_of(line, face) * largest
            size = largest * min(1.0, room / wide) if wide else largest
            yield self._words(line, face, size, x, y + up * leading)

    def _sender(self) -> Iterator[str]:
        """Who writes, our reference and the date, at the right of the window. Who writes is drawn once."""
        letter, face = self._letter, self._style.faces.regular
        if letter.from_lines:
            yield self._file.form(("sender", letter.from_lines), self._from_lines)
        y = PAGE_HEIGHT - 33 * MM - 13 * len(letter.from_lines) - 6
        for line in (*our_ref(letter), long_date(letter.dated, letter.bodies[0].language)):
            yield self._words(line, face, 10, RIGHT_BLOCK, y)
            y -= 13

    def _from_lines(self) -> str:
        file, faces, out = self._file, self._style.faces, []
        y = PAGE_HEIGHT - 33 * MM
        for number, line in enumerate(self._letter.from_lines):
            face, colour = (faces.regular, _BLACK) if number else (faces.bold, self._style.colour)
            shown = file.shown(line, face, 10)
            out.append(f"{file.typeface(face, 10)} {colour} 1 0 0 1 {RIGHT_BLOCK:.2f} {y:.2f} Tm {shown}")
            y -= 13
        return "\n".join(("BT", *out, "ET"))

    def _panel(self, placed: Placed) -> None:
        """The reply code as a QR beside its words, in a tinted box."""
        top, height = placed.top, placed.flowed.height
        box = self._file.form(("box", height), lambda: f"{self._style.tint} {_box(height)}")
        modules = qr_of_series(f"https://{self._style.printing.letterhead.reply_page}/", self._letter.reply_code)
        self._decorate([f"q 1 0 0 1 0 {-top:.2f} cm {box} Q {_BLACK}"])
        self._show_code(modules, LEFT + 1 * MM, PAGE_HEIGHT - top - 3 * MM)
        self._say(self._lines(placed.flowed.lines, top + 3 * MM, LEFT + 26 * MM), placed)

    def _show_code(self, modules: Modules, left: float, top: float) -> None:
        """The reply code; left, top: its corner, from the left and the bottom of the page."""
        self._out.append(drawing_of(modules, left, top, QR_SIDE))


def our_ref(letter: LetterToSet) -> tuple[str, ...]:
    """The line that bears our reference, if there is one."""
    return (f"Our ref: {letter.reference}",) if letter.reference else ()


def long_date(date: dt.date, language: str) -> str:
    """'23 February 2026', or in Welsh."""
    return f"{date.day} {MONTHS[language][date.month - 1]} {date.year}"


def _box(height: float) -> str:
    """A filled box with rounded corners, a little wider than the column, from the top of the page."""
    path = PDFPathObject()
    path.roundRect(LEFT - 2 * MM, PAGE_HEIGHT - height, COLUMN + 4 * MM, height, 4)
    return f"{path.getCode()} f"
