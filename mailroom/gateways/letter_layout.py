"""Where on a page words of one font or of small type stand, by pdfplumber.

It knows every character's font, size and place, and takes some eighty times as long as pdfium to read a page: so it is
asked only where a problem is shown to a person.
"""

from __future__ import annotations

from pathlib import Path

import pdfplumber

from mailroom.values.geometry import Box


def place_of_type(path: Path, page: int, font: str = "", below: float = 0.0) -> Box | None:
    """A box around all characters of that font, or of less than so many points; None where there are none.

    page: from 1. As fractions of the page.
    """
    with pdfplumber.open(path, pages=[page]) as pdf:
        if not pdf.pages:
            return None
        sheet = pdf.pages[0]
        chars = [
            c
            for c in sheet.chars
            if not c["text"].isspace() and (c["fontname"].split("+")[-1] == font if font else c["size"] < below)
        ]
        if not chars:
            return None
        return Box(
            max(min(c["x0"] for c in chars) / float(sheet.width), 0.0),
            max(min(c["top"] for c in chars) / float(sheet.height), 0.0),
            min(max(c["x1"] for c in chars) / float(sheet.width), 1.0),
            min(max(c["bottom"] for c in chars) / float(sheet.height), 1.0),
        )
