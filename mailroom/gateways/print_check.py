"""Reading print files back before a printer gets them: every sheet's mark decoded, its clear zone empty.

Only the corner with the mark is drawn, at 200 dots an inch: under a millisecond a sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import zxingcpp

from mailroom.config.printing import MM, Area, Marks
from mailroom.errors import Reject
from mailroom.gateways.held_pages import HeldPages
from mailroom.gateways.letter_pdf import count_pages
from mailroom.gateways.pdfium_turns import PDFIUM
from mailroom.values.sheet_mark import SheetMark

_DPI = 200
_WHITE = 250
"""Anti-aliasing at the edge of a crop gives 254 and 253; a speck of ink is far darker."""
_EDGE = 1.0
"""Millimetres a mark keeps from everything else: two dots and a half of a Data Matrix of 0.4 mm."""
_KINDS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix])

Grey = np.ndarray[Any, np.dtype[np.uint8]]


class Misprint(Reject):
    """A print file does not hold what the plan says. It must not be printed; build the run again."""


class ClearSpace(HeldPages):
    """Looks whether places on the pages of letters are empty. Use as a context manager."""

    def is_clear(self, document: Path, page: int, area: Area) -> bool:
        """Whether nothing is printed there. page: from 1."""
        return bool(picture_of(self.of(document), page, area, 100).min() > _WHITE)

    def __enter__(self) -> ClearSpace:
        return self


def check_print_file(
    path: Path,
    marks: Sequence[Sequence[SheetMark | None]],
    place: Marks,
    no_window_mark: frozenset[int] = frozenset(),
) -> None:
    """Read a print file back: every side carries the mark the plan says, or none.

    marks: for every sheet its sides, the front's mark first and None for a back.

    Raises:
        Misprint: naming the first side that does not.
    """
    sides = [m for sheet in marks for m in sheet]
    there = count_pages(path)
    if there != len(sides):
        raise Misprint(f"{path.name} has {there} sides; the plan says {len(sides)}. Build the run again.")
    with HeldPages() as pages:
        for number, mark in enumerate(sides, 1):
            pdf = pages.of(path)
            with PDFIUM:
                page = pdf[number - 1]
                problem = _problem(page, mark, place, no_window_mark)
                page.close()
            if problem:
                raise Misprint(f"{path.name}, side {number}: {problem}. Build the run again.")


def picture_of(pdf: pdfium.PdfDocument, page: int, area: Area, dpi: int = _DPI) -> Grey:
    """A part of a page in grey. page: from 1."""
    with PDFIUM:
        opened = pdf[page - 1]
        try:
            return _part(opened, area, dpi)
        finally:
            opened.close()


def _part(page: pdfium.PdfPage, area: Area, dpi: int) -> Grey:
    width, height = page.get_size()
    crop = (area.left * MM, height - area.bottom * MM, width - area.right * MM, area.top * MM)
    grey = page.render(scale=dpi / 72, grayscale=True, crop=tuple(max(edge, 0.0) for edge in crop)).to_numpy()
    return np.array(grey.reshape(grey.shape[:2]))  # a copy: the bitmap goes while it is our turn


def _problem(page: pdfium.PdfPage, mark: SheetMark | None, place: Marks, no_window_mark: frozenset[int]) -> str:
    corner = _part(page, _corner(place), _DPI)
    if mark is None:
        return "a back carries something where marks stand" if corner.min() < _WHITE else ""
    if _decoded(corner) != [mark.payload]:
        return "not the sheet the plan says"
    if not _stands_free(corner):
        return "something stands too near the mark"
    if place.window and mark.sheet == 1 and mark.piece not in no_window_mark:
        side = Area(left=place.window_left - 2, top=place.window_top - 2,
                    right=place.window_left + 13, bottom=place.window_top + 13)  # fmt: skip
        if mark.payload not in _decoded(_part(page, side, 300)):
            return "the mark in the window cannot be read"
    return ""


def _corner(place: Marks) -> Area:
    """Around the mark: the whole margin beside it, down to its clear zone's end."""
    return Area(left=0, top=place.top - _EDGE, right=14.5, bottom=min(place.top + 14, 292))


def _decoded(grey: Grey) -> list[str]:
    codes = zxingcpp.read_barcodes(grey, formats=_KINDS, try_invert=False)
    return [code.text for code in codes]


def _stands_free(corner: Grey) -> bool:
    """Whether the ink below the words is one compact square: what else stands in the margin would widen it."""
    dark = corner < 128
    below = dark[round(_EDGE / 25.4 * _DPI) :]
    rows, columns = np.flatnonzero(below.any(axis=1)), np.flatnonzero(below.any(axis=0))
    if not rows.size:
        return False
    height, width = int(rows[-1] - rows[0]), int(columns[-1] - columns[0])
    return abs(height - width) <= 3
