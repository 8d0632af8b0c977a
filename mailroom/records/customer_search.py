"""Finding a customer from whatever a person types: a number, a name with slips, a street, a phone, an email."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet
from rapidfuzz import fuzz, process

from mailroom.records.models import ContactPoint, Customer, CustomerAddress, CustomerReference
from mailroom.values.match_keys import house_key, phone_key, reference_key, sound_key, street_key

MOST = 50
_NINO = re.compile(r"^[A-Z]{2}\d{6}[A-D]?$")
_A_LOOKUP = 200


def search_customers(words: str) -> list[Customer]:
    """At most MOST customers, the likest first. Every look-up has its index, so 150,000 customers are no burden."""
    words = " ".join(words.split())[:200]
    if len(words) < 2:
        return []
    ids: dict[str, None] = {}
    for found in _lookups(words):
        ids.update(dict.fromkeys(found[:_A_LOOKUP]))
    people = Customer.objects.filter(pk__in=list(ids), merged_into=None).prefetch_related("addresses")
    return sorted(people, key=lambda c: -_likeness(c, words))[:MOST]


def _lookups(words: str) -> Iterator[QuerySet[Any, str]]:
    yield _ids(Customer.objects.filter(pk__in=[words, words.upper(), words.lower()]))
    yield CustomerReference.objects.filter(key=reference_key(words)).values_list("customer_id", flat=True)
    digits = "".join(c for c in words if c.isdigit())
    if "@" in words or len(digits) >= 10:
        contact = Q(kind="email", value=words.lower()) | Q(kind="phone", value=phone_key(words))
        yield ContactPoint.objects.filter(contact).values_list("customer_id", flat=True)
    nino = words.replace(" ", "").upper()
    if _NINO.match(nino):
        yield _ids(Customer.objects.filter(nino=nino))
    yield CustomerAddress.objects.filter(postcode=words.upper()).values_list("customer_id", flat=True)
    yield from _by_address(words)
    for word in words.split():
        key = sound_key(word)
        if key and word.isalpha():
            yield _ids(Customer.objects.filter(name_key=key))
            yield _ids(Customer.objects.filter(former_name_key=key))
            yield _ids(Customer.objects.filter(last_name__in=_names_like(word)))


def _names_like(word: str) -> list[str]:
    """Family names of the same first letter that differ from the word by a slip or two.

    A range, not 'starts with': only a range is looked up in the index, on SQLite and on PostgreSQL alike.
    """
    first = word[0].upper()
    same_letter = Customer.objects.filter(last_name__gte=first, last_name__lt=chr(ord(first) + 1))
    names = same_letter.order_by("last_name").values_list("last_name", flat=True).distinct()
    found = process.extract(word.lower(), {n: n.lower() for n in names}, scorer=fuzz.ratio, score_cutoff=80)
    return [name for _, _, name in found]


def _by_address(words: str) -> Iterator[QuerySet[Any, str]]:
    lines = [part.strip() for part in words.split(",")]
    house, street = house_key(lines), street_key(lines)
    if house and street:
        places = CustomerAddress.objects.filter(house=house, street_key__in=[street, *_streets_like(house, street)])
        yield places.values_list("customer_id", flat=True)


def _streets_like(house: str, street: str) -> list[str]:
    """Streets of a house of that number whose names start alike and differ by a slip or two."""
    near = CustomerAddress.objects.filter(house=house, street_key__gte=street[:2], street_key__lt=street[:2] + "~")
    found = process.extract(street, list(near.values_list("street_key", flat=True).distinct()), score_cutoff=80)
    return [name for name, _, _ in found]


def _likeness(customer: Customer, words: str) -> float:
    """0 to 100. Names are compared word by word in any order, so a slip in one letter costs little."""
    known = f"{customer.first_name} {customer.middle_names} {customer.last_name} {customer.former_last_name}"
    place = " ".join(" ".join(a.lines) + " " + a.postcode for a in customer.addresses.all())
    exact = 50.0 if customer.pk.lower() == words.lower() else 0.0
    return exact + max(
        fuzz.token_set_ratio(words.lower(), known.lower()), 0.9 * fuzz.token_set_ratio(words.lower(), place.lower())
    )


def _ids(people: QuerySet[Customer]) -> QuerySet[Any, str]:
    """Unordered: put in order, the database would rather walk every customer than use the index."""
    return people.values_list("pk", flat=True)
