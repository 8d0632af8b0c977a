"""Fonts that a PDF names but does not hold: set in from the council's own typefaces, or the pages made pictures.

No library under a licence we may pass on embeds fonts into a finished PDF (Ghostscript and MuPDF are AGPL; qpdf,
pdfium and pypdf do not do it). What can be done soundly is done here: a simple font whose typeface has a twin of the
same widths is replaced by the twin, so no letter moves. All others need the pages as pictures.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pikepdf
from PIL import Image
from reportlab.pdfbase._glyphlist import _glyphname2unicode  # type: ignore[import-not-found]  # the stubs leave it out
from reportlab.pdfbase.pdfmetrics import getEncoding
from reportlab.pdfbase.ttfonts import TTFontFile

from mailroom.gateways.codes_shown import codes_shown
from mailroom.gateways.letter_pdf import opened_letters
from mailroom.gateways.pdf_words import own_words
from mailroom.gateways.pdfium_turns import PDFIUM
from mailroom.gateways.preflight_pdf import is_embedded
from mailroom.gateways.text_layer import text_layer
from mailroom.values.geometry import Box
from mailroom.values.page import Word

_DPI = 300
_NONSYMBOLIC = 32
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_STYLES = ("bold", "italic", "oblique")
_LEEWAY = 15.0
"""Thousandths of the size that a letter may be wider or narrower: a twentieth of a millimetre at 10 points."""
_LEAST_POINTS = 8.0
"""Height of the unseen words under a picture: those of a line's small letters would count as small type."""


