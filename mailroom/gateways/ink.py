"""The ink on a page: how much, and whether it could be writing. Dust, streaks and folds are told apart from it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import cv2
import numpy as np

Grey = np.ndarray[Any, np.dtype[np.uint8]]
Marks = np.ndarray[Any, np.dtype[np.int32]]

_DARK = 140
_PALE = 180
"""Measured on 417 scanned sides: pencil on tinted paper stays below 170; of show-through, at 9% of black, nothing is
darker than 200."""
_MANY_MARKS = 400
"""Of a letter's size: so many are taken for writing without a closer look, which would cost more than it tells."""
_MUCH_COMPANY = 40
"""Dark marks beside one another: where there are so many, pale ones are not looked for as well."""
_PARTS = 3
"""In which the page's specks are counted: dust is told from the first, many marks mostly from two."""
_BINS = 24
_FITS_16_BITS = 200_000
"""Pixels of a band whose specks, at most one in each square of four pixels, can be numbered in 16 bits."""
_CLEAN = 1_000
"""Dust on a side of A4 up to which a third of the page tells enough: clean letters have up to 600."""
_NONE: Marks = np.empty((0, 5), dtype=np.int32)
_A4_SQUARE_INCHES = 8.27 * 11.69


class Ink:
    """How much is on the page, away from its edges; the closer looks are taken when they are asked for.

    share: dark pixels, 0..1. marks: specks of ink of a letter's size, counted until they are many. dust: how many
    smaller ones than half a millimetre a side of A4 would have, of a clean one going by a third of it. company: marks,
    dark or pale, with a like one beside them, as letters stand in words. strokes: lines drawn larger than print and
    neither straight nor round, as in a signature or joined writing.
    """

    def __init__(self, inner: Grey, dpi: int) -> None:
        self._inner, self._dpi = inner, dpi
        self._dark = _darker(inner, _DARK)
        self.share = cv2.countNonZero(self._dark) / inner.size if inner.size else 0.0

    @property
    def marks(self) -> int:
        """Of a letter's size."""
        return len(self._marks)

    @cached_property
    def dust(self) -> int:
        """Smaller than half a millimetre."""
        rows = sum(part.inky_rows for part in self._parts)
        first = self._parts[0]
        about = self._dust_in(first) * rows / max(first.inky_rows, 1)
        return round(about) if about <= _CLEAN else round(sum(map(self._dust_in, self._parts)))

    def _dust_in(self, part: _Part) -> float:
        small = part.specks[:, 2:4].max(axis=1, initial=0) <= self._dpi * 0.02
        return float(small.sum() * _A4_SQUARE_INCHES * self._dpi**2 / max(self._inner.size, 1))

    @property
    def company(self) -> int:
        """Marks beside others like them."""
        return self._closer_look[0]

    @property
    def strokes(self) -> int:
        """Lines of joined writing."""
        return self._closer_look[1]

    @cached_property
    def _parts(self) -> tuple[_Part, ...]:
        return _parts_of(self._dark)

    @cached_property
    def _marks(self) -> Marks:
        marks = _NONE
        for part in self._parts:
            marks = np.concatenate([marks, _of_letters_size(part.specks, self._dpi)])
            if len(marks) > _MANY_MARKS:
                break
        return marks

    @cached_property
    def _closer_look(self) -> tuple[int, int]:
        company, strokes = _looked_at(self._marks, self._dpi, self._inner.shape)
        if company > _MUCH_COMPANY:
            return company, strokes
        paler_parts = _parts_of(_darker(self._inner, _PALE))
        pale = _of_letters_size(np.concatenate([part.specks for part in paler_parts]), self._dpi)
        paler = _looked_at(pale, self._dpi, self._inner.shape)
        return max(company, paler[0]), max(strokes, paler[1])


def ink_of(flat: Grey, dpi: int) -> Ink:
    """What could be writing: not at the edge, where shadows and punch holes are."""
    height, width = flat.shape
    margin = round(0.4 * dpi)
    return Ink(flat[margin : max(height - margin, margin), margin : max(width - margin, margin)], dpi)


