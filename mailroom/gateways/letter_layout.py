"""Where on a page words of one font or of small type stand, by pdfplumber; and where words of the page's text stand.

pdfplumber knows every character's font, size and place, and takes some eighty times as long as pdfium to read a page:
so it is asked only where a problem is shown to a person.
"""

from __future__ import annotations

from ctypes import c_int
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from mailroom.gateways.letter_pdf import opened_letters
from mailroom.gateways.pdfium_turns import PDFIUM
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


def place_of_words(path: Path, page: int, start: int, end: int) -> Box | None:
    """A box around the words from `start` to `end` of the text that `read_letters` gives; None where nothing is drawn.

    page: from 1. As fractions of the page as it is seen, whichever way it is turned.
    """
    with PDFIUM, opened_letters(path) as pdf:
        sheet = pdf[page - 1]
        words = sheet.get_textpage()
        try:
            chars = _chars_of(words, start, end)
            corners = [c for n in chars for c in _corners(sheet, words.get_charbox(n))]
        finally:
            words.close()
            sheet.close()
    if not corners:
        return None
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Box(max(min(xs), 0.0), max(min(ys), 0.0), min(max(xs), 1.0), min(max(ys), 1.0))


def _chars_of(words: pdfium.PdfTextPage, start: int, end: int) -> list[int]:
    """pdfium's numbers of the characters; its text ends lines with two characters where ours has one."""
    text = words.get_text_range()
    at = [n for n, c in enumerate(text) if not (c == "\r" and text[n + 1 : n + 2] == "\n")][start:end]
    units = [len(text[:n].encode("utf-16-le")) // 2 for n in at if not text[n].isspace()]
    return [c for unit in units if (c := pdfium_c.FPDFText_GetCharIndexFromTextIndex(words.raw, unit)) >= 0]


_FINE = 100_000
"""Steps across a page in which pdfium is asked where a point lies: it answers in whole ones."""


def _corners(sheet: pdfium.PdfPage, box: tuple[float, float, float, float]) -> list[tuple[float, float]]:
    """Two opposite corners of a character, as fractions of the page as it is seen."""
    left, bottom, right, top = box
    found = []
    for x, y in ((left, bottom), (right, top)) if right > left else ():
        across, down = c_int(), c_int()
        pdfium_c.FPDF_PageToDevice(sheet.raw, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        found.append((across.value / _FINE, down.value / _FINE))
    return found
