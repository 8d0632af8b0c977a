"""Signs that a page starts a new item, where no separator sheet says so. Each sign is 0 or 1; weights are site data.

What the page shows by itself is in page_look.py. Here it is held against the item it would otherwise belong to.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import chain

from mailroom.inbound.page_look import PageLook
from mailroom.values.reply_code import reply_codes_in
from mailroom.values.sheet_mark import read_sheet_mark

_NUMBER = re.compile(r"\b(?:[A-Z]{1,5}[-/ ]?)?\d(?:\d|[-/ ](?=\d))*\d\b")
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.]+\b")
_A_DATE = re.compile(r"[0-3]?\d[01]?\d20[12]\d|20[12]\d[01]\d[0-3]\d")
_CAPITALISED = re.compile(r"\b([A-Z][a-z'’-]+|[A-Z]{3,})\s+(?:[A-Z]\.?\s+)?([A-Z][a-z'’-]+|[A-Z]{3,})\b")
_NO_NAME = {
    "road", "street", "lane", "close", "drive", "avenue", "court", "house", "grove", "way", "crescent", "council",
    "district", "borough", "county", "city", "town", "civic", "offices", "office", "centre", "hall", "place", "square",
    "quay", "market", "tax", "housing", "benefit", "benefits", "sir", "madam", "sirs", "dear", "yours", "faithfully",
    "sincerely", "team", "department", "manager", "services", "service", "customer", "received", "post", "room", "box",
    "the", "section", "chief", "executive", "officer", "director", "head",
}  # fmt: skip


def signs(page: PageLook, so_far: Sequence[PageLook], council: str = "") -> dict[str, float]:
    """The signs on this page, given the item's pages before it. Names are the keys of [signs] in separation.toml."""
    return {name: float(shown) for name, shown in chain(_own(page), _before(so_far), _between(page, so_far, council))}


Shown = Sequence[tuple[str, bool]]


def _own(page: PageLook) -> Shown:
    number = page.numbered
    return (
        ("salutation", page.greets),
        ("date_at_top", page.is_dated),
        ("address_at_top", page.has_postcode_at_top),
        ("to_the_council", page.names_a_council_at_top),
        ("reference_at_top", page.has_reference_at_top),
        ("email_header", page.has_email_head),
        ("received_stamp", page.is_stamped),
        ("title_at_top", page.is_titled),
        ("capital_heading", page.is_headed_in_capitals),
        ("letterhead", page.has_letterhead),
        ("first_of_pages", number is not None and number[0] == 1),
        ("later_of_pages", number is not None and number[0] > 1),
        ("continued", page.goes_on),
        ("starts_in_mid_sentence", page.starts_in_mid_sentence),
        ("starts_at_a_later_number", page.starts_at_a_later_number),
        ("part", page.is_part),
        ("closing_only", page.closes and not page.greets),
        ("few_words", len(page.page.words) < 40),
        ("envelope", page.is_envelope),
        ("cheque", page.is_cheque),
    )


def _before(so_far: Sequence[PageLook]) -> Shown:
    before = so_far[-1]
    number = before.numbered
    return (
        ("before_closes", before.closes),
        ("before_breaks_off", before.breaks_off),
        ("before_turns_over", before.turns_over),
        ("before_is_full", before.lowest > 0.86 and not before.closes),
        ("before_is_last_of_pages", number is not None and number[0] == number[1]),
        ("before_is_envelope", before.is_envelope),
        ("before_is_cheque", before.is_cheque),
        ("before_encloses", any(page.encloses for page in so_far)),
        ("letter_still_open", any(p.greets for p in so_far) and all(p.closing is None for p in so_far)),
    )