def _looked_at(marks: Marks, dpi: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """How many are in company, and how many are strokes."""
    if len(marks) > _MANY_MARKS:
        return len(marks), 0
    written = _away_from_streaks(marks, dpi, shape)
    return _in_company(written, dpi), _drawn(written, dpi)


class _Part:
    """Bands of ink between rows without any. Looked at one by one they have the specks that the page has.

    In a third of the time: measured, OpenCV's block-based algorithm is quicker than the one it would choose, too.
    """

    def __init__(self, dark: Grey, bands: Sequence[tuple[int, int]]) -> None:
        self._dark, self._bands = dark, bands
        self.inky_rows = sum(bottom - top for top, bottom in bands)

    @cached_property
    def specks(self) -> Marks:
        """Left, top, width, height and area of each: ink that hangs together."""
        return np.concatenate([_NONE, *(_of_a_band(self._dark, top, bottom) for top, bottom in self._bands)])


def _parts_of(dark: Grey) -> tuple[_Part, ...]:
    """As even in rows as may be; the widest band is in the first, so that this is never less than a third of them."""
    inky = dark.view(bool).any(axis=1)
    edges = np.flatnonzero(np.diff(inky, prepend=False, append=False)).tolist()
    parts: list[list[tuple[int, int]]] = [[] for _ in range(_PARTS)]
    rows = [0] * _PARTS
    for top, bottom in sorted(zip(edges[::2], edges[1::2], strict=True), key=lambda band: band[0] - band[1]):
        least = rows.index(min(rows))
        parts[least].append((top, bottom))
        rows[least] += bottom - top
    return tuple(_Part(dark, bands) for bands in parts)


def _of_a_band(dark: Grey, top: int, bottom: int) -> Marks:
    band = dark[top:bottom]
    small = cv2.CV_16U if band.size < _FITS_16_BITS else cv2.CV_32S
    _, _, stats, _ = cv2.connectedComponentsWithStatsWithAlgorithm(band, 8, small, cv2.CCL_BBDT)
    specks = np.asarray(stats[1:], dtype=np.int32)
    specks[:, cv2.CC_STAT_TOP] += top
    return specks


def _darker(inner: Grey, level: int) -> Grey:
    """255 where it is darker than the level, 0 elsewhere."""
    return np.asarray(cv2.inRange(inner, 0, level - 1), dtype=np.uint8) if inner.size else inner


def _of_letters_size(specks: Marks, dpi: int) -> Marks:
    """1 mm is a small letter's height; an inch and more a line of joined writing."""
    longest = specks[:, 2:4].max(axis=1, initial=0)
    letters = (longest >= dpi * 0.035) & (longest <= dpi * 3) & (specks[:, cv2.CC_STAT_AREA] >= (dpi / 200) ** 2 * 6)
    return np.asarray(specks[letters], dtype=np.int32)


def _away_from_streaks(marks: Marks, dpi: int, shape: tuple[int, ...]) -> Marks:
    """Without what the scanner's own dirt leaves: marks in a narrow band down the page with nothing beside it."""
    x, y = marks[:, 0] + marks[:, 2] / 2, marks[:, 1] + marks[:, 3] / 2
    stripes = np.minimum(y * _BINS // shape[0], _BINS - 1)[:, None] == np.arange(_BINS)
    off = np.abs(x[:, None] - x)
    band, beside = off < dpi * 0.06, (off >= dpi * 0.06) & (off < dpi * 0.18)
    reaches = (band @ stripes).sum(axis=1)
    keep = (reaches < 0.4 * _BINS) | (beside.sum(axis=1) > 0.34 * band.sum(axis=1))
    return np.asarray(marks[keep], dtype=np.int32)


def _in_company(marks: Marks, dpi: int) -> int:
    """How many have another of their size close beside them, at one height: the most of both ways the page may lie."""
    solid = marks[marks[:, 2:4].min(axis=1, initial=dpi) >= dpi * 0.015]
    return max(_beside(solid, dpi), _beside(solid[:, [1, 0, 3, 2, 4]], dpi))


def _beside(marks: Marks, dpi: int) -> int:
    left, right = marks[:, 0], marks[:, 0] + marks[:, 2]
    middle, size = marks[:, 1] + marks[:, 3] / 2, marks[:, 2:4].max(axis=1, initial=1)
    reach = np.maximum(size, dpi * 0.04)[:, None]
    gap = np.maximum(left - right[:, None], left[:, None] - right)
    like = (np.abs(middle - middle[:, None]) < 0.6 * reach) & (gap < 1.2 * reach) & (gap > -0.5 * reach)
    like &= (size < 2.5 * reach) & (size > 0.4 * reach)
    return int((like.sum(axis=1) > 1).sum())


def _drawn(marks: Marks, dpi: int) -> int:
    """Longer than high or higher than long, open inside: no disc, no ring of a punch hole, no straight line."""
    width, height = marks[:, 2], marks[:, 3]
    thick = np.minimum(width, height) >= dpi * 0.08
    oblong = np.maximum(width, height) >= 1.25 * np.minimum(width, height)
    return int((thick & oblong & (marks[:, cv2.CC_STAT_AREA] < 0.5 * width * height)).sum())
