"""Breaking a letter's words into lines: what the typesetter puts on pages. Lengths in points, measured downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from reportlab.pdfbase.pdfmetrics import stringWidth

from mailroom.values.letter_body import Block, BlockKind, Run

BULLET = "•"


@dataclass(frozen=True, slots=True)
class Faces:
    """The names the two typefaces are registered under."""

    regular: str
    bold: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Words in one face at x from the left of the column."""

    x: float
    text: str
    face: str
    colour: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line. baseline and height are below the line's top. rule: a line drawn at the bottom of it, its grey 0..1."""

    snippets: tuple[Snippet, ...]
    height: float
    baseline: float
    size: float
    rule: float | None = None


@dataclass(frozen=True, slots=True)
class Flowed:
    """A block as lines. before: white above it, dropped at the top of a page. with_next: never last on a page.

    key: the same for the same fixed words at the same size, so they are drawn once and used again; None otherwise.
    bar: drawn with a bar at its left (an inset).
    """

    lines: tuple[Line, ...]
    before: float
    with_next: bool = False
    whole: bool = False
    bar: bool = False
    new_page: bool = False
    key: tuple[object, ...] | None = None
    height: float = field(default=0.0)


@dataclass(frozen=True)
class Measure:
    """The column and type letters are set in: width of the column and the size of plain words, in points."""

    faces: Faces
    width: float
    size: float

    @property
    def leading(self) -> float:
        """From baseline to baseline: 1.35 of the size, open enough for 18 point to read well."""
        return round(self.size * 1.35, 2)

    def flow(self, blocks: Iterable[Block]) -> list[Flowed]:
        """Every block as lines."""
        return [self._flow_fixed(b) if b.fixed else self._flow(b) for b in blocks]

    def plain(self, lines: Sequence[str], *, before: float = 0.0) -> Flowed:
        """Short lines kept as they are and kept together, wrapped only where too wide."""
        set_lines = [s for text in lines for s in self._wrap((Run(text),), self.width, 0.0, self.size)]
        return _flowed(set_lines, before, whole=True)

    def _flow_fixed(self, block: Block) -> Flowed:
        return _remembered(self, block)

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
            snippets = (*words[0].snippets, *(s for r in right for s in r))
            start = Line(snippets, words[0].height * 1.18, words[0].baseline, self.size)
            whole = [start, *words[1:]]
            last = whole[-1]
            whole[-1] = Line(last.snippets, last.height, last.baseline, last.size, rule=0.45 if head else 0.82)
            lines += whole
        return lines

    def _right(self, cell: Sequence[Run], left: float, width: float, *, head: bool) -> list[Snippet]:
        faces = [self.faces.bold if r.bold or head else self.faces.regular for r in cell]
        widths = [stringWidth(r.text, f, self.size) for r, f in zip(cell, faces, strict=True)]
        x = left + width - sum(widths)
        snippets = []
        for run, face, wide in zip(cell, faces, widths, strict=True):
            snippets.append(Snippet(x, run.text, face))
            x += wide
        return snippets

    def _wrap(
        self, runs: Sequence[Run], width: float, left: float, size: float, *, strong: bool = False, colour: bool = True
    ) -> list[Line]:
        """Lines filled word by word. A word wider than the column is broken where it must be."""
        leading = round(size * 1.35, 2) if size <= self.size else round(size * 1.2, 2)
        lines: list[list[tuple[str, str, float]]] = [[]]
        used = 0.0
        for word, face, spaced in _words(runs, self.faces, strong=strong):
            for piece in _broken(word, face, size, width):
                wide = _width(piece, face) * size
                space = _width(" ", face) * size if spaced and lines[-1] else 0.0
                if lines[-1] and used + space + wide > width:
                    lines.append([])
                    used = space = 0.0
                lines[-1].append((f" {piece}" if space else piece, face, space + wide))
                used += space + wide
        tinted = strong and colour
        return [Line(_snippets(line, left, colour=tinted), leading, size * 0.98, size) for line in lines]


def _flowed(
    lines: Sequence[Line], before: float, *, with_next: bool = False, whole: bool = False, bar: bool = False
) -> Flowed:
    return Flowed(tuple(lines), before, with_next, whole, bar, height=sum(line.height for line in lines))


@lru_cache(maxsize=50_000)
def _remembered(measure: Measure, block: Block) -> Flowed:
    """A fixed block's lines, broken once for all letters of its template."""
    flowed = measure._flow(block)
    return Flowed(
        flowed.lines, flowed.before, flowed.with_next, flowed.whole, flowed.bar, flowed.new_page,
        key=(measure.size, block), height=flowed.height,
    )  # fmt: skip


@lru_cache(maxsize=50_000)
def _width(text: str, face: str) -> float:
    """Width at size 1, kept: a letter's words are mostly the same few hundred."""
    return float(stringWidth(text, face, 1.0))


def _words(runs: Sequence[Run], faces: Faces, *, strong: bool) -> Iterable[tuple[str, str, bool]]:
    """(word, face, whether a space stands before it), so that 'bold' and a full stop behind it stay together."""
    spaced = False
    for run in runs:
        face = faces.bold if run.bold or strong else faces.regular
        spaced = spaced or run.text[:1].isspace()
        for word in run.text.split():
            yield word, face, spaced
            spaced = True
        spaced = run.text[-1:].isspace()


def _broken(word: str, face: str, size: float, width: float) -> list[str]:
    if _width(word, face) * size <= width:
        return [word]
    pieces = [""]
    for letter in word:
        if _width(pieces[-1] + letter, face) * size > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _snippets(line: Sequence[tuple[str, str, float]], left: float, *, colour: bool) -> tuple[Snippet, ...]:
    """Neighbouring words of one face joined, so that a line is one or two strings."""
    joined: list[Snippet] = []
    x, end = left, left
    for text, face, wide in line:
        if joined and joined[-1].face == face:
            last = joined[-1]
            joined[-1] = Snippet(last.x, last.text + text, face, colour)
        else:
            x = end
            joined.append(Snippet(x, text, face, colour))
        end += wide
    return tuple(joined)
