"""Looking customers up: whom an item may be about, and what is known of them. Every look-up has its index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from mailroom.records.models import ContactPoint, Customer, CustomerAddress, CustomerReference, FamilyNameShare
from mailroom.values.customer_facts import CustomerFacts, KnownAddress
from mailroom.values.index_fields import AddressRole, FoundAddress, FoundName, IndexFields
from mailroom.values.linkage_record import LinkageRecord
from mailroom.values.match_keys import house_key, name_key, phone_key, reference_key, sound_key, street_key
from mailroom.values.postal_address import PostalAddress

MOST_CANDIDATES = 200
"""Whoever is found by the later, weaker look-ups beyond this many is left out."""
_A_LOOKUP = 60
"""Records one look-up may bring: a full tower block under one postcode, not all the Smiths."""
_A_SURE_NAME = 0.6
"""Less sure ones are words with capitals in a row; they are looked up beside a place or a birthday only."""
_CONTACTS = ("phone", "email", "nino", "uprn")
_COLUMNS = (
    "pk", "last_name", "first_name", "middle_names", "title", "former_last_name", "date_of_birth", "nino",
    "deceased_date", "merged_into_id",
)  # fmt: skip
"""Plain columns, not models: a bulk match reads every customer of the council."""
_FACTS = Customer.objects.values_list(*_COLUMNS)
_PLACES = CustomerAddress.objects.order_by("-current", "pk").values_list(
    "customer_id", "lines", "postcode", "current", "uprn", "gone_away"
)
_POINTS = ContactPoint.objects.values_list("customer_id", "kind", "value")
_REFERENCES = CustomerReference.objects.values_list("customer_id", "type", "value")
_SHARES = FamilyNameShare.objects.values_list("family", "share")
_BY_PERSON = Customer.objects.filter(merged_into=None).order_by("pk").values_list("pk", flat=True)
_BY_PLACE = CustomerAddress.objects.order_by("pk").values_list("customer_id", flat=True)
_BY_POINT = ContactPoint.objects.values_list("customer_id", flat=True)
_BY_REFERENCE = CustomerReference.objects.values_list("customer_id", flat=True)
"""Begun once: an item asks a dozen times, and half of the time of a question is Django's putting it together."""


def find_candidates(fields: IndexFields) -> tuple[CustomerFacts, ...]:
    """Everyone whom something on the item leads to, the strongest leads first; at most MOST_CANDIDATES."""
    ids: dict[str, None] = {}
    for found in _lookups(fields):
        ids.update(dict.fromkeys(found[:_A_LOOKUP]))
        if len(ids) >= MOST_CANDIDATES:
            break
    return facts_of([*ids][:MOST_CANDIDATES])


def facts_of(ids: Collection[str]) -> tuple[CustomerFacts, ...]:
    """What is known of these customers, in the order asked; unknown numbers are left out."""
    wanted = list(ids)
    if not wanted:
        return ()
    rows = _FACTS.filter(pk__in=wanted)
    by_key = {facts.customer_id: facts for facts in _facts(list(rows), customer_id__in=wanted)}
    return tuple(by_key[i] for i in wanted if i in by_key)


def all_facts(chunk: int = 5000) -> Iterator[CustomerFacts]:
    """Everyone, in the order of their numbers, for work in bulk; merged records are left out."""
    last = ""
    everyone = _FACTS.filter(merged_into=None).order_by("pk")
    while rows := list(everyone.filter(pk__gt=last)[:chunk]):
        first, last = rows[0][0], rows[-1][0]
        yield from _facts(rows, customer_id__gte=first, customer_id__lte=last)


def who_might_be(mentions: Sequence[LinkageRecord], chunk: int = 2000) -> Iterator[CustomerFacts]:
    """Everyone who shares a postcode, a reference or an email address with one of many mentions; each once."""
    seen: set[str] = set()
    for start in range(0, len(mentions), chunk):
        part = mentions[start : start + chunk]
        ids = [i for i in _sharing(part) if i not in seen]
        seen.update(ids)
        yield from (f for n in range(0, len(ids), chunk) for f in facts_of(ids[n : n + chunk]) if not f.merged_into)


def _sharing(mentions: Sequence[LinkageRecord]) -> dict[str, None]:
    postcodes = {f"{m.postcode[:-3]} {m.postcode[-3:]}" for m in mentions if m.postcode}
    references = {r for m in mentions for r in m.references}
    emails = {e for m in mentions for e in m.emails}
    found: dict[str, None] = {}
    for query in (
        _BY_PLACE.filter(postcode__in=postcodes),
        _BY_REFERENCE.filter(key__in=references),
        _BY_POINT.filter(kind="email", value__in=emails),
    ):
        found |= dict.fromkeys(query)
    return found


