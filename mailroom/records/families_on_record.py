"""The family names on record behind customer numbers, references and addresses, as they are compared. Many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from mailroom.records.models import Customer, CustomerAddress, CustomerReference

Families = dict[str, frozenset[str]]
_NAMES = ("last_name", "former_last_name", "merged_into__last_name")


def by_number(numbers: Collection[str]) -> Families:
    """Present and former family names of these customers, and of the record that replaced one."""
    rows = Customer.objects.filter(pk__in=numbers).values_list("pk", *_NAMES)
    return _gathered((pk, names) for pk, *names in rows)


def by_reference(keys: Collection[str]) -> Families:
    """Of everybody who has one of these references, by its key."""
    rows = CustomerReference.objects.filter(key__in=keys).values_list("key", *(f"customer__{name}" for name in _NAMES))
    return _gathered((key, names) for key, *names in rows)


def by_place(places: Collection[tuple[str, str]]) -> dict[tuple[str, str], frozenset[str]]:
    """Of everybody who lives or lived there, by postcode and house key."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    houses = CustomerAddress.objects.filter(postcode__in={p for p, _ in places}, house__in={h for _, h in places})
    rows = houses.values_list("postcode", "house", *(f"customer__{name}" for name in _NAMES))
    for postcode, house, *names in rows:
        if (postcode, house) in places:
            found[postcode, house].update(_split(names))
    return {place: frozenset(names) for place, names in found.items()}


def _gathered(rows: Iterable[tuple[str, Iterable[str | None]]]) -> Families:
    found: dict[str, set[str]] = defaultdict(set)
    for key, names in rows:
        found[key].update(_split(names))
    return {key: frozenset(names) for key, names in found.items()}


def _split(names: Iterable[str | None]) -> Iterable[str]:
    return (part.strip() for name in names if name for part in name.split(";") if part.strip())
