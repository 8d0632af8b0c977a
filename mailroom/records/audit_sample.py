"""The random sample of auto-routed items that people check, so that the precision of routing is measured."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from mailroom.errors import Review
from mailroom.records.models import AuditCheck, Event, Item
from mailroom.records.visible_items import Viewer, visible_items
from mailroom.values.month import Month

Draw = Callable[[Sequence[int], int, str], Sequence[int]]
"""A random sample of some ids: (ids, size, seed); the same for the same arguments."""


class AlreadyChecked(Review):
    """Somebody checked the item in the meantime. Take the next one."""


def draw(month: Month, size: int, sample: Draw, now: dt.datetime) -> int:
    """Draw a month's sample from the items routed without a person. Returns how many were added.

    A second drawing adds only what a larger size asks for: what was drawn stays drawn.
    """
    with transaction.atomic():
        drawn = set(AuditCheck.objects.filter(month=month.first).values_list("item_id", flat=True))
        pool = dict(_auto_routed(month).exclude(pk__in=drawn).values_list("pk", "decision__classification__service"))
        wanted = sample(sorted(pool), max(0, size - len(drawn)), f"{month} {len(drawn)}")
        AuditCheck.objects.bulk_create(
            AuditCheck(item_id=key, month=month.first, service=pool[key] or "", drawn_at=now) for key in wanted
        )
    return len(wanted)


def _auto_routed(month: Month) -> QuerySet[Item]:
    asked = Event.objects.filter(subject="item", subject_key=Cast(OuterRef("pk"), CharField()), kind="item.to_review")
    items = Item.objects.filter(received__range=(month.first, month.last)).exclude(routed_at=None)
    return items.exclude(Exists(asked))


def to_check(viewer: Viewer) -> QuerySet[AuditCheck]:
    """What is drawn, not checked, and this person may see; the oldest first."""
    # Asked of each drawn item, for a list of all that a person may see is a list of most of the database.
    seen = visible_items(viewer).filter(pk=OuterRef("item_id"))
    waiting = AuditCheck.objects.filter(Exists(seen), right=None).select_related("item", "item__customer")
    return waiting.order_by("month", "pk")


def check(key: int, viewer: Viewer, should_be: str, now: dt.datetime) -> AuditCheck:
    """Record what a person found. should_be: '' when the line was right, else the service it belongs to.

    The item itself is not moved: a wrong one is sent back from its own page.

    Raises:
        AlreadyChecked: it is not waiting for this person.
    """
    with transaction.atomic():
        found = to_check(viewer).select_for_update(of=("self",)).filter(pk=key).first()
        if found is None:
            raise AlreadyChecked("The item was checked in the meantime, or is not yours to check.")
        found.right, found.should_be = not should_be, should_be
        found.checked_by, found.checked_at = str(viewer.account_id), now
        found.save()
        Event.record("item.audited", found.item, actor=found.checked_by, right=found.right, should_be=should_be)
    return found
