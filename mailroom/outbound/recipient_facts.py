"""What the preference rules may know of a letter's recipient, made from what is on record. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mailroom.outbound.postal_address import address_from
from mailroom.outbound.preference import ConsentGiven, Mailbox, RecipientFacts, still_counting
from mailroom.values.channel import LetterFormat
from mailroom.values.match_keys import house_key
from mailroom.values.recipient import Place, Recipient

_FORMATS = (
    (re.compile(r"large|\b1[68]\s*(?:pt|point)|\b2\d\s*(?:pt|point)"), LetterFormat.LARGE_PRINT),
    (re.compile(r"braille"), LetterFormat.BRAILLE),
    (re.compile(r"audio|\bcd\b|tape|spoken"), LetterFormat.AUDIO),
    (re.compile(r"easy[ _-]?read"), LetterFormat.EASY_READ),
    (re.compile(r"\bbsl\b|sign language"), LetterFormat.BSL_VIDEO),
    (re.compile(r"translat"), LetterFormat.TRANSLATION),
)


def facts_of(
    recipient: Recipient | None,
    lines: Sequence[str],
    postcode: str,
    *,
    matched: bool,
    bounced: bool = False,
    bounces_since: dt.date = dt.date.min,
) -> RecipientFacts:
    """The facts for a letter to these lines.

    bounced: its own email came back, so no mailbox counts any more. bounces_since: earlier ones no longer count.
    """
    if recipient is None:
        return RecipientFacts(matched=False)
    return RecipientFacts(
        matched=matched,
        deceased=recipient.deceased,
        gone_away=_gone_away(recipient.places, lines, postcode),
        no_fixed_abode=any(p.current and address_from(p.lines).is_no_fixed_abode for p in recipient.places),
        formats=formats_of(recipient.accessible_format),
        consents=tuple(
            ConsentGiven(c.choice, c.given_on, c.source, c.document_class, order)
            for order, c in enumerate(recipient.choices)
        ),
        mailboxes=tuple(
            Mailbox(
                str(e.key),
                e.verified,
                still_counting(e.bounces, e.bounced_on, bounces_since),
                e.dead or bounced,
                e.shared,
            )
            for e in recipient.emails
        ),
        vulnerable=recipient.vulnerable,
        welsh=recipient.language == "cy",
    )


def formats_of(text: str) -> frozenset[LetterFormat]:
    """The formats a record's free words ask for: 'Large print (18pt)', 'large_print', 'translation:pa'."""
    words = text.lower().replace("_", " ")
    return frozenset(f for shape, f in _FORMATS if shape.search(words))


def moved_to(recipient: Recipient | None, lines: Sequence[str], postcode: str) -> Place | None:
    """Where the person lives now, if they told us so and the letter is addressed to where they lived before."""
    if recipient is None:
        return None
    house = _house(lines, postcode)
    left = any(not p.current and p.postcode == postcode and p.house == house for p in recipient.places)
    return next((p for p in recipient.places if left and p.current and p.told and p.postcode), None)


def _house(lines: Sequence[str], postcode: str) -> str:
    return house_key(lines[1:-1] if postcode else lines[1:])


def _gone_away(places: Iterable[Place], lines: Sequence[str], postcode: str) -> bool:
    """Whether post came back from where this letter is addressed to."""
    house = _house(lines, postcode)
    return any(p.gone_away and p.postcode == postcode and p.house == house for p in places)


def facts_as_json(facts: RecipientFacts) -> dict[str, object]:
    """As Letter.facts keeps them; nothing in it names the person."""
    return {
        "matched": facts.matched,
        "deceased": facts.deceased,
        "gone_away": facts.gone_away,
        "no_fixed_abode": facts.no_fixed_abode,
        "formats": sorted(facts.formats),
        "consents": [[c.choice, c.given_on.isoformat(), c.source, c.document_class] for c in facts.consents],
        "mailboxes": [[m.key, m.verified, m.bounces, m.dead, m.shared] for m in facts.mailboxes],
        "vulnerable": facts.vulnerable,
        "welsh": facts.welsh,
    }


def facts_from_json(kept: Mapping[str, Any]) -> RecipientFacts:
    """The facts a past decision rested on."""
    flags = {k: bool(kept[k]) for k in ("matched", "deceased", "gone_away", "no_fixed_abode", "vulnerable", "welsh")}
    return RecipientFacts(
        **flags,
        formats=frozenset(LetterFormat(f) for f in kept["formats"]),
        consents=tuple(
            ConsentGiven(choice, dt.date.fromisoformat(day), source, kind, order)
            for order, (choice, day, source, kind) in enumerate(kept["consents"])
        ),
        mailboxes=tuple(Mailbox(*m) for m in kept["mailboxes"]),
    )
