"""Finding the council's references, each with its place and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from mailroom.config.references import ReferenceCatalogue, ReferenceKind
from mailroom.inbound.contacts_found import find_contacts
from mailroom.inbound.found import before, behind, place_of
from mailroom.inbound.reference_shapes import canonical, tolerant_pattern
from mailroom.values.check_digits import is_right
from mailroom.values.confidence import Confidence
from mailroom.values.index_fields import Reference
from mailroom.values.page import PageReading

LEAST_SURE = 0.5
"""Below this a number is just a number."""
WITH_CONTEXT = 0.95
A_SLIP = 0.92
"""What each misread character leaves of the confidence; 3 slips leave 0.78."""
_NOT_OURS = ("phone", "tel", "mobile", "fax", "vat", "sort code", "company no", "registered no", "charity", "nhs no")

_ITS_OWN_NUMBER = re.compile(r"\d(?:[ -]?\d){4}")
"""Behind 'mobile' or 'VAT' its own number: what comes after that is another one's."""
_OUR = r"(?<!\bour )"
"""'Our ref' on a letter to the council is the writer's number; 'your ref' and 'ref' are the council's."""


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    reference: Reference


def find_references(page: PageReading, catalogue: ReferenceCatalogue) -> tuple[Reference, ...]:
    """References of the council and general ones (phone, email, nino, vrm) in order of appearance.

    Where two readings of one stretch compete, the surer one wins, then the longer.
    """
    contacts = [_Hit(start, end, found) for start, end, found in find_contacts(page)]
    council = [hit for kind in catalogue.reference for hit in _of_kind(page, kind, catalogue)]
    ranked = sorted(contacts + council, key=lambda h: (-h.reference.confidence, -(h.end - h.start), h.start))
    kept: list[_Hit] = []
    for hit in ranked:
        if all(hit.end <= k.start or hit.start >= k.end for k in kept):
            kept.append(hit)
    return tuple(h.reference for h in sorted(kept, key=lambda h: h.start))


def _of_kind(page: PageReading, kind: ReferenceKind, catalogue: ReferenceCatalogue) -> Iterator[_Hit]:
    for shape in kind.shapes:
        for found in tolerant_pattern(shape).finditer(page.text):
            hit = _hit(page, kind, shape, found, catalogue)
            if hit:
                yield hit


def _hit(
    page: PageReading, kind: ReferenceKind, shape: str, found: re.Match[str], catalogue: ReferenceCatalogue
) -> _Hit | None:
    printed = found.group()
    fitted = canonical(shape, printed)
    if fitted is None or "\n" in printed:
        return None
    value, slips = fitted
    if (kind.pattern and not re.fullmatch(kind.pattern, value)) or not is_right(kind.check, value):
        return None
    if not any(c.isalpha() for c in shape.replace("@", "")) and slips > sum(c.isdigit() for c in printed) // 3:
        return None
    sure = _confidence(page.text, found, kind, catalogue) * A_SLIP**slips
    if sure < LEAST_SURE:
        return None
    place = place_of(page, found.start(), found.end())
    return _Hit(
        found.start(),
        found.end(),
        Reference(kind.type, value, printed, place, Confidence(sure)),
    )


def _confidence(text: str, found: re.Match[str], kind: ReferenceKind, catalogue: ReferenceCatalogue) -> float:
    """Sure with a context word nearest in front; doubtful where another kind's word stands nearer still."""
    near = before(text, found.start())
    own = _nearest(near, kind.context)
    if own < 0 and _nearest(behind(text, found.end()), kind.context) >= 0:
        own = 0
    rivals = [_nearest(near, k.context) for k in catalogue.reference if k.type != kind.type and k.alone < WITH_CONTEXT]
    strangers = _nearest(near, _NOT_OURS)
    if _ITS_OWN_NUMBER.search(near, max(strangers, 0)):
        strangers = -1
    if own >= 0 and strangers <= own:
        return max(kind.alone, WITH_CONTEXT if own >= max(rivals, default=-1) else WITH_CONTEXT - 0.1)
    return kind.alone * (0.5 if strangers > own else 1.0)


def _nearest(near: str, words: tuple[str, ...]) -> int:
    """Where the last of the words ends in the text in front, or -1. Later is nearer."""
    return max((m.end() for word in words for m in _word(word).finditer(near)), default=-1)


@cache
def _word(word: str) -> re.Pattern[str]:
    return re.compile(rf"{_OUR if word.startswith('ref') else ''}\b{re.escape(word.lower())}")
