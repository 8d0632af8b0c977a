"""Which item of the review queue is in front of whom: two people never get the same one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mailroom.records.models import Item, ReviewLease


def keep(item: Item, account_id: int, minutes: int) -> dt.datetime | None:
    """Keep an item for one person, by one conditional write. Until when; None when somebody else has it."""
    now = timezone.now()
    until = now + dt.timedelta(minutes=minutes)
    with transaction.atomic():
        _, made = ReviewLease.objects.get_or_create(item=item, defaults={"account_id": account_id, "until": until})
        mine = Q(account_id=account_id) | Q(until__lt=now)
        kept = made or ReviewLease.objects.filter(mine, item=item).update(account_id=account_id, until=until)
    return until if kept else None


def give_back(item: Item, account_id: int, until: dt.datetime | None = None) -> None:
    """Anybody may be given the item again, at once.

    until: only if nothing renewed that lease since. A page that goes says so late, perhaps after the same person has
    opened the item again.
    """
    mine = ReviewLease.objects.filter(item=item, account_id=account_id)
    (mine.filter(until=until) if until else mine).delete()


def give_back_all(account_id: int) -> None:
    """Called when a person signs out."""
    ReviewLease.objects.filter(account_id=account_id).delete()
