"""The random sample of auto-routed items that a person checks, which measures how often the line is right."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast

from mailroom.records.models import AuditCheck, Event, Item
from mailroom.values.month import Month


def draw(month: Month, size: int, now: dt.datetime, choose: Callable[[Sequence[int], int, str], Sequence[int]]) -> int:
    """Draw a month's sample once, when the month is over. Returns how many were drawn; 0 when there is one already.

    choose: picks so many of the ids at random, from a seed.
    """
    if Month.of(now.date()) <= month or AuditCheck.objects.filter(month=month.first).exists():
        return 0
    asked = Event.objects.filter(subject="item", subject_key=Cast(OuterRef("pk"), CharField()), kind="item.to_review")
    routed = Item.objects.filter(received__range=(month.first, month.last)).exclude(routed_at=None)
    alone = dict(routed.exclude(Exists(asked)).values_list("pk", "service"))
    with transaction.atomic():
        made = AuditCheck.objects.bulk_create(
            AuditCheck(item_id=key, month=month.first, service=alone[key], drawn_at=now)
            for key in choose(list(alone), size, str(month))
        )
    return len(made)


def answer(check: int, right: bool, should_be: str, by: str, now: dt.datetime) -> None:
    """Note what a person found. Raises AuditCheck.DoesNotExist for a number nobody drew."""
    found = AuditCheck.objects.get(pk=check)
    found.right, found.should_be, found.checked_by, found.checked_at = right, "" if right else should_be, by, now
    found.save(update_fields=["right", "should_be", "checked_by", "checked_at"])
    Event.record("audit.checked", found, actor=by, item=found.item_id, right=right)
