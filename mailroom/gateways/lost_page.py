"""What stands in a filing copy for a page whose original is damaged, so that nobody can draw it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DPI = 100
_A4 = (827, 1169)
"""Pixels at 100 dots an inch."""
_MARGIN, _SIZE = 100, 22


def lost_page(number: int, typeface: Path) -> Image.Image:
    """An A4 page in grey that says which page it stands for. typeface: a TrueType file."""
    page = Image.new("L", _A4, 255)
    said = (
        f"Page {number} of the file is damaged and cannot be shown here.\n\n"
        "The file is kept as it came. If the paper is still there,\nscan this page again."
    )
    face = ImageFont.truetype(typeface, _SIZE)
    ImageDraw.Draw(page).multiline_text((_MARGIN, _MARGIN), said, fill=0, font=face, spacing=8)
    page.info["dpi"] = (DPI, DPI)
    return page
