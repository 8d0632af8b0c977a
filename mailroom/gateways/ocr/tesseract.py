"""Tesseract through pytesseract: what is installed, and a process a page where its library is not to be found."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytesseract
from PIL import Image

from mailroom.errors import Misconfigured, Retry
from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import TextSource, Word

# Measured: left at its default of four threads, two jobs on two cores take 5.8 times as long a page.
os.environ["OMP_THREAD_LIMIT"] = "1"

_WORD = "5"  # the level of a word's row


class TesseractTooSlow(Retry):
    """Tesseract did not finish the page in its time."""


class TesseractMissing(Misconfigured):
    """There is no Tesseract on this machine."""


def installed() -> tuple[str, frozenset[str]]:
    """Its version and its languages. Raises TesseractMissing."""
    try:
        return str(pytesseract.get_tesseract_version()), frozenset(pytesseract.get_languages())
    except pytesseract.TesseractNotFoundError:
        raise TesseractMissing("Tesseract is not installed. Run: apt install tesseract-ocr tesseract-ocr-eng") from None


class Tesseract:
    """Page segmentation 3 (measured best over all); words with boxes and confidence from one recognition."""

    source = TextSource.TESSERACT

    def __init__(self, languages: str = "eng", timeout: float = 120) -> None:
        self._languages, self._timeout = languages, timeout

    def recognise(self, page: np.ndarray[Any, np.dtype[np.uint8]], dpi: int) -> tuple[Word, ...]:
        """Raises TesseractTooSlow after the timeout."""
        try:
            table = pytesseract.image_to_data(
                Image.fromarray(page),
                lang=self._languages,
                config=f"--oem 1 --psm 3 --dpi {dpi}",
                timeout=self._timeout,
                output_type=pytesseract.Output.STRING,
            )
        except RuntimeError as slow:
            raise TesseractTooSlow(f"Tesseract did not finish a page in {self._timeout:.0f} seconds.") from slow
        return words_of(table, page.shape[1], page.shape[0])


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
