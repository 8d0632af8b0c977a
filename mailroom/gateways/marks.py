"""Data Matrix, QR and Mailmark: drawn as rectangles, so they stay sharp on any printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import zint
import zxingcpp

from mailroom.config.printing import MM, MailmarkKind

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
    return tuple(map(tuple, (np.asarray(image) < 128).tolist()))


MAILMARK_CLEAR = 2.0
"""Millimetres to keep empty all round: of the 4-state bars by section 3.5.2 of Royal Mail's Mailmark barcode
definition document, of the 2D dots four of them by its section 2.4."""
BAR_PITCH = 0.55
"""Millimetres a bar or a gap is wide: bars of 0.38 to 0.63 mm, 39 to 47 bars and gaps an inch (section 3.5.1)."""
_HEIGHTS = 25.4 / 42.3
"""Millimetres of the unit in which zint gives section 3.5.1's recommended heights: 1.3 mm tracker, 1.9 above, below."""
_DOT = 0.5
"""Millimetres of a dot: type 7 is 12 mm square, type 9 is 16 mm."""
_TYPE_7, _TYPE_9 = 8, 10
"""zint's numbers for the 24 by 24 dots of letters and the 32 by 32 of large letters."""
Bar = tuple[float, float, float, float]
"""Left, top, width and height of a dark rectangle, in millimetres from the top left."""


def mailmark_bars(text: str, kind: MailmarkKind, large_letter: bool = False) -> tuple[Bar, ...]:
    """The bars or dots of Royal Mail's barcode.

    Raises:
        ValueError: the data is not as Royal Mail defines it.
    """
    symbol = zint.Symbol()
    if kind is MailmarkKind.TWO_D:
        symbol.symbology = zint.Symbology.MAILMARK_2D
        symbol.option_2 = _TYPE_9 if large_letter else _TYPE_7
        wide = high = _DOT
    else:
        symbol.symbology = zint.Symbology.MAILMARK_4S
        symbol.output_options = zint.OutputOptions.COMPLIANT_HEIGHT
        wide, high = BAR_PITCH, _HEIGHTS
    try:
        symbol.encode(text)
    except RuntimeError as wrong:
        raise ValueError(f"no Mailmark: {wrong}") from wrong
    symbol.buffer_vector()
    # zint draws two units a module unless it is told otherwise.
    return tuple((r.x * wide / 2, r.y * high / 2, r.width * wide / 2, r.height * high / 2)
                 for r in symbol.vector.rectangles)  # fmt: skip


def bars_drawn(bars: Sequence[Bar], left: float, top: float) -> str:
    """PDF operators that fill the bars. left, top: of their corner in points from the bottom left of the page."""
    boxes = " ".join(f"{x:.3f} {y:.3f} {width:.3f} {height:.3f} re" for x, y, width, height in bars)
    return f"q {MM:.4f} 0 0 {-MM:.4f} {left:.3f} {top:.3f} cm {boxes} f Q"


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
