"""The imaging station: one page from pixels to a reading. Blank, separator or item; which way up; straight; read.

The order is by price: what makes recognition unnecessary (own text, separators, blanks) is looked for first.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from mailroom.config.reading import Reading
from mailroom.errors import Retry, Review
from mailroom.inbound.page_tools import Ink, PageTools, Raster
from mailroom.inbound.recognition import Grey, Recognition, RememberingReader, better, recognise
from mailroom.inbound.way_up import amount, read_the_right_way_up, upright
from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, TextSource, Word

# Measured on 417 scanned sides: on each of the 216 written ones 12 marks or more stand beside another like letters in a
# word (27 on all but one); on blank ones with dust, folds and streaks at most 10 do. Three strokes are a signature.
_WRITING, _FEWEST_STROKES = 12, 3
# From so many marks beside one another, or letter-sized marks of any kind, a reader looks whether they say anything.
_PERHAPS_WRITING, _FEWEST_MARKS = 6, 14
_SURE_WORD = 0.5
_A_WORD = re.compile(r"[A-Za-zÀ-ÿŴŵŶŷ0-9]{3}")  # of streaks a reader makes 'be' and 'ae'
# Dust on a side of A4 above which it is smoothed: clean letters have up to 600 dots and stops of that size, photocopies
# of faxes in black and white 2,900 to 40,000. Any other page would lose its thin strokes by it.
_SPECKLED = 2_500
# Show-through of the other side is told by its reading better in a mirror than as it is.
# It must read in earnest there: pencil that nobody can read comes out at 0.44 in a mirror and 0.29 as it is, by chance.
_MIRROR_BELOW = 0.6
_READS_IN_A_MIRROR = 0.5


def read_page(number: int, raster: Raster, tools: PageTools, rotation: int | None = None) -> PageReading:
    """Read one page. Boxes come out as fractions of the page turned upright but not straightened.

    rotation: given by a person, who says that there is writing and which way up it is; neither is doubted then.
    """
    dpi = tools.settings.dpi
    pixels = tools.pictures.at_dpi(raster.pixels, raster.width_pt, dpi)
    flat = tools.pictures.flattened(pixels)
    ink = tools.pictures.ink_of(flat, dpi)
    speckled = ink.dust > _SPECKLED
    if speckled:
        flat = tools.pictures.smoothed(flat)
        ink = tools.pictures.ink_of(flat, dpi)
    blank = PageReading(number, PageKind.BLANK, raster.width_pt, raster.height_pt, ink=ink.share, confidence=CERTAIN)
    barcodes = tools.codes.barcodes_on(pixels, flat)
    patch = tools.codes.patch_on(flat, dpi)
    seen = replace(blank, barcodes=barcodes, patch=patch, fingerprint=tools.pictures.fingerprint(flat))
    if patch or any(tools.separates(code.content) for code in barcodes):
        return replace(seen, kind=PageKind.SEPARATOR)
    if raster.own_words:
        return replace(seen, kind=PageKind.ITEM, words=raster.own_words, source=TextSource.OWN_TEXT)
    sure = CERTAIN if speckled else Confidence(tools.settings.second_reader_below)
    if rotation is not None:
        return _read_as_turned(seen, flat, rotation, sure, tools)
    if not barcodes and not _is_written(ink) and not (_may_be_written(ink) and _says_something(flat, tools)):
        return seen
    return _read(seen, flat, sure, tools)


def _read(seen: PageReading, flat: Grey, sure: Confidence, tools: PageTools) -> PageReading:
    """Turn, straighten, recognise; the other way up, and by the second reader, only where the first is unsure."""
    # Where the second reader says which way up the page is, it has read all of it.
    tools = replace(tools, second_readers=tuple(RememberingReader(reader) for reader in tools.second_readers))
    lie = tools.pictures.how_it_lies(flat)
    rotation = 270 if lie.sideways else 0
    reading, rotation, page = read_the_right_way_up(flat, rotation, lie.skew, tools)
    kept, missed = _read_twice(seen.number, reading, page, sure, tools)
    if kept.sense < _MIRROR_BELOW and _is_show_through(reading, page, tools):
        return seen
    return _as_read(replace(seen, problem=missed), kept, rotation, lie.skew, page)


def _read_as_turned(seen: PageReading, flat: Grey, rotation: int, sure: Confidence, tools: PageTools) -> PageReading:
    """Straightened only where the lines run as the person says: a skew measured across them would be none."""
    lie = tools.pictures.how_it_lies(tools.pictures.turned(flat, rotation))
    skew = 0.0 if lie.sideways else lie.skew
    page = upright(flat, rotation, skew, tools)
    first = recognise(tools.first_reader, page, tools.settings.dpi)
    reading, missed = _read_twice(seen.number, first, page, sure, tools)
    return _as_read(replace(seen, problem=missed), reading, rotation, skew, page)


def _read_twice(
    number: int, reading: Recognition, page: Grey, sure: Confidence, tools: PageTools
) -> tuple[Recognition, str]:
    """What the second readers make of it where the first is less sure than that, if it is better.

    With it, in words, that one of them gave no answer, so that the first reading was kept and not chosen; else ''.
    """
    missed = ""
    if reading.confidence < sure and tools.settings.second_reader:
        for reader in tools.second_readers:
            try:
                reading = better(reading, recognise(reader, page, tools.settings.dpi))
            except (Review, Retry) as no:
                missed = f"Page {number} was read only once, and unsurely. {no}"
    return reading, missed


def _as_read(seen: PageReading, reading: Recognition, rotation: int, skew: float, page: Grey) -> PageReading:
    quarter = rotation in (90, 270)
    width, height = (seen.height_pt, seen.width_pt) if quarter else (seen.width_pt, seen.height_pt)
    return replace(
        seen,
        kind=PageKind.ITEM,
        width_pt=width,
        height_pt=height,
        rotation=rotation,
        skew=round(skew, 3),
        confidence=reading.confidence,
        source=reading.source,
        words=_unstraightened(reading.words, skew, page.shape),
        barcodes=tuple(replace(code, box=_turned_box(code.box, rotation)) for code in seen.barcodes),
    )


def _is_written(ink: Ink) -> bool:
    return ink.company >= _WRITING or ink.strokes >= _FEWEST_STROKES


def _may_be_written(ink: Ink) -> bool:
    return ink.company >= _PERHAPS_WRITING or ink.marks >= _FEWEST_MARKS


def _says_something(flat: Grey, tools: PageTools) -> bool:
    """Whether a reader makes out a word on a side that looks like dust, folds or streaks, whichever way it lies."""
    lie = tools.pictures.how_it_lies(flat)
    page = upright(flat, 270 if lie.sideways else 0, lie.skew, tools)
    readers = (tools.first_reader, *(tools.second_readers if tools.settings.second_reader else ()))
    words = (word for reader in readers for word in recognise(reader, page, tools.settings.dpi).words)
    try:
        return any(word.confidence >= _SURE_WORD and _A_WORD.search(word.text) for word in words)
    except (Review, Retry):
        return True  # a side that nobody could look at is not called blank


def _is_show_through(reading: Recognition, page: Grey, tools: PageTools) -> bool:
    """Whether the page reads better in a mirror: a blank side with the other side's ink showing through.

    reading: by the first reader, which reads the mirrored page too; readers' confidences are not on one scale.
    """
    mirrored = recognise(tools.first_reader, np.ascontiguousarray(page[:, ::-1]), tools.settings.dpi)
    reads = mirrored.confidence >= _READS_IN_A_MIRROR
    return reads and mirrored.confidence * amount(mirrored) > 1.3 * reading.confidence * amount(reading)


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
