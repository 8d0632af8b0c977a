"""Running a stage again on a batch that was cut: reading, cutting or deciding."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.recut import Cut, lay_out
from mailroom.records.cuts import CutsChanged, drop, layout_for_cutting_again
from mailroom.records.models import Batch, BatchStatus, Event, Item, ItemStatus, Page, ReviewLease
from mailroom.values.batch_layout import BatchLayout, PlacedPage
from mailroom.values.decisions import Separation
from mailroom.values.page import PageReading

_SETTLED = (ItemStatus.WITHDRAWN, ItemStatus.ANSWERED, ItemStatus.CLOSED)


def read_again(machines: Machines, batch_id: int, actor: str) -> str:
    """Read every page anew, then cut and decide anew. Returns what to tell the person."""
    with transaction.atomic():
        batch = _back_on_the_line(machines, batch_id)
        Page.objects.filter(batch=batch).update(reading="", as_read="", turned=False, tries=0)
        _decide_anew(Item.objects.filter(batch=batch))
        Event.record("batch.read_again", batch, actor=actor)
    return f"{batch.number} is read again. Items already answered are kept unless their pages change."


def cut_again(machines: Machines, batch_id: int, actor: str) -> str:
    """Cut anew from what the machine read; what persons changed is taken back. Returns what to tell the person."""
    with transaction.atomic():
        batch = _back_on_the_line(machines, batch_id)
        changed = Page.objects.filter(batch=batch).exclude(as_read="")
        _decide_anew(Item.objects.filter(pk__in=changed.values("item")))
        changed.update(reading=F("as_read"), as_read="", turned=False)
        Event.record("batch.cut_again", batch, actor=actor)
    return f"{batch.number} is cut again. Items whose pages stay the same are kept."


def decide_again(machines: Machines, batch_id: int, positions: Sequence[int], actor: str) -> str:
    """Understand and route items anew, whatever was decided. Returns what to tell the person."""
    with transaction.atomic():
        items = Item.objects.select_for_update().filter(batch_id=batch_id, position__in=positions)
        chosen = list(items.exclude(status__in=_SETTLED))
        for item in chosen:
            Item.objects.filter(pk=item.pk).update(
                status=ItemStatus.CUT, version=F("version") + 1, decided_by="", routed_at=None, sent_at=None
            )
            ReviewLease.objects.filter(item=item).delete()
            Event.record("item.decided_again", item, actor=actor)
            transaction.on_commit(partial(machines.queues.put_item, item.pk, item.version + 1))
    many = "1 item is" if len(chosen) == 1 else f"{len(chosen)} items are"
    return f"{many} decided again. Items already answered are left as they are."


def _decide_anew(items: QuerySet[Item]) -> None:
    """Mark items so that the new cut puts them on the line even where their pages are the same paper."""
    items.exclude(status__in=_SETTLED).update(read_at=None)


def _back_on_the_line(machines: Machines, batch_id: int) -> Batch:
    batch = Batch.objects.select_for_update().get(pk=batch_id)
    if batch.status != BatchStatus.CUT:
        raise CutsChanged(f"{batch.number} is {batch.status}. Wait until it is cut.")
    drop(batch)
    attempt = batch.attempts + 1
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.RECEIVED, attempts=attempt)
    transaction.on_commit(partial(machines.queues.put_batch, batch.pk, attempt))
    return batch


def cut_over(machines: Machines, batch: Batch, readings: Sequence[PageReading], separation: Separation) -> list[int]:
    """Put a machine's new cut of a batch in the place of its old one. Call it in a transaction.

    An item that starts with the same page as before keeps its number; one whose pages stay the same is left alone.
    """
    before = layout_for_cutting_again(batch)
    kinds = {p.number: p.kind for p in (*separation.apart, *(p for cut in separation.items for p in cut.pages))}
    for reading in readings:
        columns = {**Page.columns_of(reading), "kind": kinds[reading.number]}
        Page.objects.filter(batch=batch, number=reading.number).update(**columns)
    now, position_of = _as_layout(before, separation)
    cuts = {
        position_of[cut.position]: Cut(
            cut.received, cut.service or batch.service, round(cut.confidence, 4), cut.reasons, separation.doubts
        )
        for cut in separation.items
    }
    unread = Item.objects.filter(batch=batch, read_at=None).values_list("position", flat=True)
    return lay_out(machines, batch, before, now, "line", cuts, set(unread))


def _as_layout(before: BatchLayout, separation: Separation) -> tuple[BatchLayout, dict[int, int]]:
    """The cut as a layout in the order the pages were fed, and the position each of its items gets."""
    starts = {pages[0].number: position for position, pages in before.items.items()}
    position_of: dict[int, int] = {}
    following = before.next_position
    for cut in separation.items:
        known = starts.get(min(p.number for p in cut.pages))
        position_of[cut.position] = following if known is None else known
        following += known is None
    placed = [PlacedPage(p.number, p.kind, None) for p in separation.apart]
    for cut in separation.items:
        placed += [PlacedPage(p.number, p.kind, position_of[cut.position]) for p in cut.pages]
    placed.sort(key=lambda p: p.number)
    return BatchLayout(tuple(placed), following), position_of
