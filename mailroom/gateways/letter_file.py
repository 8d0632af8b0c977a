"""The PDF that set letters go into: words as operators straight into a page's content, what is shared as forms.

reportlab has the typefaces, the forms and the file; a page of its own costs more than all its words, and a word drawn
by it ten times what writing it costs.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.rl_accel import escapePDF
from reportlab.pdfbase.pdfdoc import PDFObject, PDFObjectReference, PDFResourceDictionary, xObjectName
from reportlab.pdfbase.pdfmetrics import getFont, stringWidth
from reportlab.pdfgen.canvas import Canvas

from mailroom.values.letter_signs import LetterSigns

rl_config.useA85 = 0  # streams as plain bytes: a quarter smaller and a sixth of the time; every reader takes them

_COMPRESSION = 6
_Document = Any
"""reportlab's PDFDocument, of which the stubs leave out what is used here."""


class LetterFile:
    """One PDF being made, page after page."""

    def __init__(self, to: Path, page_size: tuple[float, float], typeface: str) -> None:
        """typeface: the name under which the usual one is registered."""
        canvas: Any = Canvas(
            str(to),
            pagesize=page_size,
            pageCompression=1,
            invariant=1,
            lang="en-GB",
            initialFontName=typeface,  # type: ignore[arg-type]  # the stubs say number; it is a name
        )
        self.canvas: Canvas = canvas
        self._document: _Document = canvas._doc
        self._size = page_size
        self._forms: dict[object, str] = {}
        self._codes: dict[str, _Codes] = {}
        self._shared = _Shared(self._forms)
        self.page_count = 0

    def form(self, key: object, draw: Callable[[], str]) -> str:
        """The operator that places what `draw` draws; it is drawn once for the whole file."""
        name = self._forms.get(key)
        if name is None:
            name = self._forms[key] = f"form{len(self._forms)}"
            code = draw()
            self.canvas.beginForm(name, 0, 0, *self._size)
            self.canvas.addLiteral(code)
            self.canvas.endForm()
        return f"/{name} Do"

    def typeface(self, face: str, size: float) -> str:
        """The operator that chooses a face."""
        return f"{self._coded(face).name} {size:g} Tf"

    def shown(self, words: str, face: str, size: float) -> str:
        """The operators that show words in the face and size in force."""
        codes = self._coded(face)
        try:
            return f"({words.translate(codes)}) Tj"
        except _RareLetter:
            return self._shown_in_parts(words, face, size)

    def add_page(self, content: Sequence[str]) -> None:
        """A page of these operators."""
        stream = zlib.compress("\n".join(content).encode("ascii"), _COMPRESSION)
        held = self._document.Reference(_Stream(stream))
        self._document.addPage(_Page(self._size, held, self._document.Reference(self._shared)))
        self.page_count += 1

    def save(self) -> None:
        """Write the file."""
        self.canvas.save()

    def _coded(self, face: str) -> _Codes:
        codes = self._codes.get(face)
        if codes is None:
            codes = self._codes[face] = _Codes(face, self._document)
        return codes

    def _shown_in_parts(self, words: str, face: str, size: float) -> str:
        """Words with letters beyond the first two hundred of the file: they are in a second part of the typeface."""
        font = _typeface(face)
        shown = [
            f"{font.getSubsetInternalName(part, self._document)} {size:g} Tf ({escapePDF(codes)}) Tj"
            for part, codes in font.splitString(signs_of(face).shown(words), self._document)
        ]
        return " ".join((*shown, self.typeface(face, size)))


@lru_cache(maxsize=50_000)
def width_of(text: str, face: str) -> float:
    """Width at size 1, kept: a letter's words are mostly the same few hundred."""
    return float(stringWidth(signs_of(face).shown(text), face, 1.0))


@lru_cache(maxsize=16)
def signs_of(*faces: str) -> LetterSigns:
    """What all these registered typefaces can print; looked up once for the process."""
    return LetterSigns.of(*(_typeface(face).face.charToGlyph for face in faces))


def _typeface(face: str) -> Any:
    """reportlab's TTFont; the stubs know its parent only."""
    return getFont(face)


class _RareLetter(Exception):
    """The letter has no code in the first part of the typeface."""


class _Codes(dict[int, str]):
    """For each letter its code in the file's typeface, escaped, given when it is first used."""

    def __init__(self, face: str, document: _Document) -> None:
        super().__init__()
        self._font, self._document, self._signs = _typeface(face), document, signs_of(face)
        self.name = str(self._font.getSubsetInternalName(0, document))

    def __missing__(self, letter: int) -> str:
        parts = self._font.splitString(self._signs.shown(chr(letter)), self._document)
        if any(part for part, _ in parts):
            raise _RareLetter
        code = self[letter] = "".join(str(escapePDF(codes)) for _, codes in parts)
        return code


class _Stream(PDFObject):
    """Content already packed."""

    __RefOnly__ = 1

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    def format(self, document: _Document) -> bytes:
        head = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(self._packed)
        return head + self._packed + b"\nendstream\n"


class _Page(PDFObject):
    """A page with its content and what all pages of the file share."""

    __RefOnly__ = 1

    def __init__(self, size: tuple[float, float], content: PDFObjectReference, shared: PDFObjectReference) -> None:
        self._size, self._content, self._shared = size, content, shared

    def format(self, document: _Document) -> bytes:
        width, height = self._size
        parent = document.Reference(document.Pages).format(document)
        content, shared = self._content.format(document), self._shared.format(document)
        return b"<< /Type /Page /MediaBox [ 0 0 %.4f %.4f ] /Parent %s /Resources %s /Contents %s >>" % (
            width, height, parent, shared, content
        )  # fmt: skip


class _Shared(PDFObject):
    """The typefaces and forms of the file."""

    __RefOnly__ = 1

    def __init__(self, forms: dict[object, str]) -> None:
        self._forms = forms

    def format(self, document: _Document) -> bytes:
        resources: Any = PDFResourceDictionary()
        resources.basicFonts()
        resources.XObject = {name: PDFObjectReference(xObjectName(name)) for name in self._forms.values()}
        return bytes(resources.format(document))
