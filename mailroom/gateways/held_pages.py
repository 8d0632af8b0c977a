"""How much of the pages of PDFs is held in memory at once: pdfium and pikepdf keep what they have once touched."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import pypdfium2 as pdfium

from mailroom.gateways.letter_pdf import open_letters
from mailroom.gateways.pdfium_turns import PDFIUM

MOST_HELD = 16 << 20
"""Bytes of pages. 2,500 sheets of our own letters have 7, so a print file of them is made in one go; scanned pages
fill it with some hundred."""


def weight_of_page(path: Path, pages: int) -> float:
    """Bytes of one page of a file, on average: what its pages share, such as fonts, is in it in part."""
    return path.stat().st_size / max(pages, 1)


class HeldPages:
    """PDFs opened to look at one page after another. Use as a context manager.

    pdfium keeps the content of every page it has drawn until its file is closed, so files are closed after MOST_HELD.
    """

    def __init__(self) -> None:
        self._opened: dict[Path, tuple[pdfium.PdfDocument, float]] = {}
        self._held = 0.0

    def of(self, path: Path) -> pdfium.PdfDocument:
        """The file, to look at one more page of it. Good until the next call. Raises LockedLetter, UnreadableLetter."""
        if self._held > MOST_HELD:
            self._close()
        if path not in self._opened:
            pdf = open_letters(path)
            with PDFIUM:
                self._opened[path] = pdf, weight_of_page(path, len(pdf))
        pdf, weight = self._opened[path]
        self._held += weight
        return pdf

    def _close(self) -> None:
        with PDFIUM:
            for pdf, _ in self._opened.values():
                pdf.close()
        self._opened, self._held = {}, 0.0

    def __enter__(self) -> HeldPages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()
