"""Whether a font may stand in a PDF/A: each letter shown is in it, as wide as the page says, and told by one rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pdfminer.glyphlist import glyphname2unicode
from pdfminer.latin_enc import ENCODING
from pikepdf import Array, Dictionary, Name, parse_content_stream

from mailroom.gateways.font_program import FontProgram

_TRUETYPE, _CFF, _OPEN = (b"\0\1\0\0", b"true"), (b"\1\0",), (b"OTTO", b"\0\1\0\0")
_PROGRAMS = {
    ("/FontFile", ""): (("/Type1", "/MMType1"), (b"%!",)),
    ("/FontFile2", ""): (("/TrueType", "/CIDFontType2"), _TRUETYPE),
    ("/FontFile3", "/Type1C"): (("/Type1", "/MMType1"), _CFF),
    ("/FontFile3", "/CIDFontType0C"): (("/CIDFontType0",), _CFF),
    ("/FontFile3", "/OpenType"): (("/Type1", "/TrueType", "/CIDFontType0", "/CIDFontType2"), _OPEN),
}
"""By key and kind: the fonts that may hold such a program, and how it begins; PDF 32000-1, table 126."""
_COLUMNS = {"/StandardEncoding": 1, "/MacRomanEncoding": 2, "/WinAnsiEncoding": 3}
_WINDOWS = "/WinAnsiEncoding"
_BULLET, _NO_BREAK_SPACE, _SOFT_HYPHEN = "bullet", 0xA0, 0xAD
_SYMBOLIC = 4
_WIDTH_TOLERANCE = 1.0
"""Thousandths of the type size; ISO 19005-2, 6.2.11.5."""

_Glyphs = Callable[[int], int]


def is_archival(font: Any, letters: Iterable[bytes]) -> bool:
    """letters: every string shown in it, as bytes. Errors of whatever kind mean that it is not what PDF says."""
    if font.get("/Type") != "/Font":
        return False
    if font.get("/Subtype") == "/Type3":
        return _is_archival_as_drawings(font, letters)
    if not isinstance(font.get("/BaseFont"), Name):
        return False
    if "/DescendantFonts" in font:
        return _is_archival_by_cid(font, letters)
    content = _content(font)
    last, first, widths = int(font.LastChar), int(font.FirstChar), font.Widths
    if not content or len(widths) != last - first + 1:
        return False
    program = FontProgram(content)
    missing = float(font.FontDescriptor.get("/MissingWidth", 0))
    glyphs = _by_tables(font, program) if font.Subtype == "/TrueType" else _by_names(font, program)
    return glyphs is not None and all(
        program.has(glyphs(code), float(widths[code - first]) if first <= code <= last else missing, _WIDTH_TOLERANCE)
        for code in _codes(letters)
    )


def _codes(letters: Iterable[bytes]) -> set[int]:
    return {code for said in letters for code in said}


def _content(font: Any) -> bytes:
    """The letters in the file, in a form that is what its key says: some programs wrap or mix them up."""
    descriptor = font.get("/FontDescriptor", Dictionary())
    for (key, kind), (holders, starts) in _PROGRAMS.items():
        if key in descriptor and (not kind or descriptor[key].get("/Subtype") == kind):
            content = bytes(descriptor[key].read_bytes())
            return content if content.startswith(starts) and str(font.get("/Subtype")) in holders else b""
    return b""


def _by_tables(font: Any, program: FontProgram) -> _Glyphs | None:
    """From a code to the glyph's number, by PDF/A's one rule for TrueType; None when the font keeps to none."""
    encoding, orders = font.get("/Encoding"), program.orders
    if int(font.FontDescriptor.Flags) & _SYMBOLIC:
        order = next((order for order in ((3, 0), (1, 0)) if order in orders), None)
        if encoding is not None or order is None or (len(orders) > 1 and (3, 0) not in orders):
            return None
        return lambda code: program.by_order(order, code) or program.by_order(order, 0xF000 + code)
    is_plain = isinstance(encoding, Name)
    if str(encoding if is_plain else encoding.get("/BaseEncoding")) not in ("/WinAnsiEncoding", "/MacRomanEncoding"):
        return None
    letters = {code: glyphname2unicode.get(name, "") for code, name in _names(font, by_itself=False).items()}
    differs = () if is_plain else [code for code, _ in _differences(encoding)]
    if not orders & {(3, 1), (1, 0)} or (differs and ((3, 1) not in orders or not all(letters[n] for n in differs))):
        return None

    def glyph(code: int) -> int:
        letter = letters.get(code)
        if not letter:
            return 0
        mac = letter.encode("mac_roman", "replace")[0]
        return program.by_order((3, 1), ord(letter[0])) or program.by_order((1, 0), mac)

    return glyph


def _by_names(font: Any, program: FontProgram) -> _Glyphs:
    """From a code to the glyph's number in a Type 1 or CFF font, which names its letters."""
    is_symbolic = bool(int(font.FontDescriptor.get("/Flags", 0)) & _SYMBOLIC)
    names = _names(font, by_itself=is_symbolic)

    def glyph(code: int) -> int:
        name = names.get(code)
        return program.by_name(name) if name else program.by_itself(code)

    return glyph


