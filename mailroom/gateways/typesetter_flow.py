"""Breaking a letter's words into lines: what the typesetter puts on pages. Lengths in points, measured downwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from mailroom.gateways.letter_file import width_of
from mailroom.values.letter_body import Block, BlockKind, Run

BULLET = "•"


@dataclass(frozen=True, slots=True)
class Faces:
    """The names the two typefaces are registered under."""

    regular: str
    bold: str


class Snippet(NamedTuple):
    """Words in one face at x from the left of the column. cell: the row and column of the table they stand in."""

    x: float
    text: str
    face: str
    colour: bool = False
    cell: tuple[int, int] | None = None


class Line(NamedTuple):
    """One line. baseline and height are below the line's top. rule: a line drawn at the bottom of it, its grey 0..1."""

    snippets: tuple[Snippet, ...]
    height: float
    baseline: float
    size: float
    rule: float | None = None


@dataclass(frozen=True, slots=True)
class Flowed:
    """A block as lines. before: white above it, dropped at the top of a page. with_next: never last on a page.

    key: of fixed words, by which they are drawn once and used again; None otherwise.
    bar: drawn with a bar at its left (an inset). kind, language: for reading programs.
    """

    lines: tuple[Line, ...]
    before: float
    with_next: bool = False
    whole: bool = False
    bar: bool = False
    new_page: bool = False
    key: object = None
    height: float = field(default=0.0)
    kind: BlockKind = BlockKind.PARAGRAPH
    language: str = "en"


@dataclass(frozen=True)
class Measure:
    """The column and type letters are set in: width of the column and the size of plain words, in points."""

    faces: Faces
    width: float
    size: float
    language: str = "en"

    @property
    def leading(self) -> float:
        """From baseline to baseline: 1.35 of the size, open enough for 18 point to read well."""
        return round(self.size * 1.35, 2)

    def flow(self, blocks: Iterable[Block]) -> list[Flowed]:
        """Every block as lines."""
        return [_remembered(self, b) if b.fixed else self.block(b) for b in blocks]

    def block(self, block: Block) -> Flowed:
        """One block as lines."""
        return replace(self._flow(block), kind=block.kind, language=self.language)

    def plain(self, lines: Sequence[str], *, before: float = 0.0) -> Flowed:
        """Short lines kept as they are and kept together, wrapped only where too wide."""
        set_lines = [s for text in lines for s in self._wrap((Run(text),), self.width, 0.0, self.size)]
        return _flowed(set_lines, before, whole=True)

    def _flow(self, block: Block) -> Flowed:
        gap = round(self.size * 0.75, 2)
        kind, indent = block.kind, self.size * 1.5
        if kind is BlockKind.HEADING:
            return _flowed(self._wrap(block.runs, self.width, 0.0, self.size * 1.35, strong=True), gap, with_next=True)
        if kind is BlockKind.SUBHEADING:
            return _flowed(self._wrap(block.runs, self.width, 0.0, self.size * 1.08, strong=True), gap, with_next=True)
        if kind in (BlockKind.BULLET, BlockKind.NUMBER):
            marker = Snippet(self.size * 0.35, block.marker or BULLET, self.faces.regular)
            lines = self._wrap(block.runs, self.width - indent, indent, self.size)
            first = Line((marker, *lines[0].snippets), lines[0].height, lines[0].baseline, self.size)
            return _flowed([first, *lines[1:]], gap * 0.45)
        if kind is BlockKind.INSET:
            return _flowed(self._wrap(block.runs, self.width - indent, indent, self.size), gap, whole=True, bar=True)
        if kind is BlockKind.TABLE:
            return _flowed(self._table(block), gap, whole=True)
        if kind is BlockKind.RULE:
            return _flowed([Line((), self.size * 0.5, 0.0, self.size, rule=0.75)], gap)
        if kind is BlockKind.PAGE_BREAK:
            return Flowed((), 0.0, new_page=True)
        return _flowed(self._wrap(block.runs, self.width, 0.0, self.size), gap)

    def _table(self, block: Block) -> list[Line]:
        """Rows with the first column wide, the others right-aligned for figures; the head in bold over a rule."""
        columns = max(len(row) for row in block.rows)
        first = self.width * (0.62 if columns > 1 else 1.0)
        other = (self.width - first) / max(columns - 1, 1)
        lines: list[Line] = []
        for number, row in enumerate(block.rows):
            head = number == 0
            words = self._wrap(row[0], first - self.size, 0.0, self.size, strong=head, colour=False)
            right = [self._right(cell, first + other * place, other, head=head) for place, cell in enumerate(row[1:])]
            first_cell = [word._replace(snippets=_in_cell(word.snippets, (number, 0))) for word in words]
            others = (s for place, r in enumerate(right, 1) for s in _in_cell(r, (number, place)))
            snippets = (*first_cell[0].snippets, *others)
            start = Line(snippets, words[0].height * 1.18, words[0].baseline, self.size)
            whole = [start, *first_cell[1:]]
            last = whole[-1]
            whole[-1] = Line(last.snippets, last.height, last.baseline, last.size, rule=0.45 if head else 0.82)
            lines += whole
        return lines

    def _right(self, cell: Sequence[Run], left: float, width: float, *, head: bool) -> list[Snippet]:
        faces = [self.faces.bold if r.bold or head else self.faces.regular for r in cell]
        widths = [width_of(r.text, f) * self.size for r, f in zip(cell, faces, strict=True)]
        starts = accumulate(widths, initial=left + width - sum(widths))
        return [Snippet(x, run.text, face) for x, run, face in zip(starts, cell, faces, strict=False)]

    def _wrap(
        self, runs: Sequence[Run], width: float, left: float, size: float, *, strong: bool = False, colour: bool = True
    ) -> list[Line]:
        """Lines filled word by word. A word wider than the column is broken where it must be."""
        leading = round(size * 1.35, 2) if size <= self.size else round(size * 1.2, 2)
        filler = _Filler(width, left, size, coloured=strong and colour)
        for run in runs:
            filler.add(_phrase(run.text, self.faces.bold if run.bold or strong else self.faces.regular))
        return [Line(tuple(line), leading, size * 0.98, size) for line in filler.lines]


