"""Whether a letter's PDF can be printed, enveloped and posted, and whether every page of it is the same person's.

The geometry is that of GOV.UK Notify's letter specification, so letters made for Notify pass here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.config.printing import MM, Area, PreflightLimits
from mailroom.outbound.postal_address import LetterAddress
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem

A4_WIDTH, A4_HEIGHT = 210.0, 297.0
SIZE_SLACK = 2.0
"""Millimetres a page may differ from A4 (Notify's own tolerance)."""

LATER_PAGES = (Area(left=15, top=5, right=195, bottom=292),)


def first_page_areas(window: Area) -> tuple[Area, ...]:
    """Where page 1 may be printed: logo, sender's column, the window itself, and the body below."""
    return (
        Area(left=15, top=5, right=125, bottom=30),
        Area(left=125, top=5, right=195, bottom=95),
        window,
        Area(left=15, top=95, right=195, bottom=292),
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """What tells one customer of a mailing from the others: name as addressed, postcode, reference."""

    name: str
    postcode: str
    reference: str


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


def _check_whole(pages: Sequence[LetterPage], limits: PreflightLimits, cover: int) -> Iterable[PdfFinding]:
    own = len(pages) - cover
    if own > limits.most_pages:
        yield PdfFinding(PdfProblem.TOO_LONG, 0, None, f"{own} pages, {limits.most_pages} allowed")
    numbered = [(page, n) for page in pages if page.number > cover and (n := page_of(page.text))]
    for page, (number, of) in numbered:
        if number != page.number - cover or of != own:
            yield PdfFinding(PdfProblem.PAGES_MISSING, page.number, None, f"says page {number} of {of}")


def _check_page(page: LetterPage, limits: PreflightLimits) -> Iterable[PdfFinding]:
    wide, high = page.width / MM, page.height / MM
    if abs(wide - A4_WIDTH) > SIZE_SLACK or abs(high - A4_HEIGHT) > SIZE_SLACK:
        turned = "landscape" if wide > high else "not A4"
        yield PdfFinding(PdfProblem.NOT_A4_UPRIGHT, page.number, None, f"{turned}, {wide:.0f} x {high:.0f} mm")
    yield from (PdfFinding(PdfProblem.OUTSIDE, page.number, box) for box in page.outside)
    if 0 < page.smallest_type < limits.smallest_type:
        yield PdfFinding(PdfProblem.TYPE_TOO_SMALL, page.number, None, f"{page.smallest_type:.1f} point")
    if page.blank:
        yield PdfFinding(PdfProblem.BLANK_PAGE, page.number)
    yield from (PdfFinding(PdfProblem.FONT_NOT_EMBEDDED, page.number, None, font) for font in page.unembedded)


_PAGE_OF = re.compile(r"\b(?:page|tudalen|sheet)\s+(\d{1,3})\s*(?:of|o|/)\s*(\d{1,3})\b", re.IGNORECASE)


def page_of(text: str) -> tuple[int, int] | None:
    """(n, m) if the page says "Page n of m" once; two different ones say nothing sure."""
    found = {(int(m[1]), int(m[2])) for m in _PAGE_OF.finditer(text)}
    only = found.pop() if len(found) == 1 else None
    return only if only and 1 <= only[0] <= only[1] else None


class MixUpGuard:
    """Finds pages carrying another customer's name, postcode or reference.

    It is told of every customer of the mailing first, then asked page by page. One lookup a word, so its cost grows
    with the pages, not with pages times customers. What stands on most letters (the council's own postcode) is given
    as `innocent`. A name counts only beside a title or in full, so that "Mr Brown" is not found in "brown bin".
    """

    def __init__(self, customers: Mapping[int, Identity], innocent: Iterable[str] = ()) -> None:
        """customers: by the letter's position in the mailing."""
        self._customers = customers
        self._innocent = {_squeezed(i) for i in innocent}
        self._postcodes = frozenset(_squeezed(c.postcode) for c in customers.values() if c.postcode)
        self._references = frozenset(_squeezed(c.reference) for c in customers.values() if c.reference)
        self._names = frozenset(words for c in customers.values() if len(words := _words_of(c.name)) > 1)

    def check(self, position: int, pages: Iterable[LetterPage]) -> tuple[PdfFinding, ...]:
        """A finding for every page of letter `position` that carries what belongs to another letter only."""
        own = self._customers[position]
        return tuple(
            PdfFinding(PdfProblem.OTHER_PERSON, page.number, None, kind)
            for page in pages
            for kind in self._foreign(page.text, own)
        )

    def check_shared(self, pages: Iterable[LetterPage]) -> tuple[PdfFinding, ...]:
        """A finding for every page that carries any customer's marks: of what several readers get."""
        nobody = Identity("", "", "")
        return tuple(
            PdfFinding(PdfProblem.OTHER_PERSON, page.number, None, kind)
            for page in pages
            for kind in self._foreign(page.text, nobody)
        )

    def names_reader(self, position: int, pages: Iterable[LetterPage]) -> bool:
        """Whether any page carries a mark of letter `position`'s own customer, by which it is seen to be theirs."""
        own = self._customers[position]
        text = " ".join(page.text for page in pages)
        marks = {_squeezed(own.postcode), _squeezed(own.reference)} - {""}
        words = " ".join(_words_of(own.name))
        return any(mark in _squeezed(text) for mark in marks) or bool(words and words in " ".join(_words_of(text)))

    def _foreign(self, text: str, own: Identity) -> Iterable[str]:
        """The kinds of foreign marks on a page: 'postcode', 'reference', 'name'."""
        mine = {_squeezed(own.postcode), _squeezed(own.reference)} | self._innocent
        if any(code not in mine and code in self._postcodes for code in _postcodes_in(text)):
            yield "postcode"
        if any(r not in mine and r in self._references for r in _references_in(text)):
            yield "reference"
        if any(n in self._names and n != _words_of(own.name) for n in _names_in(text)):
            yield "name"


_POSTCODE = re.compile(r"\b([A-Z]{1,2}\d[A-Z\d]?)[ ]?(\d[A-Z]{2})\b")
_REFERENCE = re.compile(r"\b(?=[A-Z0-9/-]*\d)[A-Z0-9][A-Z0-9/-]{4,}\b")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Miss|Ms|Mx|Dr|Rev|Prof|Sir|Lady|Lord)\.?((?:[ ]+[A-Z][\w'’.-]*){1,5})", re.UNICODE)
_TITLES = {"mr", "mrs", "miss", "ms", "mx", "dr", "rev", "prof", "sir", "lady", "lord"}


def _postcodes_in(text: str) -> Iterable[str]:
    return (f"{m[1]}{m[2]}" for m in _POSTCODE.finditer(text.upper()))


def _references_in(text: str) -> Iterable[str]:
    return (_squeezed(m[0]) for m in _REFERENCE.finditer(text.upper()))


def _names_in(text: str) -> Iterable[tuple[str, ...]]:
    """Every titled name, and its beginnings: 'Mr Nigel Rawlinson Dear' also gives 'nigel rawlinson'."""
    for found in _TITLED.finditer(text):
        words = _words_of(found[1])
        yield from (words[:n] for n in range(2, len(words) + 1))


def _words_of(name: str) -> tuple[str, ...]:
    """A name's words in small letters without its title."""
    words = [w.strip(".,").lower() for w in name.replace("’", "'").split()]
    return tuple(w for w in words if w and w not in _TITLES)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s/-]", "", text).upper()
