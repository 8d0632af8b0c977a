"""Machine-readable marks: QR, Data Matrix and Code 128 by zxing, and the Kodak Patch T of separator sheets."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import zxingcpp

from mailroom.gateways.shrinking import shrunk
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode

Grey = np.ndarray[Any, np.dtype[np.uint8]]

_KINDS = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128]
)

# A square of so many pixels, a millimetre at 200 dots an inch; of three by three of them somewhere in it a code covers
# this share or more with ink. Measured on codes of all kinds, black and in toner running out (178 on 255), upright and
# turned: 38% at modules of two pixels, 44% at three, which is as fine as a scan at 200 dots an inch tells.
_SQUARE, _DENSE = 8, 0.35
_INK = 210
_QUIET = 2
"""Squares of white about it that belong to a code."""
_LEAST_SPOT = 7
"""Squares a dense spot with its quiet about it is wide and high, at least: three without, a code of 3 millimetres.

Measured on 330 codes of all kinds with modules of 2 to 5 pixels, pale, turned, blurred and grainy, among the letters of
the sample corpus: 307 found, 309 without this rule, 312 on the whole page. Spots of bold letters are smaller: a third
of a page is looked at instead of 44%.
"""

# Kodak's patch sheets carry four black bars across the page near its leading edge. In patch T narrow (0.08 inch) and
# wide (0.20 inch) bars take turns, with narrow gaps; read from the other side of the sheet they still do.
_WIDE_TO_NARROW = (1.7, 3.6)
_LOOK_INCHES = 2.6


def barcodes_on(pixels: Grey, flat: Grey) -> tuple[Barcode, ...]:
    """Every code on the page, with its place as fractions of the picture. flat: the same, paper white."""
    height, width = pixels.shape
    dense, left, top = _where_ink_is_dense(pixels, flat)
    found = []
    if not dense.size:
        return ()
    # Nobody prints codes in white on black; looking for them too costs a third more.
    for code in zxingcpp.read_barcodes(dense, formats=_KINDS, try_rotate=True, try_downscale=True, try_invert=False):
        at = code.position
        corners = [at.top_left, at.top_right, at.bottom_left, at.bottom_right]
        xs, ys = [(p.x + left) / width for p in corners], [(p.y + top) / height for p in corners]
        kind = str(code.format).replace(" ", "").lower()
        found.append(Barcode(kind, code.text, Box(min(xs), min(ys), max(xs), max(ys))))
    return tuple(found)


def _where_ink_is_dense(pixels: Grey, flat: Grey) -> tuple[Grey, int, int]:
    """The part of the page where a code may be, all else in it made white, and where its left and top are."""
    down, across = flat.shape[0] // _SQUARE, flat.shape[1] // _SQUARE
    if not (down and across):
        return pixels, 0, 0
    ink = cv2.inRange(flat[: down * _SQUARE, : across * _SQUARE], 0, _INK - 1)
    covered = cv2.blur(shrunk(np.asarray(ink, dtype=np.uint8), _SQUARE), (3, 3))
    reach = 2 * _QUIET + 1
    dense = cv2.dilate(cv2.inRange(covered, round(_DENSE * 255), 255), np.ones((reach, reach), np.uint8))
    dense = _large_enough(np.asarray(dense, dtype=np.uint8))
    x, y, width, height = cv2.boundingRect(dense)
    left, top, size = x * _SQUARE, y * _SQUARE, (width * _SQUARE, height * _SQUARE)
    if not width:
        return pixels[:0], 0, 0
    elsewhere = cv2.resize(cv2.bitwise_not(dense[y : y + height, x : x + width]), size, interpolation=cv2.INTER_NEAREST)
    part = cv2.bitwise_or(pixels[top : top + size[1], left : left + size[0]], elsewhere)
    return np.asarray(part, dtype=np.uint8), left, top


def _large_enough(dense: Grey) -> Grey:
    """Without the spots that are too small for a code."""
    _, spots, stats, _ = cv2.connectedComponentsWithStats(dense, connectivity=8)
    keep = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) >= _LEAST_SPOT
    keep[0] = False
    return np.asarray(np.where(keep, 255, 0).astype(np.uint8)[spots])


def patch_on(flat: Grey, dpi: int) -> str:
    """'T' for a page with a Kodak Patch T along any of its four edges, else ''. flat: paper white, ink black.

    Strict: most of five strips across the page must show the whole pattern, so ruled forms and tables never do.
    """
    for turns in range(4):
        if _patch_at_top(np.rot90(flat, turns), dpi):
            return "T"
    return ""


def _patch_at_top(flat: Grey, dpi: int) -> bool:
    top = flat[: round(_LOOK_INCHES * dpi)]
    width = top.shape[1]
    strip = max(round(0.15 * dpi), 4)
    hits = 0
    for place in (0.25, 0.37, 0.5, 0.63, 0.75):
        left = round(width * place)
        hits += _alternates((top[:, left : left + strip] < 128).mean(axis=1) > 0.7, dpi)
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
