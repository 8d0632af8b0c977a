"""The words of pages as text nobody sees, each the size of its picture, for a search or a copy to find."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.values.page import Word

_NOBODY_SEES: Literal[3] = 3
"""Text render mode 3 of PDF: neither filled nor stroked."""
_LEAST_POINTS = 1.0


def text_layer(pages: Sequence[Sequence[Word]], sizes: Sequence[tuple[float, float]], typeface: Path) -> bytes:
    """A PDF with one page for each list of words; sizes are (width, height) in points."""
    font = _parsed(typeface)
    face = font.fontName
    pdfmetrics.registerFont(font)
    made = io.BytesIO()
    canvas = Canvas(made, invariant=1, initialFontName=face)  # type: ignore[arg-type]
    for words, size in zip(pages, sizes, strict=True):
        canvas.setPageSize(size)
        _set(canvas, words, size, face)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


@cache
def _parsed(typeface: Path) -> TTFont:
    """Kept for the next document: parsing takes longer than setting a page. What each uses of it is kept apart."""
    return TTFont(f"text-layer-{typeface.stem}", typeface)


def _set(canvas: Canvas, words: Sequence[Word], size: tuple[float, float], face: str) -> None:
    known = pdfmetrics.getFont(face).face.charToGlyph  # type: ignore[attr-defined]
    text = canvas.beginText()
    text.setTextRenderMode(_NOBODY_SEES)
    for word in words:
        said = "".join(c for c in unicodedata.normalize("NFC", word.text) if ord(c) in known)
        if said:
            _place(text, said, word, size, face)
    canvas.drawText(text)


def _place(text: Any, said: str, word: Word, size: tuple[float, float], face: str) -> None:
    """Font size from the box's height, squeezed or stretched to its width; the space after it keeps words apart."""
    width, height = size
    points = max(word.box.height * height, _LEAST_POINTS)
    natural = pdfmetrics.stringWidth(said, face, points)
    stretch = 100 * max(word.box.width * width, _LEAST_POINTS) / max(natural, 0.01)
    text.setFont(face, points)
    text.setHorizScale(min(max(stretch, 1), 1000))
    baseline = height * (1 - word.box.y1) + 0.2 * points
    text.setTextOrigin(word.box.x0 * width, baseline)
    text.textOut(said + " ")
