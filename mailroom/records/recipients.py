"""What the records know of the people letters are for, as far as it decides how a letter goes. Read in chunks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db.models import Count
from django.utils import timezone

from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, Event
from mailroom.values.confirmed_fact import FactSource
from mailroom.values.recipient import Choice, EmailAddress, Place, Recipient


def recipients(ids: Collection[str]) -> dict[str, Recipient]:
    """These customers by number: five or six queries however many they are (keep to a few thousand)."""
    wanted = list(ids)
    choices, emails, places = _choices(wanted), _emails(wanted), _places(wanted)
    return {
        c.pk: Recipient(
            c.pk,
            c.deceased_date is not None,
            c.vulnerable,
            c.language,
            c.accessible_format,
            tuple(choices[c.pk]),
            tuple(emails[c.pk]),
            tuple(places[c.pk]),
        )
        for c in Customer.objects.filter(pk__in=wanted)
    }


BOUNCED = "contact.bounced"
"""The kind of the event that an email to this contact point came back; its details hold the day."""


def bounce_days(points: Sequence[ContactPoint]) -> dict[int, tuple[dt.date, ...]]:
    """The days of the undelivered emails that each counts, as far as they are on record."""
    counts = {p.pk: p.bounces for p in points if p.bounces}
    if not counts:
        return {}
    days: dict[int, list[dt.date]] = defaultdict(list)
    told = Event.objects.filter(kind=BOUNCED, subject="contactpoint", subject_key__in=[str(pk) for pk in counts])
    for key, details in told.order_by("-pk").values_list("subject_key", "details"):
        if len(days[int(key)]) < counts[int(key)]:
            days[int(key)].append(dt.date.fromisoformat(details["on"]))
    return {pk: tuple(found) for pk, found in days.items()}


def _choices(ids: list[str]) -> dict[str, list[Choice]]:
    found: dict[str, list[Choice]] = defaultdict(list)
    rows = Consent.objects.filter(customer_id__in=ids).order_by("given_at", "pk")
    for customer, choice, kind, given, source in rows.values_list(
        "customer_id", "choice", "document_class", "given_at", "source"
    ):
        found[customer].append(Choice(choice, kind, timezone.localdate(given), source))
    return found


def _emails(ids: list[str]) -> dict[str, list[EmailAddress]]:
    points = list(ContactPoint.objects.filter(kind="email", customer_id__in=ids).order_by("pk"))
    same = ContactPoint.objects.filter(kind="email", value__in={p.value for p in points}, customer__merged_into=None)
    days = bounce_days(points)
    counted = same.order_by().values_list("value").annotate(n=Count("customer")).filter(n__gt=1)
    shared = {value for value, _ in counted}
    found: dict[str, list[EmailAddress]] = defaultdict(list)
    for p in points:
        address = EmailAddress(
            p.pk, p.value, p.verified_at is not None, p.bounces, p.dead, p.value in shared, days.get(p.pk, ())
        )
        found[p.customer_id].append(address)
    return found


def _places(ids: list[str]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for a in CustomerAddress.objects.filter(customer_id__in=ids):
        told = a.source in list(FactSource)
        found[a.customer_id].append(Place(tuple(a.lines), a.postcode, a.house, a.current, a.gone_away, told))
    return found
