"""Whether a font may stand in a PDF/A: each letter shown is in it, as wide as the page says, and told by one rule.

TrueType is looked into letter by letter. Type 1 and CFF fonts are taken at their word beyond their dictionaries.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Any

from pdfminer.glyphlist import glyphname2unicode
from pikepdf import Array, Dictionary, Name

_PROGRAMS = {
    "/FontFile": (b"%!",),
    "/FontFile2": (b"\0\1\0\0", b"true"),
    "/FontFile3": (b"\1\0", b"OTTO", b"\0\1\0\0"),
}
_ENCODINGS = {"/WinAnsiEncoding": "cp1252", "/MacRomanEncoding": "mac_roman"}
_SYMBOLIC = 4
_WIDTH_TOLERANCE = 1.0
"""Thousandths of the type size; ISO 19005-2, 6.2.11.5."""


def is_archival(font: Any, letters: Iterable[bytes]) -> bool:
    """letters: every string shown in it, as bytes. Errors of whatever kind mean that it is not what PDF says."""
    if font.get("/Type") != "/Font" or font.get("/Subtype") == "/Type3":
        return bool(font.get("/Subtype") == "/Type3")
    if not isinstance(font.get("/BaseFont"), Name):
        return False
    if "/DescendantFonts" in font:
        return _is_archival_by_cid(font, letters)
    program = _program(font)
    last, first, widths = int(font.LastChar), int(font.FirstChar), font.Widths
    if not program or len(widths) != last - first + 1:
        return False
    if font.Subtype != "/TrueType":
        return True
    missing = float(font.FontDescriptor.get("/MissingWidth", 0))
    sfnt = _Sfnt(program)
    glyphs = _simple_glyphs(font, sfnt)
    codes = {code for said in letters for code in said}
    return glyphs is not None and all(
        sfnt.has(glyphs(code), float(widths[code - first]) if first <= code <= last else missing) for code in codes
    )


def _program(font: Any) -> bytes:
    """The letters in the file, in a form that is what its key says: some programs wrap or mix them up."""
    descriptor = font.get("/FontDescriptor", Dictionary())
    for key, starts in _PROGRAMS.items():
        if key in descriptor:
            content = bytes(descriptor[key].read_bytes())
            is_bare = descriptor[key].get("/Subtype") in ("/Type1C", "/CIDFontType0C")
            return content if content.startswith(starts[:1] if is_bare else starts) else b""
    return b""


def _simple_glyphs(font: Any, sfnt: _Sfnt) -> Any:
    """From a code to the glyph's number, by PDF/A's one rule for TrueType; None when the font keeps to none."""
    encoding = font.get("/Encoding")
    if int(font.FontDescriptor.Flags) & _SYMBOLIC:
        table = sfnt.letters.get((3, 0)) or sfnt.letters.get((1, 0))
        if encoding is not None or not table or (len(sfnt.letters) > 1 and (3, 0) not in sfnt.letters):
            return None
        return lambda code: table.get(code) or table.get(0xF000 + code, 0)
    is_plain = isinstance(encoding, Name)
    codec = _ENCODINGS.get(str(encoding if is_plain else encoding.get("/BaseEncoding")))
    own = {} if is_plain else dict(_differences(encoding.get("/Differences", Array())))
    unicode, mac = sfnt.letters.get((3, 1)), sfnt.letters.get((1, 0))
    if codec is None or not (unicode or mac) or (own and (not unicode or not all(own.values()))):
        return None

    def glyph(code: int) -> int:
        letter = own.get(code) or bytes([code]).decode(codec)
        return (unicode or {}).get(ord(letter[0]), 0) or (mac or {}).get(letter.encode("mac_roman", "replace")[0], 0)

    return glyph


def _differences(said: Any) -> Iterator[tuple[int, str]]:
    code = 0
    for piece in said:
        if isinstance(piece, Name):
            yield code, glyphname2unicode.get(str(piece)[1:], "")
            code += 1
        else:
            code = int(piece)


def _is_archival_by_cid(font: Any, letters: Iterable[bytes]) -> bool:
    inner = font.DescendantFonts[0]
    program = _program(inner)
    if not program or str(font.Encoding) not in ("/Identity-H", "/Identity-V") or inner.get("/Type") != "/Font":
        return False
    if inner.Subtype != "/CIDFontType2":
        return True
    sfnt, widths, usual = _Sfnt(program), _cid_widths(inner.get("/W", Array())), float(inner.get("/DW", 1000))
    numbers = inner.get("/CIDToGIDMap", Name.Identity)
    by_cid = None if numbers == Name.Identity else numbers.read_bytes()
    cids = {said[at] << 8 | said[at + 1] for said in letters for at in range(0, len(said), 2)}
    return all(
        sfnt.has(cid if by_cid is None else by_cid[2 * cid] << 8 | by_cid[2 * cid + 1], widths.get(cid, usual))
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


class _Sfnt:
    """Of a TrueType file: how wide its glyphs are, and which glyph stands for which letter, by platform."""

    def __init__(self, content: bytes) -> None:
        count = struct.unpack_from(">H", content, 4)[0]
        tables = {}
        for n in range(count):
            tag, _, at, length = struct.unpack_from(">4sIII", content, 12 + 16 * n)
            tables[tag] = content[at : at + length]
        self._scale = 1000 / struct.unpack_from(">H", tables[b"head"], 18)[0]
        self._glyphs = struct.unpack_from(">H", tables[b"maxp"], 4)[0]
        metrics = struct.unpack_from(">H", tables[b"hhea"], 34)[0]
        self._advances = struct.unpack_from(">" + "Hh" * metrics, tables[b"hmtx"])[::2]
        self.letters = dict(_letters(tables[b"cmap"])) if b"cmap" in tables else {}

    def has(self, glyph: int, width: float) -> bool:
        """Whether it has that glyph, which is not the box for what is missing, in that width."""
        if not 0 < glyph < self._glyphs:
            return False
        advance = self._advances[min(glyph, len(self._advances) - 1)] * self._scale
        return abs(float(advance) - width) <= _WIDTH_TOLERANCE


def _letters(table: bytes) -> Iterator[tuple[tuple[int, int], dict[int, int]]]:
    for n in range(struct.unpack_from(">H", table, 2)[0]):
        platform, encoding, at = struct.unpack_from(">HHI", table, 4 + 8 * n)
        form = struct.unpack_from(">H", table, at)[0]
        known = {0: _form_0, 4: _form_4, 6: _form_6}.get(form)
        yield (platform, encoding), known(table[at:]) if known else {}


def _form_0(table: bytes) -> dict[int, int]:
    return dict(enumerate(table[6:262]))


def _form_6(table: bytes) -> dict[int, int]:
    first, count = struct.unpack_from(">HH", table, 6)
    return {first + n: g for n, g in enumerate(struct.unpack_from(f">{count}H", table, 10))}


def _form_4(table: bytes) -> dict[int, int]:
    count = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", table, 14)
    starts = struct.unpack_from(f">{count}H", table, 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", table, 16 + 4 * count)
    offsets = struct.unpack_from(f">{count}H", table, 16 + 6 * count)
    found: dict[int, int] = {}
    for n, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                at = 16 + 6 * count + 2 * n + offset + 2 * (code - start)
                glyph = struct.unpack_from(">H", table, at)[0] if at + 2 <= len(table) else 0
            found[code] = (glyph + delta) & 0xFFFF if glyph or not offset else 0
    return found
