"""Returned mail on record: the day's list, and incoming items that turned out to be letters of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from mailroom.errors import Review
from mailroom.records.models import Correction, Event, Item, ItemStatus, Letter, LetterStatus, ReviewLease

RETURNED = "returned"
"""The reason of a correction that closed an item because it is our own letter come back."""

_CHANGED = ("status", "service", "customer_id", "decided_by", "review_reasons")


class NotInReview(Review):
    """Somebody decided the item meanwhile, or has it in front of them."""


def returned_on(day: dt.date) -> QuerySet[Letter]:
    """Letters noted as returned that day, the latest first."""
    start = timezone.make_aware(dt.datetime.combine(day, dt.time()))
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    found = Letter.objects.filter(returned_at__gte=start, returned_at__lt=end, status=LetterStatus.RETURNED)
    return found.select_related("mailing", "mailpiece", "returned_as").order_by("-returned_at", "-pk")


def noted_by(letters: Sequence[Letter]) -> dict[int, str]:
    """Who noted each of them, by the letter's key."""
    events = Event.objects.filter(
        kind="letter.returned", subject="letter", subject_key__in=[str(x.pk) for x in letters]
    )
    return {int(e.subject_key): e.actor for e in events.order_by("pk")}


def close_item(item: Item, service: str, customer_id: str, account_id: int) -> None:
    """The item is our own letter come back: nobody has to answer it. It stays on its reader's record.

    Raises:
        NotInReview: it is no longer in review, or another person has it.
    """
    with transaction.atomic():
        found = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
        taken = ReviewLease.objects.filter(item=item, until__gte=timezone.now()).exclude(account_id=account_id)
        if found.status != ItemStatus.REVIEW or taken.exists():
            raise NotInReview(f"{item.number} was decided by somebody else in the meantime. Take the next one.")
        before = {name: getattr(found, name) for name in _CHANGED}
        Correction.objects.create(
            item=found, account_id=account_id, proposed=found.service, decided=service, reason=RETURNED, before=before
        )
        Item.objects.filter(pk=found.pk).update(
            status=ItemStatus.CLOSED,
            version=F("version") + 1,
            service=service,
            customer_id=customer_id or None,
            decided_by=str(account_id),
            review_reasons=[],
        )
        ReviewLease.objects.filter(item=item).delete()
        Event.record("item.closed_as_returned", found, actor=str(account_id), service=service)


def noted_from(item: Item) -> list[Letter]:
    """The letters whose return was noted by confirming this item. One noted earlier, at the desk, is not among them."""
    events = Event.objects.filter(kind="letter.returned", subject="letter", details__item=item.pk)
    keys = [int(key) for key in events.values_list("subject_key", flat=True)]
    return list(Letter.objects.filter(pk__in=keys, returned_as=item, status=LetterStatus.RETURNED).order_by("pk"))


def reopen_item(item_id: int, actor: str) -> str:
    """Back to review, once its return was taken back. Its number, or '' for one that was not closed for it."""
    with transaction.atomic():
        item = Item.objects.select_for_update(of=("self",)).get(pk=item_id)
        closed = Correction.objects.filter(item=item, reason=RETURNED, undone_at=None).order_by("pk").last()
        if closed is None or item.status != ItemStatus.CLOSED:
            return ""
        Item.objects.filter(pk=item.pk).update(**closed.before, version=F("version") + 1)
        Letter.objects.filter(returned_as=item).update(returned_as=None)
        Correction.objects.filter(pk=closed.pk).update(undone_at=timezone.now())
        Event.record("item.return_undone", item, actor=actor)
    return item.number
