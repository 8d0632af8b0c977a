"""Data Matrix and QR as dots: made by zxing-cpp, drawn as rectangles, so they stay sharp on any printer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import zxingcpp

Modules = tuple[tuple[bool, ...], ...]
"""Rows of dots, top first; True is dark."""


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
