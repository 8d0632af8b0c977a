"""The order in which a person reads a page's lines: row by row, and down each column where the page has two.

Recognisers return stretches of text in an order of their own: Tesseract by blocks, so that a table comes out column by
column and a paragraph under a stamp too early; RapidOCR in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailroom.values.geometry import Box, around
from mailroom.values.page import Word

_SAME_ROW = 0.55
"""Two stretches are on one row when their middles differ by less than this share of the lower one's height."""
_MOST_OVERLAP = 0.02
"""Share of the page's width by which the end of one stretch and the start of the next may overlap."""
_FEWEST_PAIRS = 6
_FEWEST_LETTERS, _LONG_LINES = 12, 20
"""Columns of prose: so many rows with something on both sides, of so many letters of the alphabet on average on the
sparer side and on the fuller one. The labels of a form and the figures of a table stay below it."""
_PAIRED_SHARE = 0.6
_GUTTERS = tuple(n / 100 for n in range(38, 63))


@dataclass(frozen=True, slots=True)
class _Stretch:
    words: tuple[Word, ...]
    box: Box
    letters: int

    @property
    def prose(self) -> int:
        """Letters of the alphabet: figures in the columns of a table are not prose."""
        return sum(sum(map(str.isalpha, word.text)) for word in self.words)

    @property
    def middle(self) -> float:
        return self.box.centre[1]


_Row = list[_Stretch]


def in_reading_order(words: Sequence[Word]) -> tuple[Word, ...]:
    """The same words with their lines numbered anew, in the order they are read."""
    stretches = _stretches(words)
    rows = _rows(stretches)
    gutter = _gutter(rows)
    if gutter is not None:
        rows = _down_the_columns(stretches, rows, gutter)
    return tuple(
        word if word.line == number else replace(word, line=number)
        for number, row in enumerate(rows)
        for stretch in row
        for word in stretch.words
    )


def _stretches(words: Sequence[Word]) -> list[_Stretch]:
    by_line: dict[int, list[Word]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    return [
        _Stretch(tuple(line), around(w.box for w in line), sum(len(w.text) for w in line)) for line in by_line.values()
    ]


def _rows(stretches: Iterable[_Stretch]) -> list[_Row]:
    """Each stretch joins the row whose right end it carries on, so that a line may climb or fall across the page."""
    rows: list[_Row] = []
    for stretch in sorted(stretches, key=lambda s: s.box.x0):
        row = min((r for r in rows if _carries_on(r[-1], stretch)), key=lambda r: _step(r[-1], stretch), default=None)
        if row is None:
            rows.append([stretch])
        else:
            row.append(stretch)
    return sorted(rows, key=lambda row: sum(s.middle * s.letters for s in row) / max(sum(s.letters for s in row), 1))


def _carries_on(last: _Stretch, stretch: _Stretch) -> bool:
    return last.box.x1 <= stretch.box.x0 + _MOST_OVERLAP and _step(last, stretch) < _SAME_ROW


def _step(last: _Stretch, stretch: _Stretch) -> float:
    """How far the middles differ, in heights of the lower one."""
    return abs(last.middle - stretch.middle) / max(min(last.box.height, stretch.box.height), 1e-6)


def _gutter(rows: Sequence[_Row]) -> float | None:
    """Where the white between two columns of prose runs, as a fraction of the page's width; None for one column."""
    abreast = [row for row in rows if len(row) > 1]
    if len(abreast) < _FEWEST_PAIRS:
        return None
    best = max(_GUTTERS, key=lambda x: len(_paired(abreast, x)))
    pairs = _paired(abreast, best)
    if len(pairs) < _FEWEST_PAIRS:
        return None
    between = [r for r in rows if pairs[0][0].middle <= r[0].middle <= pairs[-1][0].middle]
    left = sum(s.prose for row in pairs for s in row if s.box.x1 <= best) / len(pairs)
    right = sum(s.prose for row in pairs for s in row if s.box.x0 >= best) / len(pairs)
    sides = sorted((left, right))
    is_prose = sides[0] >= _FEWEST_LETTERS and sides[1] >= _LONG_LINES
    return best if is_prose and len(pairs) >= _PAIRED_SHARE * len(between) else None


def _paired(rows: Sequence[_Row], x: float) -> list[_Row]:
    """The rows with something on both sides of x and nothing across it."""
    return [row for row in rows if all(_sides(row, x)) and sum(_sides(row, x)) == sum(s.letters for s in row)]


def _sides(row: _Row, x: float) -> tuple[int, int]:
    """Letters left and right of x."""
    return sum(s.letters for s in row if s.box.x1 <= x), sum(s.letters for s in row if s.box.x0 >= x)


def _down_the_columns(stretches: Sequence[_Stretch], rows: Sequence[_Row], x: float) -> list[_Row]:
    """What is above the columns, the left one, the right one, what is below."""
    pairs = _paired(rows, x)
    top, bottom = min(s.box.y0 for s in pairs[0]), max(s.box.y1 for s in pairs[-1])
    across = [s for s in stretches if s.box.x0 < x < s.box.x1]
    columns = [s for s in stretches if s not in across and top <= s.middle]
    above = [s for s in stretches if s.middle < top]
    below = [s for s in across if s.middle > bottom]
    within = [s for s in across if top <= s.middle <= bottom]
    left = [s for s in columns if s.box.x1 <= x] + within
    right = [s for s in columns if s.box.x0 >= x]
    return [*_rows(above), *_rows(left), *_rows(right), *_rows(below)]
