"""The words of a born-digital PDF page, from its own text layer."""

from __future__ import annotations

from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from mailroom.values.confidence import CERTAIN
from mailroom.values.geometry import Box
from mailroom.values.page import Word

# Fewer letters than this is a stamp or a page number on a scan, not a page of text.
_LEAST_CHARACTERS = 25
# A picture over this share of the page means it is a scan, whatever text somebody laid under it.
_SCAN_SHARE = 0.5


def own_words(page: pypdfium2.PdfPage) -> tuple[Word, ...]:
    """The page's own words in reading order, or () when it is a scan or has hardly any text."""
    if _picture_share(page) > _SCAN_SHARE:
        return ()
    text = page.get_textpage()
    try:
        if sum(c.isalnum() for c in text.get_text_range()) < _LEAST_CHARACTERS:
            return ()
        return _words(page, text)
    finally:
        text.close()


def _picture_share(page: pypdfium2.PdfPage) -> float:
    width, height = page.get_size()
    area: float = 0.0
    for thing in page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = thing.get_bounds()
        area = max(area, (right - left) * (top - bottom))
    return float(area / max(width * height, 1.0))


def _words(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage) -> tuple[Word, ...]:
    width, height = page.get_size()
    pieces: list[tuple[str, Box]] = []
    letters = ""
    boxes: list[tuple[float, float, float, float]] = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if not letter or letter.isspace():
            if letters and boxes:
                pieces.append((letters, _box(boxes, width, height)))
            letters, boxes = "", []
            continue
        left, bottom, right, top = text.get_charbox(index)
        letters += letter
        boxes.append((left, bottom, right, top))
    if letters and boxes:
        pieces.append((letters, _box(boxes, width, height)))
    return _in_lines(pieces)


def _box(boxes: list[tuple[float, float, float, float]], width: float, height: float) -> Box:
    left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
    bottom, top = min(b[1] for b in boxes), max(b[3] for b in boxes)
    return Box(left / width, 1 - top / height, right / width, 1 - bottom / height)


def _in_lines(pieces: list[tuple[str, Box]]) -> tuple[Word, ...]:
    """A word starts a new line when it stands left of the one before, or does not overlap it in height."""
    if not pieces:
        return ()
    lines = [0]
    for (_, before), (_, box) in pairwise(pieces):
        same = box.y0 < before.y1 and before.y0 < box.y1 and box.x0 >= before.x0
        lines.append(lines[-1] if same else lines[-1] + 1)
    return tuple(Word(t, b, CERTAIN, n) for (t, b), n in zip(pieces, lines, strict=True))
