"""Whether a letter's PDF can be printed, enveloped and posted. Whose pages they are: mix_up.py.

The geometry is that of GOV.UK Notify's letter specification, so letters made for Notify pass here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mailroom.config.printing import MM, Area, PreflightLimits
from mailroom.outbound.postal_address import LetterAddress
from mailroom.values.geometry import Box
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem

A4_WIDTH, A4_HEIGHT = 210.0, 297.0
SIZE_SLACK = 2.0
"""Millimetres a page may differ from A4 (Notify's own tolerance)."""

_WHOLE = Box(0.0, 0.0, 1.0, 1.0)
_SPARE, _FEWEST_WORDS = 0.005, 5
"""Ink as a share of the page, and words. 'Page 3 of 3' by itself covers 0.0004, twelve lines of type 0.03."""
_A_WORD = re.compile(r"[^\W\d_]{2,}")
LATER_PAGES = (Area(left=15, top=5, right=195, bottom=292),)


def first_page_areas(window: Area) -> tuple[Area, ...]:
    """Where page 1 may be printed: logo, sender's column, the window itself, and the body below."""
    return (
        Area(left=15, top=5, right=125, bottom=30),
        Area(left=125, top=5, right=195, bottom=95),
        window,
        Area(left=15, top=95, right=195, bottom=292),
    )


def check_letter(
    pages: Sequence[LetterPage], address: LetterAddress, limits: PreflightLimits, cover: int = 0
) -> tuple[PdfFinding, ...]:
    """Everything wrong with one letter's pages, by page. The address is the one read in the window of its page 1.

    cover: pages of a cover sheet of ours before the letter's own; its empty back is meant to be empty.
    """
    unaddressed = tuple(PdfFinding(PdfProblem.ADDRESS, 1, None, p.code) for p in address.problems)
    return (*unaddressed, *check_pages(pages, limits, cover))


def check_pages(pages: Sequence[LetterPage], limits: PreflightLimits, cover: int = 0) -> tuple[PdfFinding, ...]:
    """The same of pages that bear no address: those of an attachment."""
    drawn = (page for page in pages if not 1 < page.number <= cover)
    return (*_check_whole(pages, limits, cover), *(finding for page in drawn for finding in _check_page(page, limits)))


def pages_without_words(pages: Sequence[LetterPage], cover: int = 0) -> tuple[PdfFinding, ...]:
    """Pages that are drawn and cannot be read: the mix-up guard goes by words, so it sees nobody on them."""
    drawn = (page for page in pages if page.number > cover and page.ink > _SPARE)
    return tuple(
        PdfFinding(PdfProblem.NO_WORDS, page.number, _WHOLE)
        for page in drawn
        if len(_A_WORD.findall(page.text)) < _FEWEST_WORDS
    )


def _check_whole(pages: Sequence[LetterPage], limits: PreflightLimits, cover: int) -> Iterable[PdfFinding]:
    own = len(pages) - cover
    if own > limits.most_pages:
        yield PdfFinding(PdfProblem.TOO_LONG, 0, None, f"{own} pages, {limits.most_pages} allowed")
    numbered = [(page, said) for page in pages if page.number > cover and (said := page_of(page.text))]
    for page, said in numbered:
        if said.number != page.number - cover or said.of != own:
            told = f"says page {said.number} of {said.of}"
            yield PdfFinding(PdfProblem.PAGES_MISSING, page.number, None, told, said.words)


def _check_page(page: LetterPage, limits: PreflightLimits) -> Iterable[PdfFinding]:
    wide, high = page.width / MM, page.height / MM
    if abs(wide - A4_WIDTH) > SIZE_SLACK or abs(high - A4_HEIGHT) > SIZE_SLACK:
        turned = "landscape" if wide > high else "not A4"
        yield PdfFinding(PdfProblem.NOT_A4_UPRIGHT, page.number, _WHOLE, f"{turned}, {wide:.0f} x {high:.0f} mm")
    yield from (PdfFinding(PdfProblem.OUTSIDE, page.number, box) for box in page.outside)
    if 0 < page.smallest_type < limits.smallest_type:
        yield PdfFinding(PdfProblem.TYPE_TOO_SMALL, page.number, None, f"{page.smallest_type:.1f} point")
    if page.blank:
        yield PdfFinding(PdfProblem.BLANK_PAGE, page.number, _WHOLE)
    if page.hides:
        yield PdfFinding(PdfProblem.HIDDEN_LAYER, page.number, _WHOLE)
    yield from (PdfFinding(PdfProblem.FONT_NOT_EMBEDDED, page.number, None, font) for font in page.unembedded)


_PAGE_OF = re.compile(r"\b(?:page|tudalen|sheet)\s+(\d{1,3})\s*(?:of|o|/)\s*(\d{1,3})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageSaid:
    """ "Page 2 of 3" on a page. words: where it stands in the text, as it is first said."""

    number: int
    of: int
    words: tuple[int, int]


def page_of(text: str) -> PageSaid | None:
    """What the page says of itself, if it says it once or always the same; two different ones say nothing sure."""
    first: PageSaid | None = None
    for found in _PAGE_OF.finditer(text):
        said = PageSaid(int(found[1]), int(found[2]), found.span())
        if first is not None and (said.number, said.of) != (first.number, first.of):
            return None
        first = first or said
    return first if first and 1 <= first.number <= first.of else None