def _names(font: Any, by_itself: bool) -> dict[int, str]:
    """The letters' names by code as the page says them; by_itself: what it leaves unsaid the font knows."""
    encoding = font.get("/Encoding")
    if encoding is None:
        return {}
    if isinstance(encoding, Name):
        return _letter_names(str(encoding))
    base = encoding.get("/BaseEncoding")
    usual = {} if base is None and by_itself else _letter_names(str(base))
    return {**usual, **dict(_differences(encoding))}


def _letter_names(encoding: str) -> dict[int, str]:
    """The letters' names by their code; PDF 32000-1, annex D."""
    column = _COLUMNS.get(encoding, 1)
    names = {code: str(row[0]) for row in ENCODING if isinstance(code := row[column], int)}
    if encoding != _WINDOWS:
        return names
    unused = {code: _BULLET for code in range(0o41, 256) if code not in names}
    return {**unused, **names, _NO_BREAK_SPACE: "space", _SOFT_HYPHEN: "hyphen"}


def _differences(encoding: Any) -> Iterator[tuple[int, str]]:
    code = 0
    for piece in encoding.get("/Differences", Array()):
        if isinstance(piece, Name):
            yield code, str(piece)[1:]
            code += 1
        else:
            code = int(piece)


def _is_archival_by_cid(font: Any, letters: Iterable[bytes]) -> bool:
    inner = font.DescendantFonts[0]
    content = _content(inner)
    if not content or str(font.Encoding) not in ("/Identity-H", "/Identity-V") or inner.get("/Type") != "/Font":
        return False
    program, widths, usual = FontProgram(content), _cid_widths(inner.get("/W", Array())), float(inner.get("/DW", 1000))
    numbers = inner.get("/CIDToGIDMap", Name.Identity) if inner.Subtype == "/CIDFontType2" else Name.Identity
    by_cid = None if numbers == Name.Identity else numbers.read_bytes()
    cids = {said[at] << 8 | said[at + 1] for said in letters for at in range(0, len(said), 2)}
    return all(
        program.has(
            cid if by_cid is None else by_cid[2 * cid] << 8 | by_cid[2 * cid + 1],
            widths.get(cid, usual),
            _WIDTH_TOLERANCE,
        )
        for cid in cids
    )


def _cid_widths(said: Any) -> dict[int, float]:
    widths: dict[int, float] = {}
    waiting: list[int] = []
    for piece in said:
        if isinstance(piece, Array):
            widths.update((waiting[0] + n, float(width)) for n, width in enumerate(piece))
            waiting = []
        elif len(waiting) == 2:
            widths.update((cid, float(piece)) for cid in range(waiting[0], min(waiting[1], 0xFFFF) + 1))
            waiting = []
        else:
            waiting.append(int(piece))
    return widths


def _is_archival_as_drawings(font: Any, letters: Iterable[bytes]) -> bool:
    """A Type 3 font draws each letter by a content of its own, which begins with its width."""
    first, widths, scale = int(font.FirstChar), font.Widths, float(font.FontMatrix[0]) * 1000
    names = _names(font, by_itself=True)
    for code in _codes(letters):
        if names[code] == ".notdef":
            return False
        begins = next(iter(parse_content_stream(font.CharProcs["/" + names[code]])))
        if str(begins.operator) not in ("d0", "d1") or not 0 <= code - first < len(widths):
            return False
        if abs(float(begins.operands[0]) - float(widths[code - first])) * scale > _WIDTH_TOLERANCE:
            return False
    return True
