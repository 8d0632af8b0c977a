"""A picture of a file in a form that PDF can hold: as it is coded where that can be, else without loss."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import img2pdf
from PIL import Image, ImageOps, ImageSequence

from mailroom.gateways.leptonica import one_strip
from mailroom.gateways.picture_file import is_black_and_white, on_paper, open_picture

A4_POINTS = (595.276, 841.89)
LEAST_SIDE = 3.0
"""Points; PDF/A knows no smaller page."""
_LEAST_DPI, _MOST_DPI = 20, 2_400
"""What a picture can have; beyond it the file is damaged, or does not mean it."""
_PHOTO_QUALITY = 90
_JPEG = ("JPEG", "MPO")
"""MPO: a JPEG of a camera with smaller pictures behind it, such as how bright each part was."""


def framed(source: Path, number: int) -> bytes:
    """The file's picture of that number, from 1.

    A JPEG is not decoded at all. PDF cannot hold a HEIC as it is coded, and without loss it would take ten times the
    room: it becomes a JPEG of all its pixels.

    Raises:
        OSError, ValueError and whatever else scan_file.DAMAGE names: it cannot be decoded.
    """
    with open_picture(source) as file:
        if file.format in _JPEG and file.mode in ("L", "RGB"):
            return source.read_bytes()
        frame = ImageSequence.Iterator(file)[number - 1]
        if is_black_and_white(frame):
            coded = one_strip((source, number if file.format == "TIFF" else 0), frame.size, _dpi(frame))
            if coded:
                return coded
        picture = ImageOps.exif_transpose(frame) if file.format in (*_JPEG, "WEBP") else frame.copy()
        return _as_photo(picture) if file.format == "HEIF" else lossless(on_paper(picture), _dpi(picture))


def _dpi(picture: Image.Image) -> tuple[float, float]:
    """What the file says, across and down; where it says nothing, as on A4."""
    square = max(picture.size) * 72 / A4_POINTS[1]
    across, down = picture.info.get("dpi") or (square, square)
    return float(across), float(down)


def lossless(picture: Image.Image, dpi: tuple[float, float]) -> bytes:
    """In the fax coding where it is black and white, else as PNG."""
    made = io.BytesIO()
    if picture.mode == "1":
        # In one strip, which PDF can hold as it is: several would be decoded and coded once more.
        strip = (picture.width + 7) // 8 * picture.height
        picture.save(made, "TIFF", compression="group4", dpi=dpi, strip_size=strip)
    else:
        flat = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        flat.save(made, "PNG", dpi=dpi)
    return made.getvalue()


def wrapped(frames: Sequence[bytes]) -> bytes:
    """A PDF with a page for each, as long as A4 and of the picture's shape, the way up that its camera says."""
    return bytes(
        img2pdf.convert(
            list(frames), rotation=img2pdf.Rotation.ifvalid, layout_fun=_layout, first_frame_only=True, nodate=True
        )
    )


def _as_photo(picture: Image.Image) -> bytes:
    made = io.BytesIO()
    picture.convert("L" if picture.mode == "L" else "RGB").save(made, "JPEG", quality=_PHOTO_QUALITY)
    return made.getvalue()


def _layout(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float, float, float]:
    """Page and picture of one shape, as long as A4 whatever resolution the file claims.

    Pixels need not be square: those of a coarse fax are twice as high as wide.
    """
    across, up = dpi if all(_LEAST_DPI <= d <= _MOST_DPI for d in dpi) else (_MOST_DPI, _MOST_DPI)
    scale = A4_POINTS[1] / max(width / across, height / up)
    size = (max(width / across * scale, LEAST_SIDE), max(height / up * scale, LEAST_SIDE))
    return *size, *size
