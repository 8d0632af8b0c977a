"""A page of a scan as a picture for the screen, made anew from the original: never the bytes as they came."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from mailroom.config.reading import Limits
from mailroom.gateways.image import turned
from mailroom.gateways.scan_file import open_scan

_MOST_DPI = 300


def page_picture(path: Path, number: int, rotation: int, width: int, limits: Limits) -> bytes:
    """The page in grey, upright, `width` pixels wide, as PNG bytes. rotation: how far it is turned clockwise.

    Raises:
        Reject: the file cannot be opened, as when it was taken in.
    """
    dpi = min(max(round(width / 8.27), 50), _MOST_DPI)
    upright = turned(open_scan(path, limits).page(number, dpi).pixels, rotation)
    picture = Image.fromarray(upright)
    picture = picture.resize((width, max(round(picture.height * width / picture.width), 1)), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
