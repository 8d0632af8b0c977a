"""Cutting one PDF with many letters into letters: by address, page numbers, a marker or a fixed count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailroom.config.document_classes import Cut, CutBy
from mailroom.errors import Review
from mailroom.outbound.postal_address import LetterAddress, address_from
from mailroom.outbound.preflight import page_of
from mailroom.values.letter_page import LetterPage


class CannotCut(Review):
    """The file cannot be cut into letters with certainty. Choose another way of cutting for its document class."""


@dataclass(frozen=True, slots=True)
class CutLetter:
    """One letter of a file: its pages, the address in its window, and the reference printed on it ('' if none)."""

    first_page: int
    pages: tuple[LetterPage, ...]
    address: LetterAddress
    reference: str

    @property
    def last_page(self) -> int:
        """The number of its last page in the file."""
        return self.first_page + len(self.pages) - 1


def cut_letters(
    pages: Sequence[LetterPage], cut: Cut, areas: frozenset[str], reference: str = "", cover: int = 0
) -> tuple[CutLetter, ...]:
    """Every letter of the file, in order; every page belongs to exactly one.

    pages: numbered from 1 in the file; those of a letter are numbered afresh. reference: a regular expression with
    one group, looked for on the letter's first page. cover: pages of a cover sheet before that.

    Raises:
        CannotCut: the first page begins no letter, or the count does not come out.
    """
    starts = [p.number for p in pages if _begins(p, cut, areas)]
    if not starts or starts[0] != 1:
        raise CannotCut(f"page 1 begins no letter when cut by {cut.by}. Correct `cut` of its document class.")
    if cut.by is CutBy.FIXED and len(pages) % cut.pages:
        raise CannotCut(f"{len(pages)} pages cannot be cut into letters of {cut.pages}. Correct cut.pages or the file.")
    ends = [*(s - 1 for s in starts[1:]), len(pages)]
    return tuple(
        _letter(pages[first - 1 : last], first, areas, reference, cover)
        for first, last in zip(starts, ends, strict=True)
    )


def _begins(page: LetterPage, cut: Cut, areas: frozenset[str]) -> bool:
    match cut.by:
        case CutBy.FIXED:
            return (page.number - 1) % cut.pages == 0
        case CutBy.MARKER:
            return cut.marker.lower() in page.text.lower()
        case CutBy.PAGE_NUMBERS:
            said = page_of(page.text)
            return said is not None and said[0] == 1
        case CutBy.ADDRESS:
            return _looks_addressed(page.window, areas)


def _looks_addressed(lines: Sequence[str], areas: frozenset[str]) -> bool:
    """Three to seven short lines of which the last is a postcode or a country: an address, not running text."""
    address = address_from(lines, areas)
    if address.is_too_short or address.is_too_long or address.lacks_postcode_or_country:
        return False
    return all(len(line) <= 45 for line in address.lines)


def _letter(pages: Sequence[LetterPage], first: int, areas: frozenset[str], reference: str, cover: int) -> CutLetter:
    address = address_from(pages[0].window, areas)
    found = re.search(reference, pages[min(cover, len(pages) - 1)].text) if reference else None
    return CutLetter(first, tuple(_renumbered(pages)), address, found[1] if found else "")


def _renumbered(pages: Iterable[LetterPage]) -> Iterable[LetterPage]:
    for number, page in enumerate(pages, 1):
        yield replace(page, number=number)
