"""The sweep: finds work that a crash or a long outage left behind and puts it on the line again.

The record's status is the truth. What the engine has lost, or given up, is put on again under a new attempt; after
too many attempts a person is told.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.read import quarantine
from mailroom.records.models import Batch, BatchStatus, Delivery, DeliveryStatus, Event, Item, ItemStatus

# Long enough for a commit to reach the queue, so that the sweep does not race the ordinary way.
_GRACE = dt.timedelta(seconds=10)


def sweep(machines: Machines) -> dict[str, int]:
    """One round. Returns how many batches, items and emails were put on again."""
    return {
        "batches": _sweep_batches(machines),
        "items": _sweep_items(machines),
        "emails": _sweep_emails(machines),
    }


def _sweep_batches(machines: Machines) -> int:
    moved = 0
    in_flight = [s for s in BatchStatus if s.is_in_flight]
    for batch in Batch.objects.filter(status__in=in_flight, taken_at__lt=machines.clock() - _GRACE):
        workflow_id = f"batch-{batch.pk}-{batch.attempts}"
        if machines.queues.is_unfinished(workflow_id) or _just_changed(batch, machines.clock()):
            continue
        if machines.queues.killed_its_workers(workflow_id):
            quarantine(batch, "Reading this batch stopped the machine several times. Look at the file, then retry it.")
            continue
        if batch.attempts >= machines.config.engine.attempts:
            quarantine(batch, f"Reading this batch failed {batch.attempts} times. Look at the file, then retry it.")
            continue
        Batch.objects.filter(pk=batch.pk).update(attempts=F("attempts") + 1)
        machines.queues.put_batch(batch.pk, batch.attempts + 1)
        moved += 1
    return moved


def _sweep_items(machines: Machines) -> int:
    moved = 0
    with_the_line = [s for s in ItemStatus if s.is_with_the_line]
    for item in Item.objects.filter(status__in=with_the_line, cut_at__lt=machines.clock() - _GRACE):
        workflow_id = f"item-{item.pk}-{item.version}"
        if machines.queues.is_unfinished(workflow_id) or _just_changed(item, machines.clock()):
            continue
        if item.status == ItemStatus.ROUTED and Delivery.objects.in_force().filter(item=item).exists():
            continue
        gave_up = item.version > machines.config.engine.attempts and item.status == ItemStatus.CUT
        if gave_up or machines.queues.killed_its_workers(workflow_id):
            _ask_a_person(item)
            continue
        Item.objects.filter(pk=item.pk).update(version=F("version") + 1)
        machines.queues.put_item(item.pk, item.version + 1)
        moved += 1
    return moved


def _just_changed(record: Batch | Item, now: dt.datetime) -> bool:
    """Whether somebody changed it so lately (turned a page, ran a stage again) that its work may not be queued yet."""
    lately = Event.objects.filter(subject=record._meta.model_name, subject_key=str(record.pk))
    return lately.filter(at__gt=now - _GRACE, at__lte=now).exists()


def _ask_a_person(item: Item) -> None:
    reason = "The machine failed on this item again and again. Please read it and choose the service."
    with transaction.atomic():
        Item.objects.filter(pk=item.pk).update(status=ItemStatus.REVIEW, review_reasons=[*item.review_reasons, reason])
        Event.record("item.gave_up", item)


def _sweep_emails(machines: Machines) -> int:
    """Emails whose server was away; each waits its turn, and none is ever given up without a person knowing."""
    wait = dt.timedelta(seconds=machines.config.engine.retry_email_after_seconds)
    moved = 0
    unsent = Delivery.objects.filter(status__in=(DeliveryStatus.QUEUED, DeliveryStatus.SENDING))
    for delivery in unsent.filter(created_at__lt=machines.clock() - _GRACE):
        if machines.queues.is_unfinished(f"email-{delivery.pk}-{delivery.attempts}"):
            continue
        # A try that lies ahead was noted before the clock was put back: that is no reason to wait.
        if delivery.tried_at and dt.timedelta() <= machines.clock() - delivery.tried_at < wait:
            continue
        Delivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1)
        machines.queues.put_email(delivery.pk, delivery.attempts + 1)
        moved += 1
    return moved
