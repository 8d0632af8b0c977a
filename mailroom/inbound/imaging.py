"""The imaging station: one page from pixels to a reading. Blank, separator or item; which way up; straight; read.

The order is by price: what makes recognition unnecessary (own text, separators, blanks) is looked for first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from mailroom.config.reading import Reading
from mailroom.inbound.recognition import Recogniser, Recognition, better, recognise
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, TextSource, Word

Grey = np.ndarray[Any, np.dtype[np.uint8]]

# Fewer letter-sized marks than this is a blank side: dust, show-through and a page number stay below it.
_FEWEST_MARKS = 14
# Dust on a side of A4 above which it is smoothed: clean letters have up to 600 dots and stops of that size, photocopies
# of faxes in black and white 2,900 to 40,000. Any other page would lose its thin strokes by it.
_SPECKLED = 2_500
# A page is turned against the line finder's word only when another way up reads this much better.
_CLEARLY = 1.15
# Handwritten strips the right way up scored 4 to 7 (confidence times the root of the letters), others up to 4.
_READS_LIKE_WRITING = 5.0
_OTHER_AXIS = 2.0
# Show-through of the other side is told by its reading better in a mirror than as it is.
_MIRROR_BELOW = 0.6


class Raster(Protocol):
    """A page as delivered."""

    @property
    def pixels(self) -> Grey: ...  # noqa: D102
    @property
    def width_pt(self) -> float: ...  # noqa: D102
    @property
    def height_pt(self) -> float: ...  # noqa: D102
    @property
    def own_words(self) -> tuple[Word, ...]: ...  # noqa: D102
    @property
    def is_photo(self) -> bool: ...  # noqa: D102


class Lie(Protocol):
    """How the text lies."""

    @property
    def sideways(self) -> bool: ...  # noqa: D102
    @property
    def skew(self) -> float: ...  # noqa: D102


class Ink(Protocol):
    """How much is on the page."""

    @property
    def share(self) -> float: ...  # noqa: D102
    @property
    def marks(self) -> int: ...  # noqa: D102
    @property
    def dust(self) -> int: ...  # noqa: D102


class Pictures(Protocol):
    """The picture machine; gateways/image.py fits."""

    def at_dpi(self, pixels: Grey, width_pt: float, dpi: int) -> Grey: ...  # noqa: D102
    def flattened(self, pixels: Grey) -> Grey: ...  # noqa: D102
    def smoothed(self, flat: Grey) -> Grey: ...  # noqa: D102
    def turned(self, pixels: Grey, degrees: int) -> Grey: ...  # noqa: D102
    def straightened(self, pixels: Grey, skew: float) -> Grey: ...  # noqa: D102
    def how_it_lies(self, flat: Grey) -> Lie: ...  # noqa: D102
    def ink_of(self, flat: Grey, dpi: int) -> Ink: ...  # noqa: D102
    def fingerprint(self, flat: Grey) -> str: ...  # noqa: D102


class Codes(Protocol):
    """The barcode machine; gateways/barcode.py fits."""

    def barcodes_on(self, pixels: Grey) -> tuple[Barcode, ...]: ...  # noqa: D102
    def patch_on(self, flat: Grey, dpi: int) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class PageTools:
    """What reading a page takes. separates: whether a code's content is one of our separators' or the site's."""

    pictures: Pictures
    codes: Codes
    first_reader: Recogniser
    second_readers: Sequence[Recogniser]
    separates: Callable[[str], bool]
    settings: Reading


def read_page(number: int, raster: Raster, tools: PageTools) -> PageReading:
    """Read one page. Boxes come out as fractions of the page turned upright but not straightened."""
    dpi = tools.settings.dpi
    pixels = tools.pictures.at_dpi(raster.pixels, raster.width_pt, dpi)
    flat = tools.pictures.flattened(pixels)
    ink = tools.pictures.ink_of(flat, dpi)
    if ink.dust > _SPECKLED:
        flat = tools.pictures.smoothed(flat)
        ink = tools.pictures.ink_of(flat, dpi)
    blank = PageReading(number, PageKind.BLANK, raster.width_pt, raster.height_pt, ink=ink.share, confidence=CERTAIN)
    barcodes = tools.codes.barcodes_on(pixels)
    patch = tools.codes.patch_on(flat, dpi)
    seen = replace(blank, barcodes=barcodes, patch=patch, fingerprint=tools.pictures.fingerprint(flat))
    if patch or any(tools.separates(code.content) for code in barcodes):
        return replace(seen, kind=PageKind.SEPARATOR)
    if raster.own_words:
        return replace(seen, kind=PageKind.ITEM, words=raster.own_words, source=TextSource.OWN_TEXT)
    if ink.marks < _FEWEST_MARKS and not barcodes:
        return seen
    return _read(seen, flat, tools)


def _read(seen: PageReading, flat: Grey, tools: PageTools) -> PageReading:
    """Turn, straighten, recognise; the other way up, and by the second reader, only where the first is unsure."""
    lie = tools.pictures.how_it_lies(flat)
    rotation = 270 if lie.sideways else 0
    reading, rotation = _the_right_way_up(flat, rotation, lie.skew, tools)
    upright = _upright(flat, rotation, lie.skew, tools)
    if reading.confidence < tools.settings.second_reader_below and tools.settings.second_reader:
        for reader in tools.second_readers:
            reading = better(reading, recognise(reader, upright, tools.settings.dpi))
    if reading.confidence < _MIRROR_BELOW and _is_show_through(reading, upright, tools):
        return seen
    quarter = rotation in (90, 270)
    width, height = (seen.height_pt, seen.width_pt) if quarter else (seen.width_pt, seen.height_pt)
    return replace(
        seen,
        kind=PageKind.ITEM,
        width_pt=width,
        height_pt=height,
        rotation=rotation,
        skew=round(lie.skew, 3),
        confidence=reading.confidence,
        source=reading.source,
        words=_unstraightened(reading.words, lie.skew, upright.shape),
        barcodes=tuple(replace(code, box=_turned_box(code.box, rotation)) for code in seen.barcodes),
    )


