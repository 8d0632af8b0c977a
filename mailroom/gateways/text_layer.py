"""The words of pages as text nobody sees, each the size of its picture, for a search or a copy to find."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from mailroom.values.page import Word

_NOBODY_SEES = 3
"""Text render mode 3 of PDF: neither filled nor stroked."""
_LEAST_POINTS = 1.0
_ASCII = "".join(map(chr, range(32, 127)))


def text_layer(
    pdf: pikepdf.Pdf, pages: Sequence[Sequence[Word]], sizes: Sequence[tuple[float, float]], typeface: Path
) -> list[pikepdf.Object | None]:
    """For each list of words a form in the PDF, to be drawn on a page of that size; None where there is no word.

    sizes: (width, height) in points. typeface: a TrueType file; letters that it lacks are left out.
    """
    said = [[(word, unicodedata.normalize("NFC", word.text)) for word in words] for words in pages]
    used = {letter for words in said for _, text in words for letter in text}
    if not used:
        return [None] * len(pages)
    letters = _cut_down(typeface, "".join(sorted(used - set(_ASCII))))
    with pikepdf.open(io.BytesIO(letters.fonts)) as held:
        fonts = Dictionary({key: pdf.copy_foreign(font) for key, font in held.pages[0].Resources.Font.items()})
    resources = pdf.make_indirect(Dictionary(Font=fonts))
    return [
        _form(pdf, _drawn(words, size, letters), size, resources) if words else None
        for words, size in zip(said, sizes, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class _Letters:
    """A typeface cut down to some letters. A font holds 255 of them at most, so there may be several.

    fonts: a PDF whose first page has them. codes: where each letter is: the font's name, and its number there.
    """

    face: Any
    fonts: bytes
    codes: Mapping[str, tuple[str, int]]


@lru_cache(maxsize=64)
def _cut_down(typeface: Path, others: str) -> _Letters:
    """To ASCII and the other letters given, as far as the typeface has them.

    Kept for the next documents: few have other letters than a pound sign and a quotation mark, and cutting down takes
    longer than setting two pages.
    """
    face = _parsed(typeface)
    canvas: Any = Canvas(io.BytesIO(), invariant=1, initialFontName=face.fontName)
    known = face.face.charToGlyph
    text = "".join(letter for letter in _ASCII + others if ord(letter) in known)
    canvas.drawString(0, 0, text)
    parts = [(letter, *face.splitString(letter, canvas._doc)[0]) for letter in text]
    codes = {letter: (face.getSubsetInternalName(part, canvas._doc), code[0]) for letter, part, code in parts}
    return _Letters(face, canvas.getpdfdata(), codes)


@cache
def _parsed(typeface: Path) -> Any:
    """Kept for the next document: parsing takes longer than setting a page. What each uses of it is kept apart.

    ReportLab takes a face that it knows by another name, or from another file, for the one it knew first.
    """
    font = TTFont(f"text-layer-{typeface.stem}", typeface)
    pdfmetrics.registerFont(font)
    return pdfmetrics.getFont(font.fontName)


def _form(
    pdf: pikepdf.Pdf, drawn: Iterable[bytes], size: tuple[float, float], resources: pikepdf.Object
) -> pikepdf.Object:
    content = b"\n".join((b"BT %d Tr" % _NOBODY_SEES, *drawn, b"ET"))
    form = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, *size], Resources=resources)
    return form


def _drawn(words: Iterable[tuple[Word, str]], size: tuple[float, float], letters: _Letters) -> Iterator[bytes]:
    for word, text in words:
        said = "".join(letter for letter in text if letter in letters.codes)
        if said:
            yield _placed(said, word, size, letters)


def _placed(said: str, word: Word, size: tuple[float, float], letters: _Letters) -> bytes:
    """Font size from the box's height, squeezed or stretched to its width; the space after it keeps words apart."""
    width, height = size
    points = max(word.box.height * height, _LEAST_POINTS)
    natural = letters.face.stringWidth(said, points)
    stretch = 100 * max(word.box.width * width, _LEAST_POINTS) / max(natural, 0.01)
    baseline = height * (1 - word.box.y1) + 0.2 * points
    place = f"{min(max(stretch, 1), 1000):.3f} Tz 1 0 0 1 {word.box.x0 * width:.3f} {baseline:.3f} Tm"
    shown = [
        f"{font} {points:.3f} Tf ".encode() + pikepdf.String(bytes(code for _, code in part)).unparse() + b" Tj"
        for font, part in groupby((letters.codes[letter] for letter in said + " "), key=lambda at: at[0])
    ]
    return b" ".join((place.encode(), *shown))
