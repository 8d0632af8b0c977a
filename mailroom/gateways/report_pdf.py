"""Setting a report as a PDF with reportlab: flowing pages, charts as lines, outline and tags for reading programs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path as File
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import Paragraph as PlainWords
from reportlab.platypus import Table as PlainGrid
from reportlab.platypus.doctemplate import NullActionFlowable

from mailroom.errors import Misconfigured
from mailroom.gateways.pdf_structure import Tag, decoration, marked, marks_of, new_table, with_structure
from mailroom.values.document import (
    Block,
    Chart,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Points,
    Table,
    Tone,
)
from mailroom.values.drawing import Anchor, Box, Drawing, Ink, Path

_REGULAR, _BOLD = "Report-Regular", "Report-Bold"
_MARGIN, _WIDTH, _HEIGHT = 20 * mm, A4[0] - 40 * mm, A4[1] - 42 * mm
_TONES = {Tone.PLAIN: "#5b6770", Tone.GOOD: "#1e6b3a", Tone.WATCH: "#8a5a00", Tone.BAD: "#9b1c1c"}


class ReportFontMissing(Misconfigured):
    """A typeface of the site's letters is not there or is not TrueType."""


class ReportPdf:
    """Sets documents in one pair of faces."""

    def __init__(self, regular: File, bold: File) -> None:
        """Raises ReportFontMissing."""
        for name, file in ((_REGULAR, regular), (_BOLD, bold)):
            try:
                pdfmetrics.registerFont(TTFont(name, str(file)))
            except (TTFError, OSError) as wrong:
                raise ReportFontMissing(
                    f"{file.name}: not a TrueType typeface ({wrong}). See config/printing.toml."
                ) from None
        pdfmetrics.registerFontFamily(_REGULAR, _REGULAR, _BOLD, _REGULAR, _BOLD)

    def typeset(self, document: Document) -> bytes:
        """The report as PDF bytes; the same document gives the same bytes."""
        to = io.BytesIO()
        frame = Frame(_MARGIN, 20 * mm, _WIDTH, _HEIGHT, 0, 0, 0, 0)
        template = _Outlined(
            to, pagesize=A4, title=document.title, author=document.author, subject=document.subtitle,
            creator="Mailroom", keywords=[], lang="en-GB", invariant=1, pageCompression=1, initialFontName=_REGULAR,
        )  # fmt: skip
        template.addPageTemplates(PageTemplate(frames=[frame], onPage=partial(_furniture, document)))
        template.build(_without_end([*_front(document), *(f for block in document.blocks for f in _flow(block))]))
        return with_structure(to.getvalue(), marks_of(template.canv))


def _without_end(story: list[Flowable]) -> list[Flowable]:
    """Without the space behind the last block, which would be a blank page where that block ends with its page."""
    return story[:-1] if isinstance(story[-1], Spacer) else story


class Words(PlainWords):
    """Words that say what they are to a reading program; parts of them on two pages are one thing."""

    def __init__(self, text: str | None, style: ParagraphStyle, tag: Tag | None = None, **more: Any) -> None:
        # reportlab makes the second part of a paragraph from pieces of text, without the text itself.
        plain: Any = super()
        plain.__init__(text, style, **more)
        self.tag = tag or Tag()

    def draw(self) -> None:
        """Draw as a piece of the tag."""
        with marked(self.canv, self.tag):
            super().draw()

    def split(self, width: float, height: float) -> list[Flowable]:
        """Both parts keep the tag."""
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.tag = self.tag
        return parts


class Grid(PlainGrid):
    """A grid whose rules and backgrounds are not read out."""

    def _drawBkgrnd(self) -> None:
        plain: Any = super()
        with decoration(self.canv):
            plain._drawBkgrnd()

    def _drawLines(self) -> None:
        plain: Any = super()
        with decoration(self.canv):
            plain._drawLines()


