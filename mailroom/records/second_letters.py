"""Second letters on one matter: linked to the first, so that chasing counts as failure demand and moves both up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet

from mailroom.records.models import Event, Item, ItemReference, ItemStatus

_DECIDED = ("item.routed", "item.to_review", "item.decided")
_OF_A_PERSON = ("phone", "email", "nino", "vehicle")
"""References that name a person or a thing of theirs, not a matter: letters that share one may be about anything."""


def link_decided_since(since: dt.datetime | None, within_days: int) -> int:
    """Look at every item decided since then (None: ever). Returns how many links were made or taken away."""
    events = Event.objects.filter(subject="item", kind__in=_DECIDED)
    touched = events.filter(at__gte=since) if since else events
    keys = {int(key) for key in touched.values_list("subject_key", flat=True)}
    return sum(link(key, within_days) for key in sorted(keys))


def link(key: int, within_days: int) -> bool:
    """Point an item at the letter it repeats; a link that no longer holds is taken away. Whether anything changed."""
    with transaction.atomic():
        item = Item.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if item is None:
            return False
        first = _first_letter(item, within_days)
        if (first.pk if first else None) == item.chases_id:
            return False
        Item.objects.filter(pk=item.pk).update(chases=first)
        if first is None:
            Event.record("item.second_letter_unlinked", item, item=item.chases_id)
            return True
        Event.record("item.second_letter", item, item=first.pk)
        if first.answered_at is None:
            Item.objects.filter(pk__in=(item.pk, first.pk)).update(priority=F("priority") + 1)
    return True


def _first_letter(item: Item, within_days: int) -> Item | None:
    """The oldest unanswered letter on the same matter, else the last answered one.

    The same matter: the same customer, and the same service or a shared reference of a case. Letters of one day are
    one envelope, not a chaser.
    """
    if not item.customer_id or item.status == ItemStatus.WITHDRAWN:
        return None
    earlier = (
        Item.objects.filter(
            customer_id=item.customer_id,
            received__range=(item.received - dt.timedelta(days=within_days), item.received - dt.timedelta(days=1)),
        )
        .exclude(status=ItemStatus.WITHDRAWN)
        .filter(_same_matter(item))
    )
    before_it = earlier.exclude(rescans__item=item)
    unanswered = before_it.filter(Q(answered_at=None) | Q(answered_at__date__gte=item.received))
    return unanswered.order_by("received", "pk").first() or before_it.order_by("-received", "-pk").first()


def _same_matter(item: Item) -> Q:
    shared = Q(pk__in=_sharing_a_reference(item))
    return shared | Q(service=item.service) if item.service else shared


def _sharing_a_reference(item: Item) -> QuerySet[ItemReference, int]:
    mine: Iterable[tuple[str, str]] = item.references.exclude(type__in=_OF_A_PERSON).values_list("type", "value")
    same = Q(pk__in=[])
    for kind, value in mine:
        same |= Q(type=kind, value=value)
    return ItemReference.objects.filter(same).values_list("item_id", flat=True)
