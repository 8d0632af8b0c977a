"""Which way up a page is, found by reading it: the first reader looks, and where it sees nothing, the second."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from mailroom.errors import Retry, Review
from mailroom.inbound.page_tools import PageTools
from mailroom.inbound.recognition import Grey, Recogniser, Recognition, recognise

# A page is turned against the line finder's word only when another way up reads this much better.
_CLEARLY = 1.15
# Handwritten strips the right way up scored 4 to 7 (confidence times the root of the letters), others up to 4.
_READS_LIKE_WRITING = 5.0
_OTHER_AXIS = 2.0


def read_the_right_way_up(flat: Grey, rotation: int, skew: float, tools: PageTools) -> tuple[Recognition, int, Grey]:
    """The first reader's reading, the turn at which it was read, and the page turned so.

    Measured: an upright page reads at 51-95% confidence, one on its head at 28-56%; so look twice in between.

    Tesseract also reads text that runs up or down the page, so words taller than wide say the axis is wrong.
    """

    @cache
    def page_at(turn: int) -> Grey:
        return upright(flat, turn, skew, tools)

    first = recognise(tools.first_reader, page_at(rotation), tools.settings.dpi)
    if first.confidence >= tools.settings.upside_down_below and not _runs_sideways(first, page_at(rotation).shape):
        return first, rotation, page_at(rotation)
    best = _best_turn(page_at, rotation, tools)
    if best == rotation:
        return first, rotation, page_at(rotation)
    return recognise(tools.first_reader, page_at(best), tools.settings.dpi), best, page_at(best)


def _best_turn(page_at: Callable[[int], Grey], rotation: int, tools: PageTools) -> int:
    """The turn at which the page's inkiest third reads best; where none reads like writing, the second reader's."""
    dpi = tools.settings.dpi
    best, sure = _turn_of(rotation, lambda turn: _score(tools.first_reader, _inkiest_third(page_at(turn)), dpi))
    if sure or not (tools.settings.second_reader and tools.second_readers):
        return best
    second = tools.second_readers[0]
    try:
        return _turn_of(rotation, lambda turn: _score(second, page_at(turn), dpi))[0]
    except (Review, Retry):
        return best


def _turn_of(rotation: int, score: Callable[[int], float]) -> tuple[int, bool]:
    """The best turn, and whether it reads like writing.

    The line finder's axis was right on 272 of 272 turns, so the other axis is tried only when neither way along it
    reads like writing, and must then read twice as well.
    """
    along, across = (rotation, (rotation + 180) % 360), ((rotation + 90) % 360, (rotation + 270) % 360)
    scores = {turn: score(turn) for turn in along}
    best = max(along, key=lambda turn: scores[turn])
    best = best if scores[best] >= _CLEARLY * scores[rotation] else rotation
    if scores[best] >= _READS_LIKE_WRITING:
        return best, True
    scores |= {turn: score(turn) for turn in across}
    other = max(across, key=lambda turn: scores[turn])
    return (other if scores[other] > _OTHER_AXIS * scores[best] else best), False


def _runs_sideways(reading: Recognition, shape: tuple[int, ...]) -> bool:
    """Whether most long words are taller than wide. shape: rows and columns of the picture their boxes are parts of."""
    long = [w.box for w in reading.words if len(w.text) >= 5]
    return len(long) >= 5 and sum(b.height * shape[0] > 1.5 * b.width * shape[1] for b in long) > len(long) / 2


def _inkiest_third(page: Grey) -> Grey:
    height = page.shape[0]
    band = max(height // 3, 1)
    starts = range(0, height - band + 1, max(band // 4, 1))
    ink = np.count_nonzero(page < 140, axis=1)
    top = max(starts, key=lambda y: int(ink[y : y + band].sum()))
    return page[top : top + band]


def _score(reader: Recogniser, page: Grey, dpi: int) -> float:
    """How well it reads the way it is turned; words running sideways count for nothing."""
    reading = recognise(reader, page, dpi)
    return 0.0 if _runs_sideways(reading, page.shape) else reading.confidence * amount(reading)


def upright(flat: Grey, rotation: int, skew: float, tools: PageTools) -> Grey:
    """The page turned counter-clockwise by `rotation` and straightened."""
    return tools.pictures.straightened(tools.pictures.turned(flat, rotation), skew)


def amount(reading: Recognition) -> float:
    """Grows slowly with the letters read: a page on its head reads as a few stray marks."""
    return math.sqrt(reading.letters + 1)
