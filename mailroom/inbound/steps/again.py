"""Trying again what failed, when a person says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import F

from mailroom.inbound.machines import Machines
from mailroom.records.models import Batch, BatchStatus, Delivery, DeliveryStatus, Event, Item, ItemStatus

_NUMBER = re.compile(r"^B(\d{6,})(?:-(\d+))?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the retry was put on, and what to tell the person."""

    done: bool
    message: str


def all_that_failed() -> list[str]:
    """Numbers of every quarantined batch, and of every item with an email that did not arrive."""
    batches = Batch.objects.filter(status=BatchStatus.QUARANTINED)
    items = Item.objects.filter(pk__in=Delivery.objects.not_arrived().values("item"))
    return [*(b.number for b in batches), *(i.number for i in items)]


def retry(number: str, machines: Machines, actor: str = "command") -> Outcome:
    """Put one batch or item on the line again."""
    said = _NUMBER.match(number.strip())
    if not said:
        return Outcome(False, f"{number}: not a batch or item number. They look like B000012 and B000012-03.")
    if said[2]:
        item = Item.objects.filter(batch_id=int(said[1]), position=int(said[2])).first()
        return _retry_item(item, machines, actor) if item else Outcome(False, f"{number}: no such item.")
    batch = Batch.objects.filter(pk=int(said[1])).first()
    return _retry_batch(batch, machines, actor) if batch else Outcome(False, f"{number}: no such batch.")


def _retry_batch(batch: Batch, machines: Machines, actor: str) -> Outcome:
    with transaction.atomic():
        moved = Batch.objects.filter(pk=batch.pk, status=BatchStatus.QUARANTINED).update(
            status=BatchStatus.RECEIVED, reason="", attempts=F("attempts") + 1
        )
        if not moved:
            return Outcome(False, f"{batch.number}: is {batch.status}, not quarantined; nothing to retry.")
        Event.record("batch.retried", batch, actor=actor)
        transaction.on_commit(partial(machines.queues.put_batch, batch.pk, batch.attempts + 1))
    return Outcome(True, f"{batch.number}: put on the line again.")


def _retry_item(item: Item, machines: Machines, actor: str) -> Outcome:
    failed = list(Delivery.objects.not_arrived().filter(item=item))
    if not failed:
        return Outcome(False, f"{item.number}: is {item.status}, and no email of it failed; nothing to retry.")
    with transaction.atomic():
        for delivery in failed:
            Delivery.objects.filter(pk=delivery.pk).update(status=DeliveryStatus.QUEUED, attempts=F("attempts") + 1)
            transaction.on_commit(partial(machines.queues.put_email, delivery.pk, delivery.attempts + 1))
        Item.objects.filter(pk=item.pk, status=ItemStatus.UNDELIVERED).update(
            status=ItemStatus.ROUTED, review_reasons=[]
        )
        Event.record("item.retried", item, actor=actor)
    return Outcome(True, f"{item.number}: its email is sent again.")