def embed_twins(path: Path, to: Path, typefaces: Mapping[str, Path]) -> tuple[str, ...]:
    """A copy with twins in place of fonts that are not in the file. Returns the missing fonts that have none.

    A typeface is no twin of a font that the file says other widths of: its letters would stand too far apart, or over
    one another. Nor of one of which a page shows a letter that it lacks: that is named behind the font.
    typefaces: TrueType files by 'family' or 'family bold', in small letters.
    """
    left: dict[str, None] = {}
    with pikepdf.open(path) as pdf:
        held: dict[Path, pikepdf.Object] = {}
        missing = list(_missing_fonts(pdf))
        shown = codes_shown(pdf) if missing else {}
        for font in missing:
            name = str(font.get("/BaseFont", "/?"))
            twin = typefaces.get(_family(name)) if font.get("/Subtype") in ("/Type1", "/TrueType") else None
            face, letters = (TTFontFile(str(twin)), _names(font)) if twin is not None else (None, [])
            if twin is None or not _is_as_wide(font, letters, face):
                left[_SUBSET.sub("", name.lstrip("/"))] = None
                continue
            if lacking := _lacking(letters, face, shown.get(font.objgen, set())):
                left[f"{_SUBSET.sub('', name.lstrip('/'))} (it lacks {lacking})"] = None
                continue
            if twin not in held:
                held[twin] = _descriptor(pdf, face, twin)
            _replace(font, letters, face, held[twin])
        pdf.save(to, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return tuple(left)


def as_pictures(path: Path, to: Path, typeface: Path) -> None:
    """A copy whose pages are pictures as pdfium shows them, their words laid under them for programs to read."""
    pictures: list[bytes] = []
    words: list[tuple[Word, ...]] = []
    sizes: list[tuple[float, float]] = []
    with opened_letters(path) as pdf:
        for index in range(len(pdf)):
            with PDFIUM:
                page = pdf[index]
                sizes.append(page.get_size())
                words.append(tuple(_taller(word, page.get_height()) for word in own_words(page)))
                image = page.render(scale=_DPI / 72).to_pil().convert("RGB")
                page.close()
            pictures.append(_as_png(image))
    shown = io.BytesIO()
    shown.write(img2pdf.convert(pictures, layout_fun=_layouts(sizes)))
    with pikepdf.open(shown) as out:
        for page, layer in zip(out.pages, text_layer(out, words, sizes, typeface), strict=True):
            if layer is not None:
                name = page.add_resource(layer, pikepdf.Name.XObject, prefix="Words")
                page.contents_add(f"q {name} Do Q".encode("ascii"), prepend=True)
        out.save(to, deterministic_id=True)


def _missing_fonts(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every font dictionary without a font file, once; in the forms that pages draw too."""
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        for font in _fonts(page.obj.get("/Resources"), 0):
            if font.objgen in seen or is_embedded(font):
                continue
            seen.add(font.objgen)
            yield font


def _fonts(resources: pikepdf.Object | None, depth: int) -> Iterator[pikepdf.Object]:
    if resources is None or depth > 5:
        return
    yield from resources.get("/Font", {}).values()
    for drawn in resources.get("/XObject", {}).values():
        if drawn.get("/Subtype") == "/Form":
            yield from _fonts(drawn.get("/Resources"), depth + 1)


def _family(base: str) -> str:
    """'/ABCDEF+Arial-BoldMT' as 'arial bold'."""
    name = _SUBSET.sub("", base.lstrip("/")).lower()
    styles = [style for style in _STYLES if style in name]
    family = re.split(r"[,-]", name)[0].removesuffix("mt").removesuffix("ps")
    return " ".join((family, *styles))


def _descriptor(pdf: pikepdf.Pdf, face: Any, twin: Path) -> pikepdf.Object:
    content = pdf.make_stream(twin.read_bytes())
    content.Length1 = twin.stat().st_size
    return pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=pikepdf.Name(f"/{twin.stem}"),
            Flags=_NONSYMBOLIC,
            FontBBox=[int(edge) for edge in face.bbox],
            ItalicAngle=int(face.italicAngle),
            Ascent=int(face.ascent),
            Descent=int(face.descent),
            CapHeight=int(face.capHeight),
            StemV=int(face.stemV),
            FontFile2=content,
        )
    )


def _replace(font: pikepdf.Object, names: Sequence[str], face: Any, descriptor: pikepdf.Object) -> None:
    """The same codes, names and widths, drawn by the twin."""
    if "/Widths" not in font:
        font["/FirstChar"], font["/LastChar"] = 0, 255
        font["/Widths"] = pikepdf.Array([_width(face, name) for name in names])
    font["/Subtype"] = pikepdf.Name.TrueType
    font["/BaseFont"] = descriptor.FontName
    font["/FontDescriptor"] = descriptor
    font["/Encoding"] = pikepdf.Dictionary(
        Type=pikepdf.Name.Encoding,
        BaseEncoding=pikepdf.Name.WinAnsiEncoding,
        Differences=pikepdf.Array([0, *(pikepdf.Name(f"/{name}") for name in names)]),
    )


def _is_as_wide(font: pikepdf.Object, names: Sequence[str], face: Any) -> bool:
    """Whether the face's letters are as wide as the file says the font's are."""
    first = int(font.get("/FirstChar", 0))
    said = zip(names[first:], font.get("/Widths", []), strict=False)
    known = ((float(width), _width(face, name)) for name, width in said if name in _glyphname2unicode)
    return all(abs(width - wide) <= _LEEWAY for width, wide in known if width and wide)


def _lacking(names: Sequence[str], face: Any, codes: set[int]) -> str:
    """The first letter shown that the face has no glyph for; '' if it has them all."""
    return next((names[code] for code in sorted(codes) if not _has(face, names[code])), "")


def _has(face: Any, name: str) -> bool:
    return name != ".notdef" and _letter(name) in face.charToGlyph


def _names(font: pikepdf.Object) -> list[str]:
    """The glyph's name of each of 256 codes."""
    encoding = font.get("/Encoding")
    base, differences = encoding, []
    if isinstance(encoding, pikepdf.Dictionary):
        base, differences = encoding.get("/BaseEncoding"), list(encoding.get("/Differences", []))
    known = str(base).lstrip("/") if base is not None else "StandardEncoding"
    names = [name or ".notdef" for name in getEncoding(known).vector]
    code = 0
    for entry in differences:
        if isinstance(entry, pikepdf.Name):
            names[code] = str(entry).lstrip("/")
            code += 1
        else:
            code = int(entry)
    return names


def _width(face: Any, name: str) -> int:
    return round(face.charWidths.get(_letter(name), face.defaultWidth)) if name != ".notdef" else 0


def _letter(name: str) -> int | None:
    """The letter that a glyph of that name stands for."""
    letters: Any = _glyphname2unicode.get(name)
    letter: int | None = letters[0] if isinstance(letters, (tuple, list)) else letters
    return letter


def _as_png(image: Image.Image) -> bytes:
    """Grey where there is no colour, so that a page of black type stays small."""
    dots = np.asarray(image).astype(np.int16)
    if int(np.abs(dots[..., 0] - dots[..., 2]).max()) < 12:
        image = image.convert("L")
    made = io.BytesIO()
    image.save(made, "PNG", dpi=(_DPI, _DPI))
    return made.getvalue()


def _layouts(sizes: Sequence[tuple[float, float]]) -> Any:
    """img2pdf asks for each picture in turn how large page and picture are."""
    waiting = iter(sizes)

    def layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
        wide, high = next(waiting)
        return wide, high, wide, high

    return layout


def _taller(word: Word, page_height: float) -> Word:
    box = word.box
    least = _LEAST_POINTS / page_height
    top = min(box.y0, max(box.y1 - least, 0.0))
    return Word(word.text, Box(box.x0, top, box.x1, box.y1), word.confidence, word.line)
