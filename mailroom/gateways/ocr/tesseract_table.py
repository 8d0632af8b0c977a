"""What Tesseract hands back, however it is called: its table of words, and its errors."""

from __future__ import annotations

import os

from mailroom.errors import Misconfigured, Retry
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import Word

# Measured: left at its default of four threads, two jobs on two cores take 5.8 times as long a page. Set before the
# library is loaded, which looks at it once.
os.environ["OMP_THREAD_LIMIT"] = "1"

_WORD = "5"  # the level of a word's row


class TesseractTooSlow(Retry):
    """Tesseract did not finish the page in its time."""


class TesseractMissing(Misconfigured):
    """There is no Tesseract on this machine."""


def words_of(table: str, width: int, height: int) -> tuple[Word, ...]:
    """The words in Tesseract's tab-separated table of a picture so many pixels wide and high."""
    words: list[Word] = []
    numbers: dict[tuple[str, ...], int] = {}
    for row in table.splitlines():
        cells = row.split("\t")
        if len(cells) != 12 or cells[0] != _WORD or not cells[11].strip() or float(cells[10]) < 0:
            continue
        line = numbers.setdefault(tuple(cells[2:5]), len(numbers))  # block, paragraph and line
        left, top, across, down = (int(cell) for cell in cells[6:10])
        box = Box(left / width, top / height, (left + across) / width, (top + down) / height)
        words.append(Word(cells[11].strip(), box, Confidence(min(float(cells[10]) / 100, 1.0)), line))
    return tuple(words)
