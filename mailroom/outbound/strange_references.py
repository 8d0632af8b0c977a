"""References on later pages of a letter that its first page does not bear, and what they say of whose pages those are.

A page that came among another's letter because nothing told where its own begins bears only its own reader's marks.
But sound bills carry other numbers too: of the property, the bank, an account closed long ago.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from mailroom.outbound.names_printed import name_words
from mailroom.values.letter_page import LetterPage, PdfFinding, PdfProblem
from mailroom.values.match_keys import reference_key
from mailroom.values.reference_owner import ReferenceOwner

SHORTEST = 5
"""Characters, as in matching: shorter ones are on too many records to mean anything."""


@dataclass(frozen=True, slots=True)
class StrangeReference:
    """One such reference. page: of the letter, from 1. key: as compared with the records. words: where it stands.

    alike: it stands behind the very words that the letter's own stands behind, such as 'Account number:'.
    """

    page: int
    key: str
    words: tuple[int, int]
    alike: bool


def strange_references(pages: Sequence[LetterPage], shape: str) -> tuple[StrangeReference, ...]:
    """The references of every later page that bears none of those on the letter's first page.

    shape: a regular expression with one group; '' finds none.
    """
    own = list(re.finditer(shape, pages[0].text)) if shape else []
    mine, labels = {_squeezed(m[1]) for m in own}, {_label(m) for m in own}
    found: list[StrangeReference] = []
    for page in pages[1:] if own else ():
        said = list(re.finditer(shape, page.text))
        if mine.isdisjoint(_squeezed(m[1]) for m in said):
            found += (StrangeReference(page.number, reference_key(m[1]), m.span(1), _label(m) in labels) for m in said)
    return tuple(found)


def own_references(pages: Sequence[LetterPage], shape: str) -> frozenset[str]:
    """Those on the letter's first page, as compared with the records."""
    return frozenset(reference_key(m[1]) for m in re.finditer(shape, pages[0].text)) if shape else frozenset()


def judged(
    strange: Iterable[StrangeReference],
    name: str,
    own: Set[str],
    owners: Mapping[str, Sequence[ReferenceOwner]],
    is_marked: Callable[[int], bool],
) -> Iterator[PdfFinding]:
    """A finding for every page with a reference that is not its reader's: one that stops, or one to look at.

    It stops the mailing where it is another customer's on record; or where nobody on record has it, but it stands
    where the reader's own should, on a page without any mark of the reader. name: the reader's. own: the references
    on the first page. owners: who on record has each. is_marked: whether a page bears a mark of its reader.
    """
    mine = {owner.customer for key in own for owner in owners.get(key, ())}
    pages: dict[int, list[StrangeReference]] = defaultdict(list)
    for one in strange:
        pages[one.page].append(one)
    for page, on_it in pages.items():
        unowned = [one for one in on_it if not owners.get(one.key)]
        for one in on_it:
            theirs = owners.get(one.key, ())
            if theirs and not _may_be_the_readers(theirs, mine, name):
                told = f"the reference of customer {theirs[0].customer}"
                yield PdfFinding(PdfProblem.OTHER_PERSON, page, None, told, one.words)
                break
            if theirs and not mine:
                unowned.append(one)  # a namesake's, or the reader's own: the records cannot tell
        else:
            yield from _unknown(page, unowned, is_marked)


def _unknown(page: int, unowned: Sequence[StrangeReference], is_marked: Callable[[int], bool]) -> Iterator[PdfFinding]:
    if not unowned:
        return
    alike = next((one for one in unowned if one.alike), None)
    if alike and not is_marked(page):
        told = "another reference where the reader's own should be, and nothing of the reader's"
        yield PdfFinding(PdfProblem.OTHER_PERSON, page, None, told, alike.words)
    else:
        yield PdfFinding(PdfProblem.OTHER_REFERENCE, page, None, "", unowned[0].words)


def _may_be_the_readers(theirs: Sequence[ReferenceOwner], mine: Set[str], name: str) -> bool:
    """Whether one of them is the reader; by the family name only where the reader's own reference is nobody's."""
    if mine:
        return any(owner.customer in mine for owner in theirs)
    words = set(name_words(name))
    return any(words & set(name_words(family)) for owner in theirs for family in owner.families)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s/-]", "", text).upper()


def _label(found: re.Match[str]) -> str:
    """What stands before a reference on its line, and in the expression that found it, letters only."""
    text = found.string
    start = text.rfind("\n", 0, found.start()) + 1
    return re.sub(r"[\W\d_]+", " ", text[start : found.start(1)]).strip().casefold()
