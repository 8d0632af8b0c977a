"""Setting letters: words in, a PDF out, many letters to a file.

What is the same in every letter (letterhead, paragraphs without fields) is drawn once as a form and then only placed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.config.printing import MM, Printing
from mailroom.errors import Misconfigured
from mailroom.gateways.marks import drawing_of, qr_modules
from mailroom.gateways.typesetter_flow import Faces, Flowed, Line, Measure
from mailroom.values.letter_body import LetterToSet
from mailroom.values.reply_code import printed

PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
LEFT, COLUMN = 24.6 * MM, 158 * MM
FIRST_TOP, NEXT_TOP, BOTTOM = 97 * MM, 22 * MM, 278 * MM
RIGHT_BLOCK = 128 * MM
rl_config.useA85 = 0  # streams as plain bytes: a quarter smaller and a sixth of the time; every reader takes them

QR_SIDE, PANEL_HEIGHT = 20 * MM, 26 * MM
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
    "cy": "Ionawr Chwefror Mawrth Ebrill Mai Mehefin Gorffennaf Awst Medi Hydref Tachwedd Rhagfyr".split(),  # noqa: SIM905
}


class FontMissing(Misconfigured):
    """A typeface named in config/printing.toml is not there or is not TrueType."""


@dataclass(frozen=True, slots=True)
class SetPages:
    """Where a letter is in the file: its first page, from 1, and how many it has."""

    first_page: int
    page_count: int


class Typesetter:
    """Sets letters in a council's style. Faces are registered once for the process."""

    def __init__(self, printing: Printing, letters_folder: Path) -> None:
        """letters_folder: the site's templates/letters, where the typefaces lie. Raises FontMissing."""
        self._printing = printing
        self._faces = Faces(
            _register(letters_folder / printing.type.regular), _register(letters_folder / printing.type.bold)
        )
        self._colour = HexColor(printing.letterhead.colour)

    def write(self, letters: Iterable[LetterToSet], to: Path, title: str = "Letter") -> tuple[SetPages, ...]:
        """Set the letters one after the other into one PDF; returns where each is."""
        canvas = Canvas(
            str(to),
            pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
            pageCompression=1,
            invariant=1,
            lang="en-GB",
            initialFontName=self._faces.regular,  # type: ignore[arg-type]  # the stubs say number; it is a name
        )
        canvas.setTitle(title)
        canvas.setAuthor(self._printing.letterhead.council)
        sheet = _Sheet(canvas, self._faces, self._colour)
        self._draw_letterhead_once(canvas)
        places: list[SetPages] = []
        for letter in letters:
            first = canvas.getPageNumber()
            pages = self._paginate(letter)
            for number, page in enumerate(pages, 1):
                self._page(canvas, sheet, letter, page, number, len(pages))
                canvas.showPage()
            places.append(SetPages(first, len(pages)))
        canvas.save()
        return tuple(places)

    def page_count(self, letter: LetterToSet) -> int:
        """How many pages the letter will have, without drawing it."""
        return len(self._paginate(letter))

    def _measure(self, letter: LetterToSet) -> Measure:
        style = self._printing.type
        return Measure(self._faces, COLUMN, style.large_size if letter.large else style.size)

    def _paginate(self, letter: LetterToSet) -> list[list[_Placed]]:
        """The letter's blocks on pages."""
        measure = self._measure(letter)
        flowed: list[Flowed] = []
        if letter.large and letter.from_lines:
            flowed.append(measure.plain([*letter.from_lines, _long_date(letter.dated, "en"), *_our_ref(letter)]))
        for number, body in enumerate(letter.bodies):
            if number:
                flowed.append(Flowed((), 0.0, new_page=True))
            flowed += measure.flow(body.blocks)
        if letter.sign_off:
            flowed.append(measure.plain(letter.sign_off, before=measure.size))
        if letter.reply_code:
            flowed.append(_panel(measure, letter, self._printing.letterhead.reply_page))
        return _pages(flowed)

    def _page(
        self, canvas: Canvas, sheet: _Sheet, letter: LetterToSet, page: Sequence[_Placed], number: int, of: int
    ) -> None:
        size = max(9.0, 16.0 if letter.large else 9.0)
        if number == 1:
            canvas.doForm("letterhead")
            self._address(canvas, letter.address)
            if not letter.large:
                self._sender(canvas, sheet, letter)
        else:
            canvas.setFont(self._faces.regular, size)
            canvas.drawString(LEFT, PAGE_HEIGHT - 14 * MM, letter.reference)
        for placed in page:
            if placed.flowed.key == _PANEL:
                self._code_panel(canvas, sheet, letter, placed)
            else:
                sheet.place(placed)
        if not letter.numbered:
            return
        canvas.setFont(self._faces.regular, size)
        canvas.setFillGray(0)
        canvas.drawRightString(LEFT + COLUMN, PAGE_HEIGHT - 282.5 * MM, f"Page {number} of {of}")

    def _draw_letterhead_once(self, canvas: Canvas) -> None:
        """The council's name and line at the top, its address at the foot."""
        head = self._printing.letterhead
        canvas.beginForm("letterhead", 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
        canvas.setFillColor(self._colour)
        canvas.rect(15 * MM, PAGE_HEIGHT - 23.4 * MM, 2.2 * MM, 14 * MM, stroke=0, fill=1)
        canvas.setFont(self._faces.bold, 19)
        canvas.drawString(LEFT - 4 * MM, PAGE_HEIGHT - 16 * MM, head.council)
        canvas.setFont(self._faces.regular, 9.5)
        canvas.setFillGray(0.25)
        canvas.drawString(LEFT - 4 * MM, PAGE_HEIGHT - 22 * MM, head.strapline)
        canvas.setStrokeColor(self._colour)
        canvas.setLineWidth(0.8)
        canvas.line(15 * MM, PAGE_HEIGHT - 286 * MM, 195 * MM, PAGE_HEIGHT - 286 * MM)
        canvas.setFont(self._faces.regular, 8)
        canvas.drawString(15 * MM, PAGE_HEIGHT - 290 * MM, head.foot)
        canvas.endForm()

    def _address(self, canvas: Canvas, lines: Sequence[str]) -> None:
        """The lines in the window, the last one on its bottom edge; a long line is set smaller, never cut."""
        window = self._printing.window
        leading = min(12.0, (window.bottom - window.top - 2) * MM / max(len(lines), 1))
        room = 85 * MM
        canvas.setFillGray(0)
        for up, line in reversed(list(enumerate(reversed(lines)))):
            size = min(10.0, leading * 0.95)
            wide = stringWidth(line, self._faces.regular, size)
            canvas.setFont(self._faces.regular, size * min(1.0, room / wide) if wide else size)
            canvas.drawString(window.left * MM + 1 * MM, PAGE_HEIGHT - (window.bottom - 1.2) * MM + up * leading, line)

    def _sender(self, canvas: Canvas, sheet: _Sheet, letter: LetterToSet) -> None:
        """Who writes, our reference and the date, at the right of the window. Who writes is drawn once."""
        sheet.once(("sender", letter.from_lines), lambda: self._from_lines(canvas, letter.from_lines))
        y = PAGE_HEIGHT - 33 * MM - 13 * len(letter.from_lines) - 6
        canvas.setFillGray(0)
        canvas.setFont(self._faces.regular, 10)
        for line in (*_our_ref(letter), _long_date(letter.dated, letter.bodies[0].language)):
            canvas.drawString(RIGHT_BLOCK, y, line)
            y -= 13

    def _from_lines(self, canvas: Canvas, lines: Sequence[str]) -> None:
        y = PAGE_HEIGHT - 33 * MM
        for number, line in enumerate(lines):
            canvas.setFont(self._faces.bold if number == 0 else self._faces.regular, 10)
            canvas.setFillColor(self._colour if number == 0 else Color(0, 0, 0))
            canvas.drawString(RIGHT_BLOCK, y, line)
            y -= 13

    def _code_panel(self, canvas: Canvas, sheet: _Sheet, letter: LetterToSet, placed: _Placed) -> None:
        """The reply code as a QR beside its words, in a tinted box."""
        top, height = placed.top, placed.flowed.height
        tint = (1 - 0.07 * (1 - part) for part in self._colour.rgb())
        canvas.setFillColor(Color(*tint))
        canvas.roundRect(LEFT - 2 * MM, PAGE_HEIGHT - top - height, COLUMN + 4 * MM, height, 4, stroke=0, fill=1)
        canvas.setFillGray(0)
        modules = qr_modules(f"https://{self._printing.letterhead.reply_page}/{letter.reply_code}")
        canvas.addLiteral(drawing_of(modules, LEFT + 1 * MM, PAGE_HEIGHT - top - 3 * MM, QR_SIDE))
        sheet.lines(placed.flowed.lines, top + 3 * MM, LEFT + 26 * MM)


_PANEL = ("panel",)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block, or some lines of one, with its top in points from the top of the page."""

    flowed: Flowed
    top: float


class _Sheet:
    """Drawing lines on the canvas; fixed blocks as forms drawn at their first use."""

    def __init__(self, canvas: Canvas, faces: Faces, colour: Color) -> None:
        self._canvas, self._faces, self._colour = canvas, faces, colour
        self._forms: dict[tuple[object, ...], str] = {}

    def place(self, placed: _Placed) -> None:
        """Draw a block at its place."""
        flowed = placed.flowed
        if flowed.key is None:
            self._block(flowed, placed.top)
            return
        self.once(flowed.key, lambda: self._block(flowed, 0.0), down=placed.top)

    def once(self, key: tuple[object, ...], draw: Callable[[], None], down: float = 0.0) -> None:
        """Place what `draw` draws, lower by so much; drawn the first time only."""
        name = self._forms.get(key)
        if name is None:
            name = self._forms[key] = f"block{len(self._forms)}"
            self._canvas.beginForm(name, 0, 0, PAGE_WIDTH, PAGE_HEIGHT)
            draw()
            self._canvas.endForm()
        self._canvas.saveState()
        self._canvas.translate(0, -down)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    def _block(self, flowed: Flowed, top: float) -> None:
        if flowed.bar:
            self._canvas.setFillColor(self._colour)
            self._canvas.rect(LEFT, PAGE_HEIGHT - top - flowed.height, 2.5, flowed.height, stroke=0, fill=1)
        self.lines(flowed.lines, top, LEFT)

    def lines(self, lines: Sequence[Line], top: float, left: float) -> None:
        """Lines below one another from `top`."""
        canvas = self._canvas
        for face, size, colour, words in _by_style(lines, top):
            text = canvas.beginText()
            text.setFont(face, size)
            text.setFillColor(self._colour if colour else _BLACK)
            for x, down, piece in words:
                text.setTextOrigin(left + x, PAGE_HEIGHT - down)
                text.textOut(piece)
            canvas.drawText(text)
        for line in lines:
            top += line.height
            if line.rule is not None:
                canvas.setStrokeGray(line.rule)
                canvas.setLineWidth(0.6)
                canvas.line(left, PAGE_HEIGHT - top + 1.5, left + COLUMN, PAGE_HEIGHT - top + 1.5)


_BLACK = Color(0, 0, 0)


def _by_style(lines: Sequence[Line], top: float) -> Iterable[tuple[str, float, bool, list[tuple[float, float, str]]]]:
    """The words of one style together: (face, size, coloured, [(x, baseline, words)]), so a style is chosen once."""
    styles: dict[tuple[str, float, bool], list[tuple[float, float, str]]] = {}
    for line in lines:
        for snippet in line.snippets:
            words = styles.setdefault((snippet.face, line.size, snippet.colour), [])
            words.append((snippet.x, top + line.baseline, snippet.text))
        top += line.height
    for (face, size, colour), found in styles.items():
        yield face, size, colour, found


def _pages(flowed: Sequence[Flowed]) -> list[list[_Placed]]:
    """Fill pages downwards: headings stay with what follows, whole blocks are not parted, others part by lines."""
    pages: list[list[_Placed]] = [[]]
    y = FIRST_TOP
    for number, block in enumerate(flowed):
        if block.new_page:
            if pages[-1]:
                pages.append([])
                y = NEXT_TOP
            continue
        before = block.before if pages[-1] else 0.0
        if y + before + _must_fit(flowed, number) > BOTTOM and pages[-1]:
            pages.append([])
            y, before = NEXT_TOP, 0.0
        if y + before + block.height <= BOTTOM:
            pages[-1].append(_Placed(block, y + before))
            y += before + block.height
            continue
        for line in block.lines:
            if y + before + line.height > BOTTOM:
                pages.append([])
                y, before = NEXT_TOP, 0.0
            pages[-1].append(_Placed(Flowed((line,), 0.0, bar=block.bar, height=line.height), y + before))
            y, before = y + before + line.height, 0.0
    return pages if pages[-1] or len(pages) == 1 else pages[:-1]


def _must_fit(flowed: Sequence[Flowed], number: int) -> float:
    """How much of a block must fit on a page to begin it there: all of it if whole, else two lines."""
    block = flowed[number]
    if block.with_next and number + 1 < len(flowed):
        follower = flowed[number + 1]
        return block.height + follower.before + _must_fit(flowed, number + 1)
    if block.whole and block.height < BOTTOM - NEXT_TOP:
        return block.height
    return sum(line.height for line in block.lines[:2])


def _panel(measure: Measure, letter: LetterToSet, page: str) -> Flowed:
    """The words of the reply panel; it is as high as its QR at least."""
    narrow = Measure(measure.faces, COLUMN - 28 * MM, measure.size if letter.large else 10.0)
    code = printed(letter.reply_code)
    invite = (
        "Would you rather have letters like this by email? Scan the code and tell us. You can change back any time."
    )
    words = [*([invite] if letter.opt_in else []), f"Or go to {page} and type {code}." if letter.opt_in else ""]
    words.append(f"When you write to us about this letter, please quote {code}.")
    flowed = narrow.plain([w for w in words if w], before=measure.size)
    height = max(flowed.height + 6 * MM, PANEL_HEIGHT)
    return Flowed(flowed.lines, flowed.before, whole=True, key=_PANEL, height=height)


def _our_ref(letter: LetterToSet) -> tuple[str, ...]:
    return (f"Our ref: {letter.reference}",) if letter.reference else ()


def _long_date(date: dt.date, language: str) -> str:
    return f"{date.day} {MONTHS[language][date.month - 1]} {date.year}"


def _register(path: Path) -> str:
    """Register a typeface under its file's name and return that. Raises FontMissing."""
    name = path.stem
    if name not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(TTFont(name, str(path)))
        except (TTFError, OSError) as broken:
            raise FontMissing(
                f"{path}: this typeface cannot be used ({broken}). Put a TrueType file there or correct [type] in "
                "config/printing.toml."
            ) from None
    return name