def _the_right_way_up(flat: Grey, rotation: int, skew: float, tools: PageTools) -> tuple[Recognition, int]:
    """Measured: an upright page reads at 51-95% confidence, one on its head at 28-56%; so look twice in between.

    Tesseract also reads text that runs up or down the page, so words taller than wide say the axis is wrong.
    """
    page = _upright(flat, rotation, skew, tools)
    first = recognise(tools.first_reader, page, tools.settings.dpi)
    if first.confidence >= tools.settings.upside_down_below and not _runs_sideways(first, page.shape):
        return first, rotation
    best = _best_turn(flat, rotation, skew, tools)
    if best == rotation:
        return first, rotation
    return recognise(tools.first_reader, _upright(flat, best, skew, tools), tools.settings.dpi), best


def _best_turn(flat: Grey, rotation: int, skew: float, tools: PageTools) -> int:
    """The turn at which the page's inkiest third reads best.

    The line finder's axis was right on 272 of 272 turns, so the other axis is tried only when neither way along it
    reads like writing, and must then read twice as well.
    """
    along, across = (rotation, (rotation + 180) % 360), ((rotation + 90) % 360, (rotation + 270) % 360)
    scores = {turn: _strip_score(_upright(flat, turn, skew, tools), tools) for turn in along}
    best = max(along, key=lambda turn: scores[turn])
    best = best if scores[best] >= _CLEARLY * scores[rotation] else rotation
    if scores[best] >= _READS_LIKE_WRITING:
        return best
    scores |= {turn: _strip_score(_upright(flat, turn, skew, tools), tools) for turn in across}
    other = max(across, key=lambda turn: scores[turn])
    return other if scores[other] > _OTHER_AXIS * scores[best] else best


def _runs_sideways(reading: Recognition, shape: tuple[int, ...]) -> bool:
    """Whether most long words are taller than wide. shape: rows and columns of the picture their boxes are parts of."""
    long = [w.box for w in reading.words if len(w.text) >= 5]
    return len(long) >= 5 and sum(b.height * shape[0] > 1.5 * b.width * shape[1] for b in long) > len(long) / 2


def _strip_score(page: Grey, tools: PageTools) -> float:
    """How well the page's inkiest third reads the way it is turned; words running sideways count for nothing."""
    height = page.shape[0]
    band = max(height // 3, 1)
    starts = range(0, height - band + 1, max(band // 4, 1))
    top = max(starts, key=lambda y: int((page[y : y + band] < 140).sum()))
    strip = page[top : top + band]
    reading = recognise(tools.first_reader, strip, tools.settings.dpi)
    return 0.0 if _runs_sideways(reading, strip.shape) else reading.confidence * _amount(reading)


def _upright(flat: Grey, rotation: int, skew: float, tools: PageTools) -> Grey:
    return tools.pictures.straightened(tools.pictures.turned(flat, rotation), skew)


def _amount(reading: Recognition) -> float:
    """Grows slowly with the letters read: a page on its head reads as a few stray marks."""
    return math.sqrt(sum(len(w.text) for w in reading.words if w.confidence > 0.4) + 1)


def _is_show_through(reading: Recognition, upright: Grey, tools: PageTools) -> bool:
    """Whether the page reads better in a mirror: a blank side with the other side's ink showing through."""
    mirrored = recognise(tools.first_reader, np.ascontiguousarray(upright[:, ::-1]), tools.settings.dpi)
    return mirrored.confidence * _amount(mirrored) > 1.3 * reading.confidence * _amount(reading)


def _unstraightened(words: Sequence[Word], skew: float, shape: tuple[int, ...]) -> tuple[Word, ...]:
    """The words' boxes turned back by the skew, about the middle of the page, to where the ink really is."""
    if abs(skew) < 0.15:
        return tuple(words)
    height, width = shape[:2]
    turn = math.radians(skew)
    cos, sin = math.cos(turn), math.sin(turn)

    def back(box: Box) -> Box:
        x, y = (box.centre[0] - 0.5) * width, (box.centre[1] - 0.5) * height
        cx, cy = (x * cos - y * sin) / width + 0.5, (x * sin + y * cos) / height + 0.5
        half_w, half_h = box.width / 2, box.height / 2
        return Box(cx - half_w, cy - half_h, cx + half_w, cy + half_h)

    return tuple(replace(w, box=back(w.box)) for w in words)


def _turned_box(box: Box, rotation: int) -> Box:
    """Where a box of the page as delivered lies once the page is turned counter-clockwise by `rotation`."""
    if rotation == 90:
        return Box(box.y0, 1 - box.x1, box.y1, 1 - box.x0)
    if rotation == 180:
        return Box(1 - box.x1, 1 - box.y1, 1 - box.x0, 1 - box.y0)
    if rotation == 270:
        return Box(1 - box.y1, box.x0, 1 - box.y0, box.x1)
    return box


def is_too_unsure(reading: PageReading, settings: Reading) -> bool:
    """Whether the page must be read by a person: something is on it, and nobody could make sense of it."""
    return reading.kind is PageKind.ITEM and reading.confidence < Confidence(settings.unread_below)