class _Outlined(BaseDocTemplate):
    """Notes each heading in the PDF's outline, so that a reading program can jump to it."""

    _headings = 0
    _deepest = -1

    def afterFlowable(self, flowable: Flowable) -> None:
        if isinstance(flowable, _Headline):
            self._headings += 1
            key = f"h{self._headings}"
            self.canv.bookmarkPage(key)
            # An outline may not skip a level, though a summary may have a section before the first part.
            self._deepest = min(flowable.outline_level, self._deepest + 1)
            self.canv.addOutlineEntry(flowable.getPlainText(), key, self._deepest, closed=False)


class _Headline(Words):
    """A heading that enters the outline."""

    def __init__(self, text: str, style: ParagraphStyle, outline_level: int) -> None:
        super().__init__(escape(text), style, Tag(f"H{outline_level + 1}"))
        self.outline_level = outline_level


def _style(name: str, **changes: Any) -> ParagraphStyle:
    plain = {
        "fontName": _REGULAR,
        "bulletFontName": _REGULAR,
        "fontSize": 10,
        "leading": 14,
        "textColor": HexColor(Ink.TEXT),
    }
    return ParagraphStyle(name, **{**plain, **changes})


_BODY = _style("body", spaceAfter=6)
_LEAD = _style("lead", fontSize=10.5, leading=14.5, spaceAfter=7)
_SMALL = _style("small", fontSize=8, leading=11, textColor=HexColor("#4a5358"), spaceAfter=6)
_POINT = _style("point", leftIndent=12, bulletIndent=2, spaceAfter=3)
_CELL = _style("cell", fontSize=8.5, leading=11)
_FIGURE = _style("figure", fontSize=8.5, leading=11, alignment=TA_RIGHT)
_HEAD = _style("head", fontSize=8, leading=10, fontName=_BOLD, textColor=HexColor(Ink.PAPER))
_HEAD_RIGHT = _style("head right", parent=_HEAD, fontSize=8, leading=10, fontName=_BOLD, textColor=HexColor(Ink.PAPER),
                     alignment=TA_RIGHT)  # fmt: skip
_CAPTION = _style("caption", fontName=_BOLD, fontSize=9.5, leading=13, spaceBefore=6, spaceAfter=3)
_H1 = _style("h1", fontName=_BOLD, fontSize=17, leading=22, spaceBefore=4, spaceAfter=8, textColor=HexColor(Ink.DARK))
_H2 = _style(
    "h2", fontName=_BOLD, fontSize=12.5, leading=16, spaceBefore=10, spaceAfter=5, textColor=HexColor(Ink.DARK)
)
_TITLE = _style("title", fontName=_BOLD, fontSize=22, leading=27, textColor=HexColor(Ink.DARK))
_SUBTITLE = _style("subtitle", fontSize=12, leading=16, spaceAfter=10, textColor=HexColor("#4a5358"))


_OUR_FACE = ("FONTNAME", (0, 0), (-1, -1), _REGULAR)
"""Said of each grid, because reportlab names Helvetica in it otherwise, a face that is not in the file."""


def _words(text: str, style: ParagraphStyle, tag: Tag | None = None, bullet: str | None = None) -> Words:
    return Words(escape(text), style, tag, bulletText=bullet)


def _furniture(document: Document, canvas: Canvas, template: BaseDocTemplate) -> None:
    """The footer: whose report, when made, which page."""
    with decoration(canvas):
        canvas.saveState()
        canvas.setFillColor(HexColor("#4a5358"))
        canvas.setFont(_REGULAR, 8)
        canvas.drawString(_MARGIN, 11 * mm, f"{document.title} · made on {document.made_on}")
        canvas.drawRightString(A4[0] - _MARGIN, 11 * mm, f"Page {template.page}")
        canvas.setFillColor(HexColor(Ink.DARK))
        canvas.rect(0, A4[1] - 7 * mm, A4[0], 7 * mm, stroke=0, fill=1)
        canvas.restoreState()


def _front(document: Document) -> list[Flowable]:
    return [_Headline(document.title, _TITLE, 0), _words(document.subtitle, _SUBTITLE)]


