"""Why a customer fits an item, in a clerk's words, and whether two records are one person or one household."""

from __future__ import annotations

from dataclasses import dataclass

from mailroom.inbound.mentions import CONTACTS, NameMention
from mailroom.values.customer_facts import CustomerFacts
from mailroom.values.index_fields import IndexFields
from mailroom.values.match_keys import house_key, name_key, reference_key
from mailroom.values.person_match import PairScore

_WORDS = {
    ("family", "same"): "family name agrees",
    ("family", "former"): "a former family name agrees",
    ("family", "close"): "family name agrees but for a slip",
    ("family", "near"): "family name agrees but for misread letters",
    ("given", "same"): "given name agrees",
    ("given", "nickname"): "given name agrees in its short form",
    ("given", "initial"): "initial agrees",
    ("given", "close"): "given name agrees but for a slip",
    ("place", "premises"): "house and postcode agree",
    ("place", "premises_by_street"): "house and street agree",
    ("phone", "same"): "telephone number on record",
    ("email", "same"): "email address on record",
    ("nino", "same"): "National Insurance number agrees",
    ("nino", "close"): "National Insurance number agrees but for one character",
    ("birth", "same"): "date of birth agrees",
    ("birth", "close"): "date of birth agrees but for one figure",
}


_LEADS = {
    "nino": "the National Insurance number",
    "email": "the email address",
    "phone": "the telephone number",
    "place": "the address",
    "birth": "the date of birth",
}
"""The strongest first."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate, how it scored, and the name on the item it scored with."""

    facts: CustomerFacts
    score: PairScore
    name: NameMention | None
    share: float = 0.0


def reasons(scored: Scored, fields: IndexFields) -> tuple[str, ...]:
    """What leads to this customer and what agrees, the reference first."""
    agreeing = tuple(words for level, words in _WORDS.items() if level in scored.score.levels.items())
    return (f"{lead(scored, fields)} belongs to this record", *agreeing) if _own(scored, fields) else agreeing


def lead(scored: Scored, fields: IndexFields) -> str:
    """The strongest thing that leads to this customer: 'council tax account 50318842'."""
    own = _own(scored, fields)
    if own:
        return own
    found = (words for part, words in _LEADS.items() if part in scored.score.support)
    return next(found, "what is on the item")


def _own(scored: Scored, fields: IndexFields) -> str:
    held = {reference_key(value): kind for kind, value in scored.facts.references}
    for found in fields.references:
        key = reference_key(found.value)
        if found.type not in CONTACTS and key in held:
            exact = any(found.value == value for _, value in scored.facts.references)
            return f"{held[key].replace('_', ' ')} reference {found.value}" + ("" if exact else " (read with a doubt)")
    return ""


def live_together(a: CustomerFacts, b: CustomerFacts) -> bool:
    """Whether they share an address on record, present or past."""
    return bool(_places(a) & _places(b))


def _places(facts: CustomerFacts) -> set[tuple[str, str]]:
    found = ((k.address.postcode, house_key(k.address.lines)) for k in facts.addresses)
    return {place for place in found if all(place)}


def is_same_person(a: CustomerFacts, b: CustomerFacts) -> bool:
    """Whether two records are surely one person kept twice: a number or birthday for life, and a name, agree."""
    if a.date_of_birth and b.date_of_birth and a.date_of_birth != b.date_of_birth:
        return False
    if a.nino and b.nino:
        return a.nino == b.nino
    same_given = name_key(a.first_name)[:1] == name_key(b.first_name)[:1]
    families = [{name_key(n) for n in (f.last_name, *f.former_last_names)} for f in (a, b)]
    return bool(a.date_of_birth and b.date_of_birth and same_given and families[0] & families[1])
