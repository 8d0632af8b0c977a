"""Merging two records of one person, and taking the merge back. Nothing is deleted; what moved is written down."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mailroom.errors import Review
from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerMerge,
    CustomerReference,
    Event,
    Item,
    Letter,
)

MOST_DUPLICATES = 10
_MOST_LOOKED_AT = 1000
"""Rows at a customer's addresses, and with their contacts: a hostel's postcode and house may have more."""
_MOVING: dict[str, type[models.Model]] = {
    "items": Item,
    "letters": Letter,
    "addresses": CustomerAddress,
    "references": CustomerReference,
    "contact_points": ContactPoint,
    "consents": Consent,
}
_KEYS = {"references": ("type", "value"), "contact_points": ("kind", "value")}
"""What must stay different within one record; a row the kept record has already stays where it is."""


class CannotMerge(Review):
    """The two records cannot be one person's, or one of them is merged already."""


def likely_duplicates(customer: Customer) -> QuerySet[Customer]:
    """Records that may be the same person: the same sounding name, and the same birthday, address or contact."""
    ids = _ids(CustomerAddress.objects.filter(_at_the_same_places(customer)))
    contacts = {(c.kind, c.value) for c in customer.contact_points.all()}
    ids |= _ids(ContactPoint.objects.filter(_any_of(Q(kind=kind, value=value) for kind, value in contacts)))
    like = Q(pk__in=ids - {customer.pk})
    if customer.date_of_birth:
        like |= Q(date_of_birth=customer.date_of_birth)
    named = Customer.objects.filter(like, name_key=customer.name_key, merged_into=None).exclude(pk=customer.pk)
    return named.prefetch_related("addresses").order_by("pk")[:MOST_DUPLICATES]


def same_address(customer: Customer) -> QuerySet[Customer]:
    """Others who live, or last lived, where this customer lives."""
    ids = _ids(CustomerAddress.objects.filter(_at_the_same_places(customer), current=True))
    return Customer.objects.filter(pk__in=ids - {customer.pk}, merged_into=None).order_by("pk")[:50]


def merge(kept: Customer, merged: Customer, actor: str) -> CustomerMerge:
    """Put one record into the other. What both have is kept once; the merged record points at the other.

    Raises:
        CannotMerge: they are one record, one is merged already, or they have different dates of birth or NI numbers.
    """
    with transaction.atomic():
        pair = Customer.objects.select_for_update().in_bulk([kept.pk, merged.pk])
        _check(pair.get(kept.pk), pair.get(merged.pk))
        Customer.objects.filter(pk=merged.pk).update(merged_into=kept)
        moved = {name: _move(name, merged.pk, kept.pk) for name in _MOVING}
        done = CustomerMerge.objects.create(kept=kept, merged=merged, moved=moved, by=actor)
        Event.record("customer.merged", merged, actor=actor, into=kept.pk)
        Event.record("customer.merge_received", kept, actor=actor, merged=merged.pk)
    return done


def undo_merge(done: CustomerMerge, actor: str) -> None:
    """Take the merge back: every row that moved, and is still there, returns. Twice changes nothing more."""
    with transaction.atomic():
        now = timezone.now()
        if not CustomerMerge.objects.filter(pk=done.pk, undone_at=None).update(undone_at=now, undone_by=actor):
            return
        for name, keys in done.moved.items():
            _table(name).filter(pk__in=keys, customer_id=done.kept_id).update(customer_id=done.merged_id)
        Customer.objects.filter(pk=done.merged_id, merged_into_id=done.kept_id).update(merged_into=None)
        Event.record("customer.merge_undone", done.merged, actor=actor, was=done.kept_id)


def _check(kept: Customer | None, merged: Customer | None) -> None:
    if kept is None or merged is None or kept == merged:
        raise CannotMerge("Choose two different records.")
    if kept.merged_into_id or merged.merged_into_id:
        raise CannotMerge("One of the two was merged already. Open the record it was merged into.")
    for field, words in (("date_of_birth", "dates of birth"), ("nino", "National Insurance numbers")):
        one, two = getattr(kept, field), getattr(merged, field)
        if one and two and one != two:
            raise CannotMerge(f"The two records have different {words}. They are two people, or one is wrong.")


def _move(name: str, source: str, target: str) -> list[int]:
    rows = _table(name).filter(customer_id=source)
    if name in _KEYS:
        has = set(_table(name).filter(customer_id=target).values_list(*_KEYS[name]))
        keys = [pk for pk, *key in rows.values_list("pk", *_KEYS[name]) if tuple(key) not in has]
    else:
        keys = list(rows.values_list("pk", flat=True))
    _table(name).filter(pk__in=keys).update(customer_id=target)
    return keys


def _table(name: str) -> QuerySet[Any]:
    return _MOVING[name]._default_manager.all()


def _ids(rows: QuerySet[Any]) -> set[str]:
    return set(rows.values_list("customer_id", flat=True)[:_MOST_LOOKED_AT])


def _at_the_same_places(customer: Customer) -> Q:
    places = {(a.postcode, a.house) for a in customer.addresses.all() if a.current and a.postcode and a.house}
    return _any_of(Q(postcode=postcode, house=house) for postcode, house in places)


def _any_of(choices: Iterable[Q]) -> Q:
    """Rows that fit one of the choices; none when there is none to choose from."""
    return reduce(or_, choices, Q(pk__in=[]))