def _in_cell(snippets: Iterable[Snippet], cell: tuple[int, int]) -> tuple[Snippet, ...]:
    return tuple(snippet._replace(cell=cell) for snippet in snippets)


def _flowed(
    lines: Sequence[Line], before: float, *, with_next: bool = False, whole: bool = False, bar: bool = False
) -> Flowed:
    return Flowed(tuple(lines), before, with_next, whole, bar, height=sum(line.height for line in lines))


@lru_cache(maxsize=50_000)
def _remembered(measure: Measure, block: Block) -> Flowed:
    """A fixed block's lines, broken once for all letters of its template."""
    return replace(measure.block(block), key=object())


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words in one face. ends: where each ends at size 1, the first beginning at 0. led, trailed: by a space."""

    words: tuple[str, ...]
    ends: tuple[float, ...]
    face: str
    space: float
    led: bool
    trailed: bool


@lru_cache(maxsize=50_000)
def _phrase(text: str, face: str) -> _Phrase:
    """Kept, because most words of a letter are its template's."""
    words, space = tuple(text.split()), width_of(" ", face)
    widths = (width_of(word, face) + (space if place else 0.0) for place, word in enumerate(words))
    return _Phrase(words, tuple(accumulate(widths)), face, space, text[:1].isspace(), text[-1:].isspace())


class _Filler:
    """Fills lines with phrases. Words of one face that meet on a line are one snippet."""

    def __init__(self, width: float, left: float, size: float, *, coloured: bool) -> None:
        self._width, self._left, self._size, self._coloured = width, left, size, coloured
        self.lines: list[list[Snippet]] = [[]]
        self._used, self._spaced = 0.0, False

    def add(self, phrase: _Phrase) -> None:
        """A space comes between two phrases only if one of them has it there: a full stop stays with its bold word."""
        size, ends, at = self._size, phrase.ends, 0
        self._spaced = self._spaced or phrase.led
        while at < len(ends):
            space = phrase.space * size if self._spaced and self.lines[-1] else 0.0
            start = ends[at - 1] + phrase.space if at else 0.0
            upto = bisect_right(ends, start + (self._width - self._used - space) / size, at)
            if upto == at and self.lines[-1]:
                self._next_line()
            elif upto == at:
                self._add_broken(phrase.words[at], phrase.face)
                at += 1
            else:
                words = " ".join(phrase.words[at:upto])
                self._put(f" {words}" if space else words, phrase.face, space + (ends[upto - 1] - start) * size)
                at = upto
            self._spaced = True
        self._spaced = phrase.trailed

    def _add_broken(self, word: str, face: str) -> None:
        """A word wider than the column, on lines of its own."""
        pieces = [""]
        for letter in word:
            if width_of(pieces[-1] + letter, face) * self._size > self._width and pieces[-1]:
                pieces.append("")
            pieces[-1] += letter
        for place, piece in enumerate(pieces):
            if place:
                self._next_line()
            self._put(piece, face, width_of(piece, face) * self._size)

    def _put(self, text: str, face: str, wide: float) -> None:
        line = self.lines[-1]
        if line and line[-1].face == face:
            line[-1] = line[-1]._replace(text=line[-1].text + text)
        else:
            line.append(Snippet(self._left + self._used, text, face, self._coloured))
        self._used += wide

    def _next_line(self) -> None:
        self.lines.append([])
        self._used = 0.0