def _flow(block: Block) -> list[Flowable]:
    match block:
        case Heading():
            return _heading(block)
        case Paragraph():
            return [_words(block.text, _LEAD if block.lead else _SMALL if block.small else _BODY)]
        case Points():
            return [*(_words(text, _POINT, Tag("LI"), bullet="•") for text in block.texts), Spacer(0, 4)]
        case KeyFigures():
            return [_key_figures(block.figures), Spacer(0, 10)]
        case Table():
            return _table(block)
        case Chart():
            return [_Charted([_words(block.caption, _CAPTION), _Picture(block.drawing)], _table(block.table))]


def _heading(block: Heading) -> list[Flowable]:
    words = _Headline(block.text, _H1 if block.level == 1 else _H2, min(block.level, 2))
    # Breaks unless the page is still empty, so that a part never leaves a blank page before it.
    return [CondPageBreak(_HEIGHT - 20 * mm if block.new_page else 60 * mm), words]


def _key_figures(figures: Sequence[KeyFigure]) -> Grid:
    """Boxes side by side: label, value, what it means."""
    label = _style("kf label", fontSize=8.5, leading=11, textColor=HexColor("#4a5358"))
    columns = []
    for figure in figures:
        value = _style("kf value", fontName=_BOLD, fontSize=19, leading=24)
        note = _style("kf note", fontSize=8.5, leading=11, fontName=_BOLD, textColor=HexColor(_TONES[figure.tone]))
        tag = Tag()
        texts = ((figure.label, label), (figure.value, value), (figure.note, note))
        columns.append([_words(text, style, tag) for text, style in texts])
    width = _WIDTH / len(columns)
    rules: list[Any] = [
        _OUR_FACE,
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 8),
        ("TOPPADDING", (0, 0), (-1, 0), 7),
        ("TOPPADDING", (0, 1), (-1, -1), 1),
        ("BOTTOMPADDING", (0, 0), (-1, 1), 1),
        ("BOTTOMPADDING", (0, 2), (-1, 2), 8),
        ("BACKGROUND", (0, 0), (-1, -1), HexColor("#f2f5f7")),
        ("LINEAFTER", (0, 0), (-2, -1), 4, HexColor(Ink.PAPER)),
        *(("LINEABOVE", (i, 0), (i, 0), 2.5, HexColor(_TONES[f.tone])) for i, f in enumerate(figures)),
    ]
    return Grid(list(zip(*columns, strict=True)), colWidths=[width] * len(columns), style=rules)


def _table(block: Table) -> list[Flowable]:
    table = new_table()

    def row(number: int, texts: Sequence[str], words: ParagraphStyle, figures: ParagraphStyle) -> list[Words]:
        place = (table, number)

        def tag(column: int) -> Tag:
            if number == 0:
                return Tag("TH", place, scope="Column")
            return Tag("TH", place, scope="Row") if column == 0 and block.words else Tag("TD", place)

        return [_words(t, words if i < block.words else figures, tag(i)) for i, t in enumerate(texts)]

    if not block.rows:
        return [_words(f"{block.caption}: nothing to show.", _SMALL)]
    last = len(block.rows)
    rules: list[Any] = [
        _OUR_FACE,
        ("BACKGROUND", (0, 0), (-1, 0), HexColor(Ink.DARK)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, HexColor(Ink.RULE)),
        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("NOSPLIT", (0, -3), (-1, -1)),  # no last row, nor a sum, alone on its page
    ]
    if block.total:
        rules += [("LINEABOVE", (0, last), (-1, last), 1, HexColor(Ink.DARK)),
                  ("BACKGROUND", (0, last), (-1, last), HexColor("#f2f5f7"))]  # fmt: skip
    # Made before its cells, because tags are read out in the order they were made.
    caption = _words(block.caption, _CAPTION, Tag("Caption", (table, -1)))
    rows = [row(n, r, _CELL, _FIGURE) if n else row(0, r, _HEAD, _HEAD_RIGHT)
            for n, r in enumerate((block.headers, *block.rows))]  # fmt: skip
    grid = Grid(
        rows,
        colWidths=[_WIDTH * w / sum(block.widths) for w in block.widths],
        repeatRows=1,
        style=rules,
    )
    if last <= _KEPT_WHOLE:
        return [KeepTogether([caption, grid]), Spacer(0, 8)]
    return [CondPageBreak(_ROOM_FOR_A_TABLE), caption, grid, Spacer(0, 8)]


