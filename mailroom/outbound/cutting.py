"""Cutting one PDF with many letters into letters: by address, page numbers, a marker or a fixed count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailroom.config.document_classes import Cut, CutBy
from mailroom.errors import Review
from mailroom.outbound.names_printed import TITLES, people_in
from mailroom.outbound.postal_address import LetterAddress, address_from
from mailroom.outbound.preflight import page_of
from mailroom.values.letter_page import LetterPage

_LONGEST_LINE, _MOST_BAD_LINES = 45, 9
"""Characters of a line and lines of an address, good or bad: a window holds no more."""
_NEARLY_A_POSTCODE = re.compile(r"^[A-Z]{1,2}[0-9OIL]{1,2}[A-Z]?\s[0-9OIL](?=.*[A-Z])[A-Z0-9]{1,3}$", re.IGNORECASE)


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
            return said is not None and said.number == 1
        case CutBy.ADDRESS:
            return _looks_addressed(page.window, areas) or _is_a_bad_address(page.window)


def _looks_addressed(lines: Sequence[str], areas: frozenset[str]) -> bool:
    """Three to seven short lines of which the last is a postcode or a country: an address, not running text."""
    address = address_from(lines, areas)
    if address.is_too_short or address.is_too_long or address.lacks_postcode_or_country:
        return False
    return all(len(line) <= _LONGEST_LINE for line in address.lines)


def _is_a_bad_address(lines: Sequence[str]) -> bool:
    """An address nobody can post to still begins a letter: behind the letter before, it would go to that one's reader.

    Known by a postcode with a slip on a line of its own, 'no fixed abode', or a person with a title on the first line.
    """
    if not 2 <= len(lines) <= _MOST_BAD_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        return False
    named = people_in(lines[0]) and lines[0].split()[0].strip(".").lower() in TITLES and _is_a_name(lines[0])
    return bool(named) or address_from(lines).is_no_fixed_abode or any(_NEARLY_A_POSTCODE.match(x) for x in lines[1:])


def _is_a_name(line: str) -> bool:
    return all(word[0].isupper() or word in ("&", "and", "a", "ac") for word in line.split()) and line[-1] not in ".:;,"


def _letter(pages: Sequence[LetterPage], first: int, areas: frozenset[str], reference: str, cover: int) -> CutLetter:
    address = address_from(pages[0].window, areas)
    found = re.search(reference, pages[min(cover, len(pages) - 1)].text) if reference else None
    return CutLetter(first, tuple(_renumbered(pages)), address, found[1] if found else "")


def _renumbered(pages: Iterable[LetterPage]) -> Iterable[LetterPage]:
    for number, page in enumerate(pages, 1):
        yield replace(page, number=number)
