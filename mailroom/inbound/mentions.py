"""What an item says of the people on it, in the form records are compared in."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from mailroom.values.confidence import CERTAIN, Confidence
from mailroom.values.index_fields import AddressRole, FoundName, IndexFields, NameRole
from mailroom.values.linkage_record import LinkageRecord, Nicknames, roots, sex_of
from mailroom.values.match_keys import address_words, house_key, name_key, phone_key, reference_key

CONTACTS = ("phone", "email", "nino", "vrm", "uprn")
"""Reference types that are not numbers of the council's own."""
_MOST_NAMES, _MOST_ADDRESSES = 40, 10
"""A petition names hundreds; those who write stand first and last."""
_GROWN_UP, _FAR = 15, 9999
_LONG_ENOUGH, _LONG = 5, 8
_A_NAME = 0.5


@dataclass(frozen=True, slots=True)
class NameMention:
    """A name on the item, where it stood, and how sure it is a name at all (0 to 1)."""

    record: LinkageRecord
    role: NameRole
    sure: Confidence = CERTAIN

    @property
    def may_be_none(self) -> bool:
        """Words with capitals in a row: a name when a record bears it, else most likely the title of a form."""
        return self.role is NameRole.BODY and self.sure < _A_NAME

    def turned(self, nicknames: Nicknames) -> NameMention:
        """The family name in front, as forms, lists and many languages have it: 'Khan Amina', 'KHAN, Amina'."""
        record = dataclasses.replace(
            self.record,
            family=self.record.given,
            given=self.record.family,
            given_roots=roots(self.record.family, nicknames),
        )
        return dataclasses.replace(self, record=record)


@dataclass(frozen=True, slots=True)
class Mentions:
    """facts: everything but names and places, which belongs to the item as a whole. places: one record an address."""

    facts: LinkageRecord
    names: tuple[NameMention, ...]
    places: tuple[LinkageRecord, ...]

    def joined(self, name: LinkageRecord | None, place: LinkageRecord | None) -> LinkageRecord:
        """One person of that name at that place, with the item's facts."""
        changes: dict[str, object] = {}
        for source, parts in ((name, ("family", "former", "given", "given_roots", "middle", "sex")), (place, _PLACE)):
            if source:
                changes |= {part: getattr(source, part) for part in parts}
        return dataclasses.replace(self.facts, **changes)  # type: ignore[arg-type]


_PLACE = ("postcode", "house", "words")


def mentions_of(fields: IndexFields, nicknames: Nicknames) -> Mentions:
    """Everything on the item that can be compared with a record."""
    own = [r for r in fields.references if r.type not in CONTACTS]
    births = _births(fields)
    ninos = {reference_key(r.value) for r in fields.of_type("nino")}
    facts = LinkageRecord(
        key="item",
        phones=tuple(phone_key(r.value) for r in fields.of_type("phone")),
        emails=tuple(r.value.lower() for r in fields.of_type("email")),
        nino=ninos.pop() if len(ninos) == 1 else "",
        birth=births.pop().isoformat() if len(births) == 1 else "",
        references=tuple(dict.fromkeys(reference_key(r.value) for r in own)),
        reference_types=tuple(dict.fromkeys(r.type for r in own)),
    )
    places = [a.address for a in fields.addresses if a.role is not AddressRole.COUNCIL]
    return Mentions(
        facts=facts,
        names=_names(fields.names, nicknames),
        places=tuple(
            LinkageRecord(
                key="item",
                postcode=p.postcode.replace(" ", ""),
                house=house_key(p.lines),
                words=address_words(p.lines),
            )
            for p in places[:_MOST_ADDRESSES]
        ),
    )


def spelt_as(place: LinkageRecord, record: LinkageRecord) -> LinkageRecord:
    """The place with its misread words spelt as the record has them: "GEORG STREET" on a record of George Street."""
    words = tuple(_spelt(word, record.words) for word in place.words)
    return place if words == place.words else dataclasses.replace(place, words=words)


def _spelt(word: str, known: Sequence[str]) -> str:
    """One letter of a word of five may be wrong, two of one of eight."""
    if word in known or len(word) < _LONG_ENOUGH:
        return word
    near = process.extractOne(word, known, scorer=Levenshtein.distance, score_cutoff=1 + (len(word) >= _LONG))
    return near[0] if near else word


def _births(fields: IndexFields) -> set[dt.date]:
    """Birthdays of grown-ups: a child's is not the customer's, and '38' in a letter of 2026 is 1938."""
    newest = max((d.date.year for d in fields.dates if d.label != "birth"), default=_FAR)
    past = {_a_century_earlier(d.date) if d.date.year > newest else d.date for d in fields.dates if d.label == "birth"}
    return {birth for birth in past if newest == _FAR or birth.year <= newest - _GROWN_UP}


def _a_century_earlier(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=36525) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 100)


def _names(found: Sequence[FoundName], nicknames: Nicknames) -> tuple[NameMention, ...]:
    ordered = sorted(found, key=lambda n: (n.role is NameRole.BODY, -n.confidence))
    mentions = [NameMention(_name(n, nicknames), n.role, n.confidence) for n in ordered[:_MOST_NAMES]]
    return tuple(m for m in mentions if m.record.family)


def _name(found: FoundName, nicknames: Nicknames) -> LinkageRecord:
    given = [k for k in (name_key(g) for g in found.name.given) if k]
    first = given[0] if given else ""
    return LinkageRecord(
        key="item",
        family=name_key(found.name.family),
        given=first,
        given_roots=roots(first, nicknames),
        middle=given[1][:1] if len(given) > 1 else "",
        sex=sex_of(found.name.title),
    )
