"""Data Matrix, QR and Mailmark: drawn as rectangles, so they stay sharp on any printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import zint
import zxingcpp

from mailroom.config.printing import MailmarkKind

Modules = tuple[tuple[bool, ...], ...]
"""Rows of dots, top first; True is dark."""


@lru_cache(maxsize=64)
def data_matrix_modules(text: str) -> Modules:
    """A square Data Matrix of the text, without its white edge: many hand scanners do not know the oblong ones."""
    return _modules(text, zxingcpp.BarcodeFormat.DataMatrix)


@lru_cache(maxsize=4096)
def qr_modules(text: str) -> Modules:
    """A QR code of the text, without its white edge."""
    return _modules(text, zxingcpp.BarcodeFormat.QRCode)


def _modules(text: str, kind: zxingcpp.BarcodeFormat) -> Modules:
    image = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(text, kind, force_square=True), scale=1, add_quiet_zones=False
    )
    return tuple(tuple(bool(dot) for dot in row) for row in np.asarray(image) < 128)


MAILMARK_MODULE = {MailmarkKind.FOUR_STATE: 0.55, MailmarkKind.TWO_D: 0.5}
"""Millimetres. 4-state: bars of 0.38 to 0.63 mm, 20 to 24 an inch; 2D: dots of 0.5 mm (Royal Mail's definition)."""
_SYMBOLS = {
    MailmarkKind.FOUR_STATE: zint.Symbology.MAILMARK_4S,
    MailmarkKind.TWO_D: zint.Symbology.MAILMARK_2D,
}
Bar = tuple[float, float, float, float]
"""Left, top, width and height of a dark rectangle, in modules from the top left."""


def mailmark_bars(text: str, kind: MailmarkKind) -> tuple[Bar, ...]:
    """The bars or dots of Royal Mail's barcode.

    Raises:
        ValueError: the data is not as Royal Mail defines it.
    """
    symbol = zint.Symbol()
    symbol.symbology = _SYMBOLS[kind]
    try:
        symbol.encode(text)
    except RuntimeError as wrong:
        raise ValueError(f"no Mailmark: {wrong}") from wrong
    symbol.buffer_vector()
    # zint draws two units a module unless it is told otherwise.
    return tuple((r.x / 2, r.y / 2, r.width / 2, r.height / 2) for r in symbol.vector.rectangles)


def bars_drawn(bars: Sequence[Bar], left: float, top: float, module: float) -> str:
    """PDF operators that fill the bars. left, top, module: points; left and top from the bottom left of the page."""
    boxes = " ".join(f"{x:g} {y:g} {width:g} {height:g} re" for x, y, width, height in bars)
    return f"q {module:.4f} 0 0 {-module:.4f} {left:.3f} {top:.3f} cm {boxes} f Q"


def drawing_of(modules: Modules, left: float, top: float, width: float) -> str:
    """PDF operators that fill the dark dots of a code `width` points wide with the colour in force.

    left, top: its corner in points from the left and bottom of the page.
    """
    dot = width / len(modules[0])
    runs = (f"{x} {y} {length} 1 re" for y, row in enumerate(modules) for x, length in _dark(row))
    return f"q {dot:.4f} 0 0 {-dot:.4f} {left:.3f} {top:.3f} cm {' '.join(runs)} f Q"


def _dark(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """(start, length) of each run of dark dots."""
    start: int | None = None
    for x, dark in enumerate((*row, False)):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
