"""Tesseract through pytesseract: what is installed, and a process a page where its library is not to be found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytesseract
from PIL import Image

from mailroom.gateways.ocr.tesseract_table import TesseractMissing, TesseractTooSlow, words_of
from mailroom.values.page import TextSource, Word

_CLOCK = 10
"""Times the processor's seconds, by the clock: nobody can say what a program beside has had of the processor."""


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
        self._languages, self._timeout = languages, timeout * _CLOCK

    def recognise(self, page: np.ndarray[Any, np.dtype[np.uint8]], dpi: int) -> tuple[Word, ...]:
        """Raises TesseractTooSlow."""
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
