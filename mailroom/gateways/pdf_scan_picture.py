"""The picture of a scanned PDF page as the scanner made it, where the page is nothing but that picture.

Drawing such a page costs 32 ms, taking its picture out 9; and what is taken out has not been resampled. A page that
could look otherwise when drawn (masks, palettes, turned or cropped pages, notes, text or lines over it) is drawn.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

Grey = np.ndarray[Any, np.dtype[np.uint8]]

_POINT = 1.0
# Below this the page is drawn, because drawing makes small letters larger.
_LEAST_DPI = 140


def has_plain_picture(page: pikepdf.Page) -> bool:
    """Whether the page's one picture is grey or coloured pixels and nothing else, and no notes lie on it."""
    pictures = list(page.get_images().values())
    return len(pictures) == 1 and "/Annots" not in page.obj and _is_plain(pictures[0])


def _is_plain(picture: Any) -> bool:
    masked = any(key in picture for key in ("/SMask", "/Mask", "/ImageMask", "/Decode"))
    bits = int(picture.get("/BitsPerComponent", 0))
    return not masked and bits in (1, 8) and _is_grey_or_rgb(picture.get("/ColorSpace"))


def _is_grey_or_rgb(space: Any) -> bool:
    if isinstance(space, pikepdf.Array) and len(space) == 2 and space[0] == "/ICCBased":
        return int(space[1].get("/N", 0)) in (1, 3)
    return space in ("/DeviceGray", "/DeviceRGB")


def picture_of(page: pypdfium2.PdfPage) -> Grey | None:
    """The grey pixels of the picture that covers the page, or None where the page has to be drawn."""
    things = list(page.get_objects(max_depth=1))
    if len(things) != 1 or not isinstance(things[0], pypdfium2.PdfImage) or page.get_rotation():
        return None
    if not _covers(things[0], *page.get_size()):
        return None
    bitmap = things[0].get_bitmap()
    pixels = bitmap.to_numpy()
    if bitmap.width / page.get_size()[0] * 72 < _LEAST_DPI:
        return None
    if bitmap.format == pdfium.FPDFBitmap_Gray:
        return np.array(pixels, copy=True)
    if bitmap.format == pdfium.FPDFBitmap_BGR:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    return None


def _covers(picture: pypdfium2.PdfImage, width: float, height: float) -> bool:
    """Whether it lies upright on the page from corner to corner."""
    across, tilt, lean, up, left, bottom = picture.get_matrix().get()
    corners = (left, bottom, across - width, up - height)
    return tilt == lean == 0 and all(abs(distance) <= _POINT for distance in corners)