class _Charted(Flowable):
    """A chart and its table: the chart first, or behind the table where only that finds room on the page.

    A chart is never split, and a table mostly can be, so that neither leaves a third of a page blank before it.
    """

    def __init__(self, chart: list[Flowable], table: list[Flowable]) -> None:
        super().__init__()
        self._chart, self._table = chart, table

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Never room enough, so that it is always asked to split."""
        return width, float(0xFFFFFF)

    def split(self, width: float, height: float) -> list[Flowable]:
        """Both, in the order that suits the room that is left; an empty page has the chart on top."""
        needed = sum(part.wrapOn(self.canv, width, 0xFFFFFF)[1] for part in self._chart)
        fits = needed + _CAPTION.spaceBefore + _CAPTION.spaceAfter <= height
        chart = KeepTogether(self._chart)
        room = not fits and height > _ROOM_FOR_A_TABLE
        return [NullActionFlowable(), *((*self._table, chart) if room else (chart, *self._table))]


_ROOM_FOR_A_TABLE = 36 * mm
"""For its caption and some rows under it."""

_KEPT_WHOLE = 8
"""Rows of a table that is never split; longer ones are, so that no page is left half empty."""


class _Picture(Flowable):
    """A drawing, as wide as the page."""

    def __init__(self, drawing: Drawing) -> None:
        super().__init__()
        self._drawing = drawing
        self._scale = _WIDTH / drawing.width
        self.width, self.height = _WIDTH, drawing.height * self._scale
        said = ". ".join(t.rstrip(".") for t in (drawing.title, drawing.description) if t) + "."
        self._tag = Tag("Figure", alt=said, size=(self.width, self.height))

    def draw(self) -> None:
        """Draw as one picture, read out as its words."""
        with marked(self.canv, self._tag):
            self._draw(self.canv)

    def _draw(self, canvas: Canvas) -> None:
        canvas.scale(self._scale, self._scale)
        canvas.setLineCap(1)
        for part in self._drawing.parts:
            if isinstance(part, Box):
                canvas.setFillColor(HexColor(part.fill))
                top = self._up(part.y + part.height)
                canvas.rect(part.x, top, part.width, part.height, stroke=0, fill=1)
            elif isinstance(part, Path):
                self._path(canvas, part)
            else:
                canvas.setFillColor(HexColor(part.ink))
                canvas.setFont(_BOLD if part.bold else _REGULAR, part.size)
                write = {Anchor.START: canvas.drawString, Anchor.MIDDLE: canvas.drawCentredString,
                         Anchor.END: canvas.drawRightString}[part.anchor]  # fmt: skip
                write(part.x, self._up(part.y), part.text)

    def _up(self, y: float) -> float:
        """The drawing's y goes down, the page's goes up."""
        return self._drawing.height - y

    def _path(self, canvas: Canvas, part: Path) -> None:
        shape = canvas.beginPath()
        (x, y), *rest = part.points
        shape.moveTo(x, self._up(y))
        for x, y in rest:
            shape.lineTo(x, self._up(y))
        if part.fill:
            canvas.setFillColor(HexColor(part.fill))
            shape.close()
        if part.stroke:
            canvas.setStrokeColor(HexColor(part.stroke))
            canvas.setLineWidth(part.width)
            canvas.setDash(list(part.dashes))
        canvas.drawPath(shape, stroke=int(part.stroke is not None), fill=int(part.fill is not None))