def _lookups(fields: IndexFields) -> Iterator[QuerySet[Any, str]]:
    """Customer numbers, lead by lead. Each stands for one query on one index."""
    yield from _by_reference(fields)
    yield from _by_contact(fields)
    addresses = [a for a in fields.addresses if a.role is not AddressRole.COUNCIL]
    for found in addresses:
        yield from _by_place(found.address)
    named = _named(fields.names)
    births = [d.date for d in fields.dates if d.label == "birth"]
    if births:
        yield _BY_PERSON.filter(named, date_of_birth__in=births)
    yield from _by_name_and_place(named, addresses)
    yield from _by_name(fields.names)


def _by_reference(fields: IndexFields) -> Iterator[QuerySet[Any, str]]:
    keys = {reference_key(r.value) for r in fields.references if r.type not in _CONTACTS}
    if keys:
        yield _BY_REFERENCE.filter(key__in=keys)
    uprns = {r.value for r in fields.of_type("uprn")}
    if uprns:
        yield _BY_PLACE.filter(uprn__in=uprns)


def _by_contact(fields: IndexFields) -> Iterator[QuerySet[Any, str]]:
    for kind, key in (("phone", phone_key), ("email", str.lower)):
        values = {key(r.value) for r in fields.of_type(kind)}
        if values:
            yield _BY_POINT.filter(kind=kind, value__in=values)
    ninos = {r.value.replace(" ", "").upper() for r in fields.of_type("nino")}
    if ninos:
        yield _BY_PERSON.filter(nino__in=ninos)


def _by_place(address: PostalAddress) -> Iterator[QuerySet[Any, str]]:
    house, street = house_key(address.lines), street_key(address.lines)
    if address.postcode and house:
        yield _BY_PLACE.filter(postcode=address.postcode, house=house)
    if house and street:
        yield _BY_PLACE.filter(house=house, street_key=street)


def _by_name_and_place(named: Q, addresses: list[FoundAddress]) -> Iterator[QuerySet[Any, str]]:
    """The same name in the same postcode, or in a house of the same number, for an address read badly."""
    for postcode in {a.address.postcode for a in addresses} - {""}:
        yield _BY_PERSON.filter(named, addresses__postcode=postcode)
    for house in {house_key(a.address.lines) for a in addresses} - {""}:
        yield _BY_PERSON.filter(named, addresses__house=house)


def _by_name(names: Iterable[FoundName]) -> Iterator[QuerySet[Any, str]]:
    """The same family and first given name: never enough to attach by, but a clerk may know."""
    for found in names:
        given = next(iter(found.name.given), "").strip(".")
        if len(given) > 1 and found.confidence >= _A_SURE_NAME:
            yield _BY_PERSON.filter(name_key=sound_key(found.name.family), first_name__iexact=given)


def _named(names: Iterable[FoundName]) -> Q:
    """Whoever bears, or bore, a family name that sounds like one of these."""
    keys = {key for n in names if (key := sound_key(n.name.family))}
    return Q(name_key__in=keys) | Q(former_name_key__in=keys)


class _Parts:
    """What hangs on some customers, by customer number: three queries."""

    def __init__(self, whose: dict[str, object]) -> None:
        self.addresses: dict[str, list[KnownAddress]] = defaultdict(list)
        self.contacts: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.references: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for customer, lines, postcode, current, uprn, gone_away in _PLACES.filter(**whose):
            place = PostalAddress(tuple(lines), postcode)
            self.addresses[customer].append(KnownAddress(place, current, uprn, gone_away))
        for customer, kind, value in _POINTS.filter(**whose):
            self.contacts[customer, kind].append(value)
        for customer, kind, value in _REFERENCES.filter(**whose):
            self.references[customer].append((kind, value))


def _facts(rows: Sequence[tuple[Any, ...]], **whose: object) -> Iterator[CustomerFacts]:
    """The facts of customers read as _COLUMNS. whose: the same customers, as the tables of their parts are asked."""
    parts = _Parts(whose)
    names = {name_key(row[1])[:120] for row in rows}
    shares = dict(_SHARES.filter(family__in=names))
    for key, last, first, middle, title, former, born, nino, died, merged_into in rows:
        yield CustomerFacts(
            customer_id=key,
            last_name=last,
            first_name=first,
            middle_names=middle,
            title=title,
            former_last_names=tuple(n for n in former.split("; ") if n),
            date_of_birth=born,
            nino=nino,
            addresses=tuple(parts.addresses[key]),
            phones=tuple(parts.contacts[key, "phone"]),
            emails=tuple(parts.contacts[key, "email"]),
            references=tuple(parts.references[key]),
            deceased=died is not None,
            merged_into=merged_into or "",
            family_share=shares.get(name_key(last)[:120], 0.0),
        )