def _between(page: PageLook, so_far: Sequence[PageLook], council: str) -> Shown:
    before = so_far[-1]
    postcodes = frozenset[str]().union(*(p.postcodes for p in so_far))
    heights = page.letter_height, before.letter_height
    named, may_start = _codes(page, council)
    known = frozenset[str]().union(*(_codes(p, council)[0] for p in so_far))
    return (
        ("next_of_pages", _follows(before.numbered, page.numbered)),
        ("numbering_goes_on", _goes_on(before.markers, page.markers)),
        ("same_marks", bool(_marks(page) & frozenset[str]().union(*map(_marks, so_far)))),
        ("same_people", bool(_people(page) & frozenset[str]().union(*map(_people, so_far)))),
        ("other_address", bool(page.postcodes and postcodes) and not page.postcodes & postcodes),
        ("own_code", bool(may_start) and not named & known),
        ("same_own_code", bool(named & known)),
        ("hand_changes", page.by_hand != before.by_hand),
        ("size_changes", _differ(page.page.width_pt, before.page.width_pt, 20)
         or _differ(page.page.height_pt, before.page.height_pt, 20)),
        ("letters_change", all(heights) and not 0.77 < heights[0] / heights[1] < 1.3),
        ("margin_changes", _differ(page.margin, before.margin, 0.04)),
    )  # fmt: skip


def may_be_enclosed(found: Mapping[str, float]) -> bool:
    """Whether a first page could be something that came with the letter before it: that one encloses, and this one is
    neither addressed to a council nor stamped by the post room. No sign tells a statement enclosed from one sent alone.
    """
    return bool(found["before_encloses"]) and not (found["to_the_council"] or found["received_stamp"])


_TIES = (
    "later_of_pages", "next_of_pages", "numbering_goes_on", "continued", "same_marks", "same_own_code", "cheque",
    "before_is_envelope",
)  # fmt: skip


def shares_only_a_name(found: Mapping[str, float]) -> bool:
    """Whether nothing but a name ties the page to those before it: two writers may live in one village."""
    return bool(found["same_people"]) and not any(found[sign] for sign in _TIES)


def probability(found: Mapping[str, float], weights: Mapping[str, float], start: float) -> float:
    """Logistic: how likely the page starts an item."""
    total = start + sum(weights.get(name, 0.0) * value for name, value in found.items())
    return 1 / (1 + math.exp(-total))


def _differ(one: float, other: float, by: float) -> bool:
    return abs(one - other) > by


def _follows(before: tuple[int, int] | None, number: tuple[int, int] | None) -> bool:
    """'Page 3 of 4' after 'Page 2 of 4'."""
    return before is not None and number is not None and number == (before[0] + 1, before[1])


def _goes_on(before: Sequence[str], here: Sequence[str]) -> bool:
    """'(d)' after '(c)', '5.' after '4.'."""
    if not before or not here or before[-1].isdigit() != here[0].isdigit():
        return False
    return int(here[0]) == int(before[-1]) + 1 if here[0].isdigit() else ord(here[0]) == ord(before[-1]) + 1


def _marks(page: PageLook) -> frozenset[str]:
    """What one person's papers have in common: references, telephone numbers, email addresses, postcodes."""
    text = page.page.text
    numbers = {re.sub(r"[-/ ]", "", m[0]).upper() for m in _NUMBER.finditer(text)}
    telling = {n for n in numbers if sum(c.isdigit() for c in n) >= 5 and not _A_DATE.fullmatch(n)}
    return page.postcodes | telling | {m[0].lower() for m in _EMAIL.finditer(text)}


def _people(page: PageLook) -> frozenset[str]:
    """Two words with capitals in a row that may be a name; the words of addresses and of letters are none."""
    pairs = (m.groups() for line in page.lines for m in _CAPITALISED.finditer(line.text))
    names = ((a.lower().strip("'’-"), b.lower().strip("'’-")) for a, b in pairs)
    return frozenset(f"{a} {b}" for a, b in names if not {a, b} & _NO_NAME and min(len(a), len(b)) > 1)


def _codes(page: PageLook, council: str) -> tuple[frozenset[str], frozenset[str]]:
    """What our own codes on the page name, a letter or the mailpiece whose sheet this is; and what could start there.

    A mailpiece starts at its first sheet only.
    """
    contents = [code.content for code in page.page.barcodes]
    sheets = [mark for text in contents if (mark := read_sheet_mark(text, council))]
    letters = frozenset(reply_codes_in(contents, page.page.text))
    pieces = frozenset(f"{m.run}/{m.piece}" for m in sheets)
    return letters | pieces, letters | {f"{m.run}/{m.piece}" for m in sheets if m.sheet == 1}
