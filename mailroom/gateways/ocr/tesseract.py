"""Tesseract through pytesseract: the first reader of every page."""

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
                output_type=pytesseract.Output.DICT,
            )
        except RuntimeError as slow:
            raise TesseractTooSlow(f"Tesseract did not finish a page in {self._timeout:.0f} seconds.") from slow
        return _words(table, page.shape[1], page.shape[0])


def _words(table: dict[str, list[Any]], width: int, height: int) -> tuple[Word, ...]:
    words: list[Word] = []
    numbers: dict[tuple[int, int, int], int] = {}
    for n, text in enumerate(table["text"]):
        confidence = float(table["conf"][n])
        if not text.strip() or confidence < 0:
            continue
        line = numbers.setdefault((table["block_num"][n], table["par_num"][n], table["line_num"][n]), len(numbers))
        left, top = table["left"][n], table["top"][n]
        box = Box(left / width, top / height, (left + table["width"][n]) / width, (top + table["height"][n]) / height)
        words.append(Word(text.strip(), box, Confidence(min(confidence / 100, 1.0)), line))
    return tuple(words)
