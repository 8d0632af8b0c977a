"""Machine-readable marks: QR, Data Matrix and Code 128 by zxing, and the Kodak Patch T of separator sheets."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import zxingcpp

from mailroom.values.geometry import Box
from mailroom.values.page import Barcode

Grey = np.ndarray[Any, np.dtype[np.uint8]]

_KINDS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128]
)

# A square of so many pixels, 2 mm, lies within any code and is darker than the paper, if only by so much: of a code in
# toner running out (180 on 255) a third is dark. Dust and margins are left out.
_SQUARE, _DARKER = 16, 24

# Kodak's patch sheets carry four black bars across the page near its leading edge. In patch T narrow (0.08 inch) and
# wide (0.20 inch) bars take turns, with narrow gaps; read from the other side of the sheet they still do.
_WIDE_TO_NARROW = (1.7, 3.6)
_LOOK_INCHES = 2.6


def barcodes_on(pixels: Grey) -> tuple[Barcode, ...]:
    """Every code on the page, with its place as fractions of the picture."""
    height, width = pixels.shape
    inky, left, top = _where_ink_is(pixels)
    found = []
    if not inky.size:
        return ()
    # Nobody prints codes in white on black; looking for them too costs a third more.
    for code in zxingcpp.read_barcodes(inky, formats=_KINDS, try_rotate=True, try_downscale=True, try_invert=False):
        at = code.position
        corners = [at.top_left, at.top_right, at.bottom_left, at.bottom_right]
        xs, ys = [(p.x + left) / width for p in corners], [(p.y + top) / height for p in corners]
        kind = str(code.format).replace(" ", "").lower()
        found.append(Barcode(kind, code.text, Box(min(xs), min(ys), max(xs), max(ys))))
    return tuple(found)


def _where_ink_is(pixels: Grey) -> tuple[Grey, int, int]:
    """The part of the page that is not blank, with a quiet zone about it, and where its left and top are."""
    height, width = pixels.shape
    squares = (max(width // _SQUARE, 1), max(height // _SQUARE, 1))
    shrunk = cv2.resize(pixels, squares, interpolation=cv2.INTER_AREA)
    dark = shrunk < np.percentile(shrunk, 90) - _DARKER
    across, down = _reach(np.any(dark, axis=0), width), _reach(np.any(dark, axis=1), height)
    return np.ascontiguousarray(pixels[down, across]), across.start, down.start


def _reach(dark: np.ndarray[Any, np.dtype[np.bool_]], length: int) -> slice:
    """From the first dark square to the last and two more on either side, in pixels of a page so long."""
    at = np.flatnonzero(dark)
    if not len(at):
        return slice(0, 0)
    square = length / len(dark)
    return slice(max(int((at[0] - 2) * square), 0), min(int((at[-1] + 3) * square) + 1, length))


def patch_on(flat: Grey, dpi: int) -> str:
    """'T' for a page with a Kodak Patch T along any of its four edges, else ''. flat: paper white, ink black.

    Strict: most of five strips across the page must show the whole pattern, so ruled forms and tables never do.
    """
    dark = flat < 128
    for turns in range(4):
        if _patch_at_top(np.rot90(dark, turns), dpi):
            return "T"
    return ""


def _patch_at_top(dark: np.ndarray[Any, np.dtype[np.bool_]], dpi: int) -> bool:
    top = dark[: round(_LOOK_INCHES * dpi)]
    width = top.shape[1]
    strip = max(round(0.15 * dpi), 4)
    hits = 0
    for place in (0.25, 0.37, 0.5, 0.63, 0.75):
        left = round(width * place)
        hits += _alternates(top[:, left : left + strip].mean(axis=1) > 0.7, dpi)
    return hits >= 3


def _alternates(rows: np.ndarray[Any, np.dtype[np.bool_]], dpi: int) -> bool:
    """Whether four bars, narrow and wide in turn, follow one another somewhere in the rows."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], rows.astype(np.int8), [0]))))
    starts, ends = edges[::2], edges[1::2]
    real = (ends - starts) >= 0.03 * dpi
    starts, ends = starts[real], ends[real]
    return any(_is_patch_t(starts[i : i + 4], ends[i : i + 4], dpi) for i in range(len(starts) - 3))


def _is_patch_t(starts: np.ndarray[Any, Any], ends: np.ndarray[Any, Any], dpi: int) -> bool:
    bars, gaps = (ends - starts) / dpi, (starts[1:] - ends[:-1]) / dpi
    one, other = bars[::2], bars[1::2]
    narrow, wide = (one, other) if one.mean() < other.mean() else (other, one)
    ratio = wide.mean() / narrow.mean()
    return bool(
        _WIDE_TO_NARROW[0] < ratio < _WIDE_TO_NARROW[1]
        and 0.12 < wide.min() <= wide.max() < 0.3
        and 0.04 < narrow.min() <= narrow.max() < 0.14
        and 0.03 < gaps.min() <= gaps.max() < 0.16
    )
