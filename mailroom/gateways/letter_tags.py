"""The pages of one letter with tags for reading programs: for the letters people read on a screen, not on paper."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from mailroom.gateways.letter_file import LetterFile
from mailroom.gateways.marks import Modules, drawing_of
from mailroom.gateways.pdf_structure import DECORATION, END, Marks, Tag, new_table
from mailroom.gateways.typesetter_flow import Line, Snippet
from mailroom.gateways.typesetter_page import LEFT, QR_SIDE, Fixed, LetterPage, PageStyle, Placed
from mailroom.values.letter_body import BlockKind, LetterToSet

_KINDS = {
    BlockKind.HEADING: "H1",
    BlockKind.SUBHEADING: "H2",
    BlockKind.BULLET: "LI",
    BlockKind.NUMBER: "LI",
}
_CODE_IN_WORDS = "A square code with the address and code given beside it"


class LetterTags:
    """What has been tagged in one letter, page after page."""

    def __init__(self) -> None:
        self.marks = Marks()
        self._blocks: dict[int, Tag] = {}
        self._tables: dict[int, int] = {}
        self._cells: dict[tuple[int, int, int], Tag] = {}

    def block(self, placed: Placed) -> Tag:
        """The tag of a block; its lines on the next page have the same."""
        flowed = placed.flowed
        if placed.number not in self._blocks:
            self._blocks[placed.number] = Tag(_KINDS.get(flowed.kind, "P"), language=_spoken(flowed.language))
        return self._blocks[placed.number]

    def cell(self, placed: Placed, row: int, column: int) -> Tag:
        """The tag of a table's cell; the first row is the head."""
        key = (placed.number, row, column)
        if key not in self._cells:
            table = self._tables.setdefault(placed.number, new_table())
            kind, scope = ("TD", "") if row else ("TH", "Column")
            language = _spoken(placed.flowed.language)
            self._cells[key] = Tag(kind, (table, row), scope, language=language)
        return self._cells[key]


def _spoken(language: str) -> str:
    """The PDF says en-GB of itself."""
    return "" if language == "en" else language


class TaggedPage(LetterPage):
    """One page, each piece of it marked as what it is."""

    def __init__(self, file: LetterFile, style: PageStyle, letter: LetterToSet, tags: LetterTags) -> None:
        super().__init__(file, style, letter)
        self._tags, self._page = tags, file.page_count

    def _say(self, content: Iterable[str], what: Placed | Fixed) -> None:
        if isinstance(what, Placed):
            if what.flowed.kind is BlockKind.RULE:
                self._decorate(content)
            else:
                self._mark(self._tags.block(what), content)
        else:
            self._mark(Tag(), content)

    def _decorate(self, content: Iterable[str]) -> None:
        self._out += (DECORATION, *content, END)

    def _mark(self, tag: Tag, content: Iterable[str]) -> None:
        self._out += (self._tags.marks.begin(tag, self._page), *content, END)

    def _show_code(self, modules: Modules, left: float, top: float) -> None:
        picture = Tag("Figure", alt=_CODE_IN_WORDS, size=(QR_SIDE, QR_SIDE))
        self._tags.marks.corners[picture] = (left, top - QR_SIDE)
        self._mark(picture, [drawing_of(modules, left, top, QR_SIDE)])

    def _place(self, placed: Placed) -> None:
        if placed.flowed.kind is BlockKind.TABLE:
            self._table(placed)
        else:
            super()._place(placed)

    def _table(self, placed: Placed) -> None:
        """Cell by cell; the rules between the rows say nothing."""
        top = placed.top
        for line in placed.flowed.lines:
            for cell, snippets in groupby(line.snippets, key=_cell_of):
                words = Line(tuple(snippets), line.height, line.baseline, line.size)
                self._mark(self._tags.cell(placed, *cell), self._lines([words], top, LEFT))
            if line.rule is not None:
                self._decorate(self._lines([line._replace(snippets=())], top, LEFT))
            top += line.height


def _cell_of(snippet: Snippet) -> tuple[int, int]:
    return snippet.cell or (0, 0)
