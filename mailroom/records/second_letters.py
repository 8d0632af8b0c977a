"""Second letters on one matter: linked to the first, so that chasing counts as failure demand and moves both up.

Items are looked at in batches: one reading of a batch's customers and their recent letters, whatever their number.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from mailroom.records.models import Event, Item, ItemReference, ItemStatus, NearDuplicate

_DECIDED = ("item.routed", "item.to_review", "item.decided")
_OF_A_PERSON = ("phone", "email", "nino", "vehicle")
"""References that name a person or a thing of theirs, not a matter: letters that share one may be about anything."""
_AT_ONCE = 2000


def link_decided_since(since: dt.datetime | None, within_days: int) -> int:
    """Look at every item decided since then (None: ever). Returns how many links were made or taken away."""
    events = Event.objects.filter(subject="item", kind__in=_DECIDED)
    touched = events.filter(at__gte=since) if since else events
    keys = sorted({int(key) for key in touched.values_list("subject_key", flat=True)})
    return sum(_link(keys[start : start + _AT_ONCE], within_days) for start in range(0, len(keys), _AT_ONCE))


def link(key: int, within_days: int) -> bool:
    """Point an item at the letter it repeats; a link that no longer holds is taken away. Whether anything changed."""
    return bool(_link([key], within_days))


class _Letter(NamedTuple):
    """What is asked of an item: the columns of one reading, in this order."""

    pk: int
    customer: str
    service: str
    received: dt.date
    answered_at: dt.datetime | None
    chases: int | None

    def was_open_on(self, day: dt.date) -> bool:
        """Whether it had no answer before that day."""
        return self.answered_at is None or timezone.localdate(self.answered_at) >= day


_COLUMNS = ("pk", "customer_id", "service", "received", "answered_at", "chases_id")


def _link(keys: Sequence[int], within_days: int) -> int:
    with transaction.atomic():
        locked = Item.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        rows = list(locked.values_list(*_COLUMNS, "status"))
        items = [_Letter(*row[:-1]) for row in rows]
        asked = [x for x, row in zip(items, rows, strict=True) if x.customer and row[-1] != ItemStatus.WITHDRAWN]
        around = _Around.read(asked, within_days)
        firsts = {x.pk: around.first_letter(x) for x in asked}
        changed = [(x, first) for x in items if (first := firsts.get(x.pk)) or x.chases is not None]
        changed = [(x, first) for x, first in changed if (first.pk if first else None) != x.chases]
        _write(changed)
    return len(changed)


@dataclass
class _Around:
    """The letters of some customers from `within_days` before the first asked about, and what they refer to."""

    within: dt.timedelta
    of_customer: dict[str, list[_Letter]] = field(default_factory=lambda: defaultdict(list))
    cases: dict[int, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))
    rescans: set[tuple[int, int]] = field(default_factory=set)

    @classmethod
    def read(cls, asked: Sequence[_Letter], within_days: int) -> _Around:
        """Three queries, however many are asked about."""
        around = cls(dt.timedelta(days=within_days))
        if not asked:
            return around
        received = [x.received for x in asked]
        earlier = Item.objects.filter(
            customer_id__in={x.customer for x in asked},
            received__range=(min(received) - around.within, max(received)),
        ).exclude(status=ItemStatus.WITHDRAWN)
        for row in earlier.order_by("received", "pk").values_list(*_COLUMNS):
            letter = _Letter(*row)
            around.of_customer[letter.customer].append(letter)
        # Only where a customer wrote more than once can a reference matter.
        several = [x.pk for letters in around.of_customer.values() if len(letters) > 1 for x in letters]
        for start in range(0, len(several), _AT_ONCE):
            part = several[start : start + _AT_ONCE]
            found = ItemReference.objects.filter(item__in=part).exclude(type__in=_OF_A_PERSON)
            for item, kind, value in found.values_list("item_id", "type", "value"):
                around.cases[item].add((kind, value))
        pairs = NearDuplicate.objects.filter(item__in=[x.pk for x in asked])
        around.rescans = set(pairs.values_list("item_id", "of_id"))
        return around

    def first_letter(self, item: _Letter) -> _Letter | None:
        """The oldest unanswered letter on the same matter, else the last answered one.

        The same matter: the same customer, and the same service or a shared reference of a case. Letters of one day
        are one envelope, not a chaser.
        """
        earliest, last = item.received - self.within, None
        for other in self.of_customer[item.customer]:
            if other.received >= item.received:
                break
            if other.received < earliest or not self._is_one_matter(item, other):
                continue
            if other.was_open_on(item.received):
                return other
            last = other
        return last

    def _is_one_matter(self, item: _Letter, other: _Letter) -> bool:
        if (item.pk, other.pk) in self.rescans:
            return False
        one_service = bool(item.service) and item.service == other.service
        return one_service or not self.cases[item.pk].isdisjoint(self.cases[other.pk])


def _write(changed: Sequence[tuple[_Letter, _Letter | None]]) -> None:
    """The links, what happened as events, and both letters moved up where the first still waits."""
    if not changed:
        return
    table, quote = Item._meta.db_table, connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(table)} SET chases_id = %s WHERE id = %s",
            [(first.pk if first else None, x.pk) for x, first in changed],
        )
    Event.objects.bulk_create(
        Event(
            kind="item.second_letter" if first else "item.second_letter_unlinked",
            subject="item",
            subject_key=str(x.pk),
            details={"item": first.pk if first else x.chases},
        )
        for x, first in changed
    )
    waiting = [(x.pk, first.pk) for x, first in changed if first and first.answered_at is None]
    for pair in waiting:
        Item.objects.filter(pk__in=pair).update(priority=F("priority") + 1)
