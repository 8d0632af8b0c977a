"""Data Matrix, QR and Mailmark: drawn as rectangles, so they stay sharp on any printer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import zint
import zxingcpp

from mailroom.config.printing import MM, MailmarkKind

Modules = npt.NDArray[np.bool_]
"""Rows of dots, top first; True is dark."""


@lru_cache(maxsize=64)
def data_matrix_modules(text: str) -> Modules:
    """A square Data Matrix of the text, without its white edge: many hand scanners do not know the oblong ones."""
    return _modules(text, zxingcpp.BarcodeFormat.DataMatrix)


@lru_cache(maxsize=64)
def qr_modules(text: str) -> Modules:
    """A QR code of the text, without its white edge."""
    return _modules(text, zxingcpp.BarcodeFormat.QRCode)


def qr_of_series(address: str, code: str) -> Modules:
    """A QR code of an address and a code behind it.

    A QR's dots are turned by one of eight masks, and trying out which is best takes ten times as long as all else.
    Codes of one address differ in a few signs, so all of them take the mask that is best for one.
    """
    return _qr(address + code, _mask_of_series(address, len(code)))


@lru_cache(maxsize=64)
def _mask_of_series(address: str, length: int) -> int:
    """The mask zint finds best, 0 to 7, read from where every QR says it: dots 3 to 5 of the ninth row, turned by 5."""
    first, second, third = (int(dot) for dot in _qr(address + "X" * length)[8, 2:5])
    return (first << 2 | second << 1 | third) ^ 5


def _qr(text: str, mask: int | None = None) -> Modules:
    """A QR code of the text. mask: not the best of eight, but this one."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    if mask is not None:
        symbol.option_3 = mask + 1 << 8
    symbol.encode(text)
    rows = np.asarray(symbol.encoded_data, np.uint8)[: symbol.rows]
    return np.unpackbits(rows, axis=1, bitorder="little")[:, : symbol.width].astype(np.bool_)


def _modules(text: str, kind: zxingcpp.BarcodeFormat) -> Modules:
    image = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(text, kind, force_square=True), scale=1, add_quiet_zones=False
    )
    return np.asarray(image) < 128


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
    dot = width / modules.shape[1]
    return f"q {dot:.4f} 0 0 {-dot:.4f} {left:.3f} {top:.3f} cm {_dark(modules)} f Q"


def _dark(modules: Modules) -> str:
    """A rectangle for every run of dark dots."""
    edged = np.zeros((modules.shape[0], modules.shape[1] + 2), np.int8)
    edged[:, 1:-1] = modules
    changes = edged[:, 1:] - edged[:, :-1]
    starts, ends = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    y, x = np.divmod(starts, changes.shape[1])
    return " ".join(map(_RUNS.__getitem__, (y << 16 | x << 8 | ends - starts).tolist()))


class _Runs(dict[int, str]):
    """The rectangle of each run of dots there may be, by its row, first dot and length."""

    def __missing__(self, run: int) -> str:
        drawn = self[run] = f"{run >> 8 & 255} {run >> 16} {run & 255} 1 re"
        return drawn


_RUNS = _Runs()
