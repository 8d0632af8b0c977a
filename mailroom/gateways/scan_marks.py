"""Every Data Matrix on a scan or photograph: of a tray of letters, or of one returned envelope."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import zxingcpp
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from mailroom.errors import Reject
from mailroom.gateways.pdfium_turns import PDFIUM

_KINDS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix])
_DPI = 300
_LARGEST = 200_000_000
"""Pixels; a tray photographed with any camera is smaller."""


class NoPicture(Reject):
    """The file is no picture or PDF that can be read. Scan or photograph the tray again."""


def data_matrices_on(path: Path) -> tuple[tuple[str, ...], ...]:
    """What each Data Matrix on it says, page by page, each once a page.

    Raises:
        NoPicture: the file cannot be read.
    """
    pages = []
    for grey in _pages(path):
        codes = zxingcpp.read_barcodes(grey, formats=_KINDS, try_rotate=True, try_downscale=True)
        pages.append(tuple(dict.fromkeys(code.text for code in codes if code.valid)))
    return tuple(pages)


def _pages(path: Path) -> Iterator[np.ndarray[Any, np.dtype[np.uint8]]]:
    try:
        with path.open("rb") as file:
            is_pdf = file.read(4) == b"%PDF"
        if is_pdf:
            with PDFIUM:
                drawn = _drawn(path)
            yield from drawn
            return
        with Image.open(path) as picture:
            if picture.width * picture.height > _LARGEST:
                raise NoPicture(f"{path.name} is too large. Scan it at 300 dots an inch.")
            for frame in ImageSequence.Iterator(picture):
                yield np.asarray(ImageOps.exif_transpose(frame.convert("L")))
    except (pdfium.PdfiumError, UnidentifiedImageError, OSError, Image.DecompressionBombError) as wrong:
        raise NoPicture(f"{path.name} cannot be read as a picture. Scan it again.") from wrong


def _drawn(path: Path) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Every page of a PDF in grey; scans of trays have few."""
    pages = []
    with pdfium.PdfDocument(path) as pdf:
        for page in pdf:
            grey = page.render(scale=_DPI / 72, grayscale=True).to_numpy()
            pages.append(np.array(grey.reshape(grey.shape[:2])))
    return pages
