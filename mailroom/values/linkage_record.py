"""The flat form in which two mentions of a person are compared, the same on paper and on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailroom.values.customer_facts import CustomerFacts, KnownAddress
from mailroom.values.match_keys import address_words, house_key, name_key, phone_key, plain, reference_key

Nicknames = Mapping[str, tuple[str, ...]]
"""Name key of a short form -> name keys of the full names it may stand for."""

_SEX = {"MR": "M", "MASTER": "M", "SIR": "M", "MRS": "F", "MISS": "F", "MS": "F", "LADY": "F"}


@dataclass(frozen=True, slots=True)
class LinkageRecord:
    """One person with one address. Empty means "not known" everywhere; a comparison then says nothing.

    family, given: name keys. given_roots: every full name `given` may stand for, itself included. middle: an initial.
    sex: M, F or ''. words: of the address. birth: ISO date. references: reference keys. reference_types: of those.
    family_share: how common the family name is, 0 to 1.
    """

    key: str
    family: str = ""
    former: tuple[str, ...] = ()
    given: str = ""
    given_roots: tuple[str, ...] = ()
    middle: str = ""
    sex: str = ""
    postcode: str = ""
    house: str = ""
    words: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    nino: str = ""
    birth: str = ""
    references: tuple[str, ...] = ()
    reference_types: tuple[str, ...] = ()
    family_share: float = 0.0


def roots(given: str, nicknames: Nicknames) -> tuple[str, ...]:
    """The name itself and what it may be short for."""
    return (given, *nicknames.get(given, ())) if given else ()


def sex_of(title: str) -> str:
    """M, F, or '' when the title does not tell."""
    return _SEX.get(plain(title), "")


def records_of(facts: CustomerFacts, nicknames: Nicknames) -> tuple[LinkageRecord, ...]:
    """The customer once for each address known, current first; at least once. Keys are 'id/0', 'id/1', ..."""
    addresses: Sequence[KnownAddress | None] = [
        *(a for a in facts.addresses if a.current),
        *(a for a in facts.addresses if not a.current),
    ] or [None]
    return tuple(_record(facts, known, f"{facts.customer_id}/{n}", nicknames) for n, known in enumerate(addresses))


def customer_of(key: str) -> str:
    """The customer number in a key of records_of."""
    return key.rsplit("/", 1)[0]


def _record(facts: CustomerFacts, known: KnownAddress | None, key: str, nicknames: Nicknames) -> LinkageRecord:
    given = name_key(facts.first_name)
    return LinkageRecord(
        key=key,
        family=name_key(facts.last_name),
        former=_keys(facts.former_last_names),
        given=given,
        given_roots=roots(given, nicknames),
        middle=name_key(facts.middle_names)[:1],
        sex=sex_of(facts.title),
        postcode=known.address.postcode.replace(" ", "") if known else "",
        house=house_key(known.address.lines) if known else "",
        words=address_words(known.address.lines) if known else (),
        phones=tuple(phone_key(p) for p in facts.phones),
        emails=tuple(e.lower() for e in facts.emails),
        nino=reference_key(facts.nino),
        birth=facts.date_of_birth.isoformat() if facts.date_of_birth else "",
        references=tuple(reference_key(value) for _, value in facts.references),
        reference_types=tuple(dict.fromkeys(kind for kind, _ in facts.references)),
        family_share=facts.family_share,
    )


def _keys(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(k for k in (name_key(n) for n in names) if k)
