"""Cutting: a batch whose pages are all read becomes items, and every page is accounted for."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from mailroom.inbound.machines import Machines
from mailroom.inbound.separation import counted, without_days_ahead
from mailroom.inbound.steps.read import kept_reading
from mailroom.inbound.steps.rerun import cut_over
from mailroom.inbound.steps.take_in import AHEAD
from mailroom.records.models import Batch, BatchStatus, Event, Item, Page
from mailroom.values.decisions import ItemPages, Separation


def cut_batch(machines: Machines, batch_id: int) -> list[int]:
    """Separate the batch and record its items. Returns the ids of those to put on, in order. Safe to repeat.

    A batch cut before, and put on the line again, keeps the items whose pages stay the same.
    """
    batch = Batch.objects.get(pk=batch_id)
    if batch.status == BatchStatus.CUT:
        return list(batch.items.order_by("position").values_list("pk", flat=True))
    if batch.status != BatchStatus.READING:
        return []
    readings = [kept_reading(machines.store, page.reading) for page in batch.pages.order_by("number")]
    cut = machines.separate(readings, batch.policy, _both_sides(machines, batch))
    separation = _dated(counted(cut, batch.expected_items), batch)
    with transaction.atomic():
        if batch.items.exists() and batch.cut_at:
            cut_over(machines, batch, readings, separation)
            items = []
        else:
            items = [_record(batch, cut, separation.doubts) for cut in separation.items]
            _keep_apart(batch, separation)
        Batch.objects.filter(pk=batch_id).update(
            status=BatchStatus.CUT,
            cut_at=machines.clock(),
            expected_items=separation.expected_items,
            reason=" ".join(separation.doubts),
        )
        Event.record("batch.cut", batch, items=len(items), doubts=len(separation.doubts))
    return [item.pk for item in items]


def _both_sides(machines: Machines, batch: Batch) -> bool | None:
    """Whether both sides were scanned, as whoever handed it in or its folder says; None where neither does.

    A batch's record cannot tell one side from not told, so its folder is asked.
    """
    if batch.duplex:
        return True
    return next((f.duplex for f in machines.config.watch_folder if f.name == batch.source), None)


def _dated(separation: Separation, batch: Batch) -> Separation:
    """No item is received on a day to come, which would put off its answer; whoever reviews it is asked."""
    found = without_days_ahead(separation, max(timezone.localdate(batch.taken_at), batch.received))
    if batch.received_from != AHEAD:
        return found
    doubt = "Its sub-folder is named by a day still to come, so the day of scanning was taken. When was it received?"
    return replace(found, doubts=(*found.doubts, doubt))


def _record(batch: Batch, cut: ItemPages, doubts: tuple[str, ...]) -> Item:
    """One item and its pages. A separator's service or date of receipt goes before the folder's."""
    first = min(p.number for p in cut.pages)
    item, _ = Item.objects.get_or_create(
        batch=batch,
        position=cut.position,
        defaults={
            "first_page": first,
            "last_page": first + len(cut.pages) - 1,
            "received": cut.received or batch.received,
            "service": cut.service or batch.service,
            "review_reasons": list(doubts),
            "decision": {
                "cut": {
                    "confidence": round(cut.confidence, 4),
                    "reasons": list(cut.reasons),
                    "service": cut.service or batch.service,
                }
            },
        },
    )
    for page in cut.pages:
        Page.objects.filter(batch=batch, number=page.number).update(item=item, kind=page.kind, problem=page.problem)
    return item


def _keep_apart(batch: Batch, separation: Separation) -> None:
    for page in separation.apart:
        Page.objects.filter(batch=batch, number=page.number).update(item=None, kind=page.kind)
