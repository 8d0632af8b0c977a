"""The ink on a page: how much, and whether it could be writing. Dust, streaks and folds are told apart from it."""

from __future__ import annotations

from dataclasses import dataclass
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
_BINS = 24
_A4_SQUARE_INCHES = 8.27 * 11.69


@dataclass(frozen=True, slots=True)
class Ink:
    """How much is on the page, away from its edges.

    share: dark pixels, 0..1. marks: specks of ink of a letter's size. dust: how many smaller ones than half a
    millimetre a side of A4 would have. company: marks, dark or pale, with a like one beside them, as letters stand in
    words. strokes: lines drawn larger than print and neither straight nor round, as in a signature or joined writing.
    """

    share: float
    marks: int
    dust: int
    company: int
    strokes: int


def ink_of(flat: Grey, dpi: int) -> Ink:
    """Count what could be writing: not at the edge, where shadows and punch holes are."""
    height, width = flat.shape
    margin = round(0.4 * dpi)
    inner = flat[margin : height - margin, margin : width - margin]
    if inner.size == 0:
        return Ink(0.0, 0, 0, 0, 0)
    specks = _specks(inner, _DARK)
    dust = (specks[:, 2:4].max(axis=1, initial=0) <= dpi * 0.02).sum() * _A4_SQUARE_INCHES * dpi**2 / inner.size
    marks = _of_letters_size(specks, dpi)
    company, strokes = _looked_at(marks, dpi, inner.shape)
    if len(marks) <= _MANY_MARKS:
        pale = _looked_at(_of_letters_size(_specks(inner, _PALE), dpi), dpi, inner.shape)
        company, strokes = max(company, pale[0]), max(strokes, pale[1])
    return Ink(cv2.countNonZero(_darker(inner, _DARK)) / inner.size, len(marks), int(dust), company, strokes)


def _looked_at(marks: Marks, dpi: int, shape: tuple[int, ...]) -> tuple[int, int]:
    """How many are in company, and how many are strokes."""
    if len(marks) > _MANY_MARKS:
        return len(marks), 0
    written = _away_from_streaks(marks, dpi, shape)
    return _in_company(written, dpi), _drawn(written, dpi)


def _specks(inner: Grey, level: int) -> Marks:
    """Left, top, width, height and area of everything darker than the level that hangs together."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(_darker(inner, level), connectivity=8)
    return np.asarray(stats[1:], dtype=np.int32)


def _darker(inner: Grey, level: int) -> Grey:
    return np.asarray(cv2.inRange(inner, 0, level - 1), dtype=np.uint8)


def _of_letters_size(specks: Marks, dpi: int) -> Marks:
    """1 mm is a small letter's height; an inch and more a line of joined writing."""
    longest = specks[:, 2:4].max(axis=1, initial=0)
    letters = (longest >= dpi * 0.035) & (longest <= dpi * 3) & (specks[:, cv2.CC_STAT_AREA] >= (dpi / 200) ** 2 * 6)
    return np.asarray(specks[letters], dtype=np.int32)


def _away_from_streaks(marks: Marks, dpi: int, shape: tuple[int, ...]) -> Marks:
    """Without what the scanner's own dirt leaves: marks in a narrow band down the page with nothing beside it."""
    x, y = marks[:, 0] + marks[:, 2] / 2, marks[:, 1] + marks[:, 3] / 2
    bins = np.minimum(y * _BINS // shape[0], _BINS - 1)
    keep = np.ones(len(marks), dtype=bool)
    for n in range(len(marks)):
        off = np.abs(x - x[n])
        band, beside = off < dpi * 0.06, (off >= dpi * 0.06) & (off < dpi * 0.18)
        keep[n] = len(np.unique(bins[band])) < 0.4 * _BINS or beside.sum() > 0.34 * band.sum()
    return np.asarray(marks[keep], dtype=np.int32)


def _in_company(marks: Marks, dpi: int) -> int:
    """How many have another of their size close beside them, at one height: the most of both ways the page may lie."""
    solid = marks[marks[:, 2:4].min(axis=1, initial=dpi) >= dpi * 0.015]
    return max(_beside(solid, dpi), _beside(solid[:, [1, 0, 3, 2, 4]], dpi))


def _beside(marks: Marks, dpi: int) -> int:
    left, right = marks[:, 0], marks[:, 0] + marks[:, 2]
    middle, size = marks[:, 1] + marks[:, 3] / 2, marks[:, 2:4].max(axis=1, initial=1)
    count = 0
    for n in range(len(marks)):
        reach = max(float(size[n]), dpi * 0.04)
        gap = np.maximum(left - right[n], left[n] - right)
        like = (np.abs(middle - middle[n]) < 0.6 * reach) & (gap < 1.2 * reach) & (gap > -0.5 * reach)
        count += int((like & (size < 2.5 * reach) & (size > 0.4 * reach)).sum() > 1)
    return count


def _drawn(marks: Marks, dpi: int) -> int:
    """Longer than high or higher than long, open inside: no disc, no ring of a punch hole, no straight line."""
    width, height = marks[:, 2], marks[:, 3]
    thick = np.minimum(width, height) >= dpi * 0.08
    oblong = np.maximum(width, height) >= 1.25 * np.minimum(width, height)
    return int((thick & oblong & (marks[:, cv2.CC_STAT_AREA] < 0.5 * width * height)).sum())
