"""The one picture that is all of a scanned PDF page: its own pixels, which need not be drawn to be had."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from PIL import TiffImagePlugin

from mailroom.gateways.leptonica import in_grey

Grey = np.ndarray[Any, np.dtype[np.uint8]]

_ALTERED = ("/SMask", "/Mask", "/ImageMask", "/OC", "/Alternates")
"""What makes a picture look other than its pixels, or not be there at all."""
_PLAIN_COLOURS = ("/DeviceGray", "/DeviceRGB")
_AT_THE_EDGE = 0.005
"""Of the page's side: pixels are whole, sides of paper are not."""
_COARSER, _FINER = 0.95, 1.6
"""Than asked for: of a coarser picture more pixels are made by drawing it, a finer one would take much memory."""
_GROUP_4 = 4
_TIFF_HEAD = b"II*\0" + struct.pack("<L", 8)
_CLOCKWISE = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


@dataclass(frozen=True, slots=True)
class PlainPicture:
    """The only one among a page's resources, in plain grey or red, green and blue.

    is_fax: in the fax coding that TIFF knows as group 4. ink_is_white: its coded ink stands for white.
    """

    is_fax: bool = False
    ink_is_white: bool = False


def plain_pictures(pdf: pikepdf.Pdf) -> Iterator[tuple[int, PlainPicture]]:
    """Of every page that has one, with the page's number from 1."""
    for number, page in enumerate(pdf.pages, 1):
        if _is_dictionary(page.obj.get("/Resources")):
            pictures = list(page.get_images().values())
            if len(pictures) == 1 and _is_plain(pictures[0]):
                yield number, _coding(pictures[0])


def _is_plain(picture: pikepdf.Object) -> bool:
    return not any(key in picture for key in _ALTERED) and str(picture.get("/ColorSpace")) in _PLAIN_COLOURS


def _coding(picture: pikepdf.Object) -> PlainPicture:
    coding, how = (_only(picture.get(key)) for key in ("/Filter", "/DecodeParms"))
    if str(coding) != "/CCITTFaxDecode" or not _is_dictionary(how) or "/Decode" in picture:
        return PlainPicture()
    is_group_4 = how.get("/K") == -1 and not any(how.get(key) for key in ("/EncodedByteAlign", "/EndOfLine"))
    is_so_large = (how.get("/Columns"), how.get("/Rows")) == (picture.get("/Width"), picture.get("/Height"))
    return PlainPicture(is_group_4 and is_so_large, bool(how.get("/BlackIs1", False)))


def _only(thing: Any) -> Any:
    return thing[0] if isinstance(thing, pikepdf.Array) and len(thing) == 1 else thing


def _is_dictionary(thing: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary)


def own_pixels(page: pypdfium2.PdfPage, plain: PlainPicture, dpi: int) -> Grey | None:
    """The pixels of the plain picture, as the page is turned, where it lies on all of it and is of about that dpi.

    None where the page must be drawn.
    """
    things = list(page.get_objects(max_depth=1))
    if pdfium.FPDFPage_GetAnnotCount(page) or len(things) != 1 or not isinstance(things[0], pypdfium2.PdfImage):
        return None
    picture = things[0]
    if not (_lies_as_it_is(picture) and _covers(picture, page) and _is_fit(picture, page, dpi)):
        return None
    grey = _decoded_fax(picture, plain) if plain.is_fax else None
    if grey is None:
        grey = _decoded(picture)
    turn = _CLOCKWISE.get(page.get_rotation())
    return grey if turn is None or grey is None else np.asarray(cv2.rotate(grey, turn), dtype=np.uint8)


def _decoded(picture: pypdfium2.PdfImage) -> Grey | None:
    try:
        pixels = picture.get_bitmap().to_numpy()
    except pypdfium2.PdfiumError:
        return None
    return np.array(pixels if pixels.ndim == 2 else _greyed(pixels), copy=True)


def _decoded_fax(picture: pypdfium2.PdfImage, plain: PlainPicture) -> Grey | None:
    """In a third of pdfium's time. None where it is damaged, of which pdfium makes what it can."""
    coded, size = bytes(picture.get_data()), picture.get_px_size()
    grey = in_grey(_as_tiff(coded, size), size)
    return grey if grey is None or not plain.ink_is_white else np.bitwise_not(grey)


def _as_tiff(coded: bytes, size: tuple[int, int]) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[TiffImagePlugin.IMAGEWIDTH], tags[TiffImagePlugin.IMAGELENGTH] = size
    tags[TiffImagePlugin.BITSPERSAMPLE] = tags[TiffImagePlugin.SAMPLESPERPIXEL] = 1
    tags[TiffImagePlugin.COMPRESSION] = _GROUP_4
    tags[TiffImagePlugin.PHOTOMETRIC_INTERPRETATION] = 0  # ink is black
    tags[TiffImagePlugin.ROWSPERSTRIP] = size[1]
    tags[TiffImagePlugin.STRIPOFFSETS] = 0  # behind the tags, which Pillow adds
    tags[TiffImagePlugin.STRIPBYTECOUNTS] = len(coded)
    return _TIFF_HEAD + tags.tobytes(len(_TIFF_HEAD)) + coded


def _greyed(pixels: Grey) -> Grey:
    colours = pixels.shape[2]
    if colours == 1:
        return np.asarray(pixels[:, :, 0], dtype=np.uint8)
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY if colours == 3 else cv2.COLOR_BGRA2GRAY)
    return np.asarray(grey, dtype=np.uint8)


def _lies_as_it_is(picture: pypdfium2.PdfImage) -> bool:
    """Neither turned, mirrored, cut to a shape, see-through nor in a layer."""
    matrix = picture.get_matrix()
    clip = pdfium.FPDFPageObj_GetClipPath(picture)
    return bool(
        matrix.b == matrix.c == 0
        and matrix.a > 0
        and matrix.d > 0
        and (not clip or pdfium.FPDFClipPath_CountPaths(clip) <= 0)
        and not pdfium.FPDFPageObj_HasTransparency(picture)
        and pdfium.FPDFPageObj_CountMarks(picture) <= 0
    )


def _covers(picture: pypdfium2.PdfImage, page: pypdfium2.PdfPage) -> bool:
    """Whether its edges are the page's."""
    left, bottom, right, top = page.get_cropbox()
    reach = max(right - left, top - bottom) * _AT_THE_EDGE
    edges = zip(picture.get_bounds(), (left, bottom, right, top), strict=True)
    return all(abs(one - other) <= reach for one, other in edges)


def _is_fit(picture: pypdfium2.PdfImage, page: pypdfium2.PdfPage, dpi: int) -> bool:
    left, bottom, right, top = picture.get_bounds()
    across, down = picture.get_px_size()
    finer = (across / (right - left) * 72 / dpi, down / (top - bottom) * 72 / dpi)
    return all(_COARSER < one < _FINER for one in finer) and abs(finer[0] / finer[1] - 1) < 1 - _COARSER
