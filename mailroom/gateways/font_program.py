"""What a font program holds, TrueType, Type 1 or CFF: which glyph stands for which letter, and how wide it is."""

from __future__ import annotations

import io

import freetype

_AS_DRAWN = freetype.FT_LOAD_NO_HINTING | freetype.FT_LOAD_NO_BITMAP
_THOUSANDTHS = 1000 * 64
"""A size of 1,000 points: at 72 dots an inch widths come out in thousandths of the size, in 64ths."""
_BY_ITSELF = ((7, 2), (7, 0), (7, 1))
"""What FreeType calls the order of letters that a Type 1 or CFF font brings along: its own, standard, expert."""
_MADE_UP = -1
"""The form of an order that FreeType made from the letters' names: the file itself has none."""


class UnreadableFont(ValueError):
    """The program cannot be taken apart."""


class FontProgram:
    """A font by its glyphs' numbers; 0 is the box for what is missing."""

    def __init__(self, content: bytes) -> None:
        """Raises UnreadableFont."""
        try:
            self._face = freetype.Face(io.BytesIO(content))
            self._face.set_char_size(_THOUSANDTHS)
        except freetype.FT_Exception as broken:
            raise UnreadableFont(str(broken)) from broken
        orders = {(order.platform_id, order.encoding_id): order for order in self._face.charmaps}
        self._own = next((orders[key] for key in _BY_ITSELF if key in orders), None)
        self._orders = {key: order for key, order in orders.items() if order.cmap_format != _MADE_UP}

    @property
    def orders(self) -> frozenset[tuple[int, int]]:
        """The platforms and encodings by which a TrueType file finds its letters, such as (3, 1)."""
        return frozenset(self._orders)

    def by_order(self, order: tuple[int, int], code: int) -> int:
        """The glyph for a code by one of its orders."""
        return self._by(self._orders.get(order), code)

    def by_itself(self, code: int) -> int:
        """The glyph for a code as the font itself counts letters."""
        return self._by(self._own, code)

    def by_name(self, name: str) -> int:
        """The glyph of that PostScript name, such as 'eacute'."""
        return int(self._face.get_name_index(name.encode()))

    def has(self, glyph: int, width: float, tolerance: float) -> bool:
        """Whether it has that glyph, which is not the box for what is missing, in that width; thousandths of the size.

        In a font that numbers its letters by character collection the glyph is that number (CID).
        """
        if glyph <= 0:
            return False
        try:
            self._face.load_glyph(glyph, _AS_DRAWN)
        except freetype.FT_Exception:
            return False
        return abs(float(self._face.glyph.metrics.horiAdvance) / 64 - width) <= tolerance

    def _by(self, order: freetype.Charmap | None, code: int) -> int:
        if order is None:
            return 0
        self._face.set_charmap(order)
        return int(self._face.get_char_index(code))
