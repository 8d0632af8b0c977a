"""Tell us once: the services that deal with a customer, and telling them of a move or a death."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from mailroom.records.models import Customer, Event, Item, Letter, Telling, TellingStatus
from mailroom.values.decisions import NONE_OF_OURS

DEALT_WITH_SINCE = dt.timedelta(days=3 * 365)


@dataclass(slots=True)
class Dealing:
    """One service and why it is thought to deal with the customer. told: its telling, if it was told of this fact."""

    service: str
    reasons: list[str] = field(default_factory=list)
    told: Telling | None = None


def fact_to_tell(customer: Customer) -> tuple[str, str] | None:
    """(fact, key) of the latest fact that services should know: a death, else a move since the record began."""
    if customer.deceased_date:
        return "died", customer.deceased_date.isoformat()
    moved = customer.addresses.filter(current=True).exclude(source="import").order_by("-pk").first()
    return ("moved", str(moved.pk)) if moved else None


def dealings(customer: Customer, today: dt.date, service_of: Callable[[str], str]) -> list[Dealing]:
    """The services that hold an account of theirs, had a letter from them, or wrote to them in three years.

    service_of: the service a type of reference belongs to, or ''.
    """
    found: dict[str, Dealing] = {}

    def because(services: Iterable[str], reason: str) -> None:
        for code in services:
            if code and code != NONE_OF_OURS:
                found.setdefault(code, Dealing(code)).reasons.append(reason)

    because(dict.fromkeys(service_of(t) for t in _reference_types(customer)), "has a reference of theirs")
    since = today - DEALT_WITH_SINCE
    came = Item.objects.filter(customer=customer, received__gte=since, private=False)
    because(came.order_by("service").values_list("service", flat=True).distinct(), "had post from them")
    went = Letter.objects.filter(customer=customer, created_at__date__gte=since)
    because(went.order_by("mailing__service").values_list("mailing__service", flat=True).distinct(), "wrote to them")
    fact = fact_to_tell(customer)
    if fact:
        for telling in Telling.objects.filter(customer=customer, fact=fact[0], fact_key=fact[1]):
            found.setdefault(telling.service, Dealing(telling.service)).told = telling
    return sorted(found.values(), key=lambda d: d.service)


def tell(customer: Customer, fact: tuple[str, str], services: Iterable[str], actor: str) -> list[Telling]:
    """Record that these services are to be told; those told already, or being told, are left out."""
    made = []
    with transaction.atomic():
        for service in services:
            telling, is_new = Telling.objects.get_or_create(
                customer=customer, fact=fact[0], fact_key=fact[1], service=service, defaults={"by": actor}
            )
            again = telling.status == TellingStatus.FAILED
            if again:
                Telling.objects.filter(pk=telling.pk).update(status=TellingStatus.QUEUED, problem="")
            if is_new or again:
                made.append(telling)
                Event.record("customer.service_told", customer, actor=actor, fact=fact[0], service=service)
    return made


def note_sent(telling_id: int, now: dt.datetime) -> None:
    """The email was handed over."""
    Telling.objects.filter(pk=telling_id).update(status=TellingStatus.SENT, sent_at=now, problem="")


def note_failed(telling_id: int, problem: str) -> None:
    """The email could not be handed over; a person tries again from the same page."""
    Telling.objects.filter(pk=telling_id).update(status=TellingStatus.FAILED, problem=problem)


def _reference_types(customer: Customer) -> list[str]:
    return list(customer.references.order_by("type").values_list("type", flat=True).distinct())
