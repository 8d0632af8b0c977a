"""Opening scans: what kind of file it is, whether it is whole and harmless, and its pages as grey pictures.

Everything here may be fed hostile files: it runs in a child process with a time and a memory limit (sandbox.py).
Sizes are checked from headers before anything is decoded.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image, ImageOps

from mailroom.config.reading import Limits
from mailroom.errors import Reject
from mailroom.gateways.file_kind import KIND_OF_NAME, WORDS, kind_of, why_not_read
from mailroom.gateways.leptonica import Grey, in_grey
from mailroom.gateways.picture_file import (
    check_whole,
    is_black_and_white,
    on_paper,
    open_picture,
    size_before_opening,
)
from mailroom.values.page import Word

# What libraries raise for a file that is not built as it says: a string where a number belongs, a reference to nothing.
DAMAGE: tuple[type[Exception], ...] = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError),
    *(RuntimeError, struct.error, zlib.error),
)


class Incomplete(Reject):
    """The file does not parse to its end: it is still being written, or was cut off."""


class NotAScan(Reject):
    """The file is of no kind that becomes pages, or not of the one its name says."""


class Locked(Reject):
    """The file is password-protected."""


class TooLarge(Reject):
    """The file asks for more than the limits of reading.toml."""


class Active(Reject):
    """The PDF carries scripts, programs to start, or files hidden inside it."""


@dataclass(frozen=True)
class RasterPage:
    """One page as delivered: grey pixels (height x width, 0 black to 255 white) and its size in points.

    own_words: the words of a born-digital page's own text layer, when it covers the page; then pixels may be empty.
    is_spoilt: a picture that makes up the page, or what draws it, is cut off or damaged: the pixels are not all of it.
    """

    pixels: np.ndarray[Any, np.dtype[np.uint8]]
    width_pt: float
    height_pt: float
    own_words: tuple[Word, ...] = ()
    is_photo: bool = False
    is_spoilt: bool = False


class Scan(Protocol):
    """An opened file."""

    page_count: int

    def page(self, number: int, dpi: int) -> RasterPage:
        """Page `number` (from 1) at about that resolution."""


_NOT_SQUARE = 0.05
_OF_MANY_PAGES = ("tiff", "heic")
_CAMERAS = ("jpeg", "heic", "webp")
_MAY_MOVE = ("png", "gif", "webp")


def open_scan(path: Path, limits: Limits) -> Scan:
    """Check the file and open it.

    Raises:
        Incomplete: it may still be growing; look again later.
        NotAScan, Locked, TooLarge, Active: for good; quarantine it.
    """
    kind = _kind(path, limits)
    if kind == "pdf":
        from mailroom.gateways.scan_pdf import PdfScan

        return PdfScan(path, limits)
    return PictureScan(path, kind, limits)


def _kind(path: Path, limits: Limits) -> str:
    if path.is_symlink():
        raise NotAScan("This is a link to a file elsewhere, not a file. Put the scan itself here.")
    size = path.stat().st_size
    if size == 0:
        raise Incomplete("The file is empty (0 bytes). Scan the post again.")
    if size > limits.max_bytes:
        raise TooLarge(f"The file has {size:,} bytes; the limit is {limits.max_bytes:,}. Scan it in smaller batches.")
    with path.open("rb") as handle:
        head = handle.read(1024)
    kind = kind_of(head)
    if not kind:
        raise NotAScan(why_not_read(path))
    named = KIND_OF_NAME.get(path.suffix.lower())
    if named and named != kind:
        raise NotAScan(f"The file is named {path.suffix} but is {WORDS[kind]}. Give it its right name and retry.")
    return kind


class PictureScan:
    """A TIFF or HEIC of any number of pages, or a picture of one of the other kinds."""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        """Parse to the last page without decoding. Raises Incomplete, NotAScan, TooLarge."""
        self._path, self._kind = path, kind
        try:
            check_size(size_before_opening(path, kind), limits)
            with open_picture(path) as image:
                _check_still(image, kind)
                self.page_count = getattr(image, "n_frames", 1) if kind in _OF_MANY_PAGES else 1
                if self.page_count > limits.max_pages:
                    raise TooLarge(f"The file has {self.page_count:,} pages; the limit is {limits.max_pages:,}.")
                for frame in range(self.page_count):
                    image.seek(frame)
                    check_size(image.size, limits)
                    check_whole(image, path, kind)
        except DAMAGE as broken:
            raise Incomplete(
                "The picture is cut off or damaged: it cannot be read to its end. Scan it again."
            ) from broken

    def page(self, number: int, dpi: int) -> RasterPage:
        """Decode one page to grey at about `dpi`."""
        with open_picture(self._path) as image:
            image.seek(number - 1)
            is_photo = self._kind in _CAMERAS and not _scanner_dpi(image)[0]
            upright = ImageOps.exif_transpose(image) if is_photo else image
            width, height = _points(upright)
            pixels = self._black_and_white(image, number)
            if pixels is None:
                pixels = np.asarray(on_paper(upright).convert("L"))
        return RasterPage(_with_square_pixels(pixels, width / height), width, height, is_photo=is_photo)

    def _black_and_white(self, image: Image.Image, number: int) -> Grey | None:
        """In half the time Pillow takes; None where Pillow must."""
        if not is_black_and_white(image):
            return None
        return in_grey((self._path, number if self._kind == "tiff" else 0), image.size)


def _with_square_pixels(grey: Grey, shape: float) -> Grey:
    """Stretched to the page's own shape, its width by its height, where the pixels are not square.

    A coarse fax has 204 of them to the inch across the page and 98 down it: letters half as high as they are wide.
    """
    width, height = grey.shape[1], round(grey.shape[1] / shape)
    if abs(grey.shape[0] / height - 1) < _NOT_SQUARE:
        return grey
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BICUBIC))


def check_size(size: tuple[int, int], limits: Limits) -> None:
    """Raise TooLarge for a picture of more pixels than the limits allow; size is (width, height)."""
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise TooLarge(
            f"A picture in it is {width:,} by {height:,} pixels, too large to open. Scan it again at 300 dpi."
        )


def _check_still(image: Image.Image, kind: str) -> None:
    """A picture that moves has as many pages as it has moments, and none of them shows what it is about."""
    moments = getattr(image, "n_frames", 1) if kind in _MAY_MOVE else 1
    if moments > 1:
        raise NotAScan(
            f"This is a moving picture of {moments:,} moments, and no page shows them all. Ask the sender for still "
            "pictures, or play it where it came from and pass it on to the team that answers."
        )


def _scanner_dpi(image: Image.Image) -> tuple[float, float]:
    """The resolution the file claims, across and down, if a scanner could have written it; else (0, 0).

    Cameras write 72 or 96 or nothing. A fax has half or a quarter as many down the page as across, and no more.
    """
    across, down = (float(dots) for dots in image.info.get("dpi", (0, 0)))
    if not 100 <= across <= 1300:
        return 0.0, 0.0
    return across, down if across / 5 <= down <= 2 * across else across


def _points(image: Image.Image) -> tuple[float, float]:
    """The page's size in points: by its resolution, else as A4 held the way the picture is."""
    across, down = _scanner_dpi(image)
    width, height = image.size
    if across:
        return width * 72 / across, height * 72 / down
    long_side = 842.0
    scale = long_side / max(width, height)
    return width * scale, height * scale
