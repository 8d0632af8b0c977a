"""Who on record has each of many references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import islice

from mailroom.records.models import CustomerReference
from mailroom.values.reference_owner import ReferenceOwner

_AT_ONCE = 500
"""Keys in one question: SQLite takes so many, and PostgreSQL answers it from its index."""
_ASKED = ("key", "customer_id", "customer__merged_into_id", "customer__last_name", "customer__former_last_name")


def owners_of(keys: Collection[str]) -> dict[str, tuple[ReferenceOwner, ...]]:
    """By the reference's key; a merged record counts as the one that replaced it. Keys of nobody are left out."""
    found: dict[str, set[ReferenceOwner]] = defaultdict(set)
    waiting = iter(sorted(keys))
    while some := list(islice(waiting, _AT_ONCE)):
        for key, customer, merged, *names in CustomerReference.objects.filter(key__in=some).values_list(*_ASKED):
            families = frozenset(part.strip() for n in names if n for part in n.split(";") if part.strip())
            found[key].add(ReferenceOwner(merged or customer, families))
    return {key: tuple(sorted(owners, key=lambda o: o.customer)) for key, owners in found.items()}
