"""Opening scans: what kind of file it is, whether it is whole and harmless, and its pages as grey pictures.

Everything here may be fed hostile files: it runs in a child process with a time and a memory limit (sandbox.py).
Sizes are checked from headers before anything is decoded.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image, ImageOps, TiffImagePlugin

from mailroom.config.reading import Limits
from mailroom.errors import Reject
from mailroom.gateways.phone_photo import check_whole, is_phone_photo, teach_pillow
from mailroom.values.page import Word

# What libraries raise for a file that is not built as it says: a string where a number belongs, a reference to nothing.
DAMAGE: tuple[type[Exception], ...] = (
    *(OSError, EOFError, SyntaxError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError),
    *(RuntimeError, struct.error, zlib.error),
)

Image.MAX_IMAGE_PIXELS = None  # our own limits are checked from the header, with a clerk's message


class Incomplete(Reject):
    """The file does not parse to its end: it is still being written, or was cut off."""


class NotAScan(Reject):
    """The file is not a PDF, TIFF, PNG, JPEG or HEIC, or not the one its name says."""


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


_MAGIC = (
    (b"%PDF", "pdf"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
)
_NOT_SQUARE = 0.05
_HEADER = re.compile(rb"[A-Za-z-]+: ")
_NAMES = {
    **{".pdf": "pdf", ".tif": "tiff", ".tiff": "tiff", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"},
    **{".heic": "heic", ".heif": "heic"},
}
_WORDS = {
    **{"pdf": "a PDF", "tiff": "a TIFF", "png": "a PNG picture", "jpeg": "a JPEG picture"},
    **{"heic": "a photo in a phone's own format (HEIC)"},
}
_OF_MANY_PAGES = ("tiff", "heic")
_CAMERAS = ("jpeg", "heic")


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
    kind = _kind_of(head)
    if not kind:
        raise NotAScan(f"This is {_what_it_is(head)}, not a scan. Send PDF, TIFF, PNG, JPEG or HEIC files.")
    named = _NAMES.get(path.suffix.lower())
    if named and named != kind:
        raise NotAScan(f"The file is named {path.suffix} but is {_WORDS[kind]}. Give it its right name and retry.")
    return kind


def _kind_of(head: bytes) -> str:
    """By its first bytes; '' for none that is read."""
    kind = next((k for magic, k in _MAGIC if head.startswith(magic)), "")
    # Some scanners write a few bytes before the PDF header; readers accept it within the first kilobyte.
    return kind or ("pdf" if b"%PDF-" in head else "heic" if is_phone_photo(head) else "")


def _what_it_is(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return "a zip archive or an Office document"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "an old Office document"
    if head.startswith(b"\x78\x9f\x3e\x22"):
        return "Outlook's own package of attachments (winmail.dat), to be asked for again as plain files"
    if head[4:8] == b"ftyp":
        return "a film, or a photo of a kind that is not read"
    if head.startswith((b"GIF8", b"BM", b"RIFF")):
        return "a picture of a kind scanners do not make"
    if _HEADER.match(head):
        return "an email or another text"
    return "a file of an unknown kind"


def open_picture(path: Path) -> Image.Image:
    """A picture of any of these kinds, not yet decoded."""
    with path.open("rb") as file:
        if is_phone_photo(file.read(12)):
            teach_pillow()
    return Image.open(path)


class PictureScan:
    """A TIFF or HEIC of any number of pages, a PNG or a JPEG."""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        """Parse to the last page without decoding. Raises Incomplete, NotAScan, TooLarge."""
        self._path, self._kind = path, kind
        try:
            with open_picture(path) as image:
                self.page_count = getattr(image, "n_frames", 1) if kind in _OF_MANY_PAGES else 1
                if self.page_count > limits.max_pages:
                    raise TooLarge(f"The file has {self.page_count:,} pages; the limit is {limits.max_pages:,}.")
                for frame in range(self.page_count):
                    image.seek(frame)
                    check_size(image.size, limits)
                    _check_whole(image, path, kind)
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
            grey = _with_square_pixels(_grey(upright), width / height)
        return RasterPage(np.asarray(grey), width, height, is_photo=is_photo)


def _grey(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA"):
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return image.convert("L")


def _with_square_pixels(grey: Image.Image, shape: float) -> Image.Image:
    """Stretched to the page's own shape, its width by its height, where the pixels are not square.

    A coarse fax has 204 of them to the inch across the page and 98 down it: letters half as high as they are wide.
    """
    height = round(grey.width / shape)
    if abs(grey.height / height - 1) < _NOT_SQUARE:
        return grey
    return grey.resize((grey.width, height), Image.Resampling.BICUBIC)


def check_size(size: tuple[int, int], limits: Limits) -> None:
    """Raise TooLarge for a picture of more pixels than the limits allow; size is (width, height)."""
    width, height = size
    if width * height > limits.max_pixels or max(size) > limits.max_side:
        raise TooLarge(
            f"A picture in it is {width:,} by {height:,} pixels, too large to open. Scan it again at 300 dpi."
        )


def _check_whole(image: Image.Image, path: Path, kind: str) -> None:
    """The pixels of this frame are all in the file."""
    if kind == "tiff" and isinstance(image, TiffImagePlugin.TiffImageFile):
        tags = image.tag_v2
        starts = tags.get(TiffImagePlugin.STRIPOFFSETS) or tags.get(TiffImagePlugin.TILEOFFSETS) or ()
        lengths = tags.get(TiffImagePlugin.STRIPBYTECOUNTS) or tags.get(TiffImagePlugin.TILEBYTECOUNTS) or ()
        size = path.stat().st_size
        if not starts or any(s + n > size for s, n in zip(starts, lengths, strict=False)):
            raise EOFError("pixels beyond the end of the file")
        return
    if kind == "heic":
        check_whole(path)
        return
    tail = _tail(path)
    if kind == "png" and b"IEND" not in tail:
        raise EOFError("no end of the PNG")
    if kind == "jpeg" and b"\xff\xd9" not in tail:
        raise EOFError("no end of the JPEG")


def _tail(path: Path, count: int = 65536) -> bytes:
    with path.open("rb") as handle:
        handle.seek(0, os.SEEK_END)
        handle.seek(max(handle.tell() - count, 0))
        return handle.read()


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
