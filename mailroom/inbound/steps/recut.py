"""Changing the cuts of a batch after it was cut: by a person, page by page, or by running a stage again.

Nothing is lost: the original stays in the store, the machine's reading of a page a person changed is kept beside the
new one, and an item whose pages all went elsewhere is withdrawn, its number never used again. Items whose pages do
not change are left alone; every other gets a new version, so that work under way on the old one comes to nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from mailroom.inbound.machines import Machines
from mailroom.inbound.page_changes import changed_reading
from mailroom.inbound.steps.read import keep_reading, kept_reading
from mailroom.records.cuts import CutsChanged, after, drop, layout_of
from mailroom.records.models import (
    Batch,
    BatchStatus,
    Event,
    Item,
    ItemReference,
    ItemStatus,
    NearDuplicate,
    Page,
    ReplyCode,
    ReviewLease,
)
from mailroom.values.batch_layout import WRITTEN, BatchEdit, BatchLayout, PlacedPage


def recut(machines: Machines, batch_id: int, edits: Sequence[BatchEdit], based_on: int, actor: str) -> list[int]:
    """Put a person's edits into force. Returns the ids of the items that go on the line again.

    Raises:
        CutsChanged: the batch is not as it was when the edits were made.
        CannotEdit: an edit makes no sense.
    """
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=batch_id)
        if batch.status != BatchStatus.CUT or batch.cut_version != based_on:
            raise CutsChanged(f"{batch.number}: the cuts have changed since. Look at them, then change them again.")
        before = layout_of(batch)
        now = after(before, tuple(edits))
        _write_pages(machines, batch, before, now)
        changed = lay_out(machines, batch, before, now, actor)
        drop(batch)
    return changed


@dataclass(frozen=True, slots=True)
class Cut:
    """What is known of a new item besides its pages: what its separator said, why it was cut there, the doubts."""

    received: dt.date | None = None
    service: str = ""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ("cut by a person",)
    doubts: tuple[str, ...] = ()


def lay_out(
    machines: Machines,
    batch: Batch,
    before: BatchLayout,
    now: BatchLayout,
    actor: str,
    cuts: Mapping[int, Cut] | None = None,
    afresh: Collection[int] = (),
) -> list[int]:
    """Write the new layout over the old one, and put the items it changes on the line. Call it in a transaction.

    cuts: what a machine's cut says of each item; without it a person cut. afresh: positions decided anew even where
    their pages stay the same.
    """
    old, new = before.items, now.items
    for position in old.keys() - new.keys():
        _withdraw(batch, position, actor)
    changed = [position for position, pages in new.items() if old.get(position) != pages or position in afresh]
    origins = _origins(batch, before, now)
    for position in changed:
        origin = origins.get(position, _Origin(batch.received, False, batch.service))
        cut = cuts[position] if cuts else Cut(origin.received, origin.service)
        _write_item(batch, position, now, cut, origin.private, actor)
    _place_items(batch, now, skip=set(changed))
    _hang_pages(batch, now)
    items = list(Item.objects.filter(batch=batch, position__in=changed).order_by("position"))
    for item in items:
        transaction.on_commit(partial(machines.queues.put_item, item.pk, item.version))
    Batch.objects.filter(pk=batch.pk).update(cut_version=F("cut_version") + 1)
    Event.record("batch.recut", batch, actor=actor, items=len(new), changed=changed)
    return [item.pk for item in items]


@dataclass(frozen=True, slots=True)
class _Origin:
    """What an item takes over from those its pages come from.

    received: the earliest, because it starts the clock. private: one private page makes it private until it is decided
    anew. service: what the separator in front of its first page said.
    """

    received: dt.date
    private: bool
    service: str


def _origins(batch: Batch, before: BatchLayout, now: BatchLayout) -> dict[int, _Origin]:
    """By position; nothing for an item of pages that belonged to none."""
    items = {i.position: i for i in Item.objects.filter(batch=batch).defer("text")}
    held = {p.number: p.item for p in before.pages}
    found: dict[int, _Origin] = {}
    for position, pages in now.items.items():
        sources = [items[item] for p in pages if (item := held[p.number]) is not None]
        if sources:
            service = sources[0].decision.get("cut", {}).get("service", "")
            private = any(i.private for i in sources)
            found[position] = _Origin(min(i.received for i in sources), private, service)
    return found


def _write_pages(machines: Machines, batch: Batch, before: BatchLayout, now: BatchLayout) -> None:
    """Pages marked or turned get a reading that says so; the machine's own is kept, and turned ones are read again."""
    was = {p.number: p for p in before.pages}
    for placed in now.pages:
        if (placed.kind, placed.turn) == (was[placed.number].kind, was[placed.number].turn):
            continue
        page = Page.objects.get(batch=batch, number=placed.number)
        reading = changed_reading(kept_reading(machines.store, page.reading), placed.kind, placed.turn)
        columns = Page.columns_of(reading)
        key = keep_reading(machines.store, reading)
        turned = placed.turn != was[placed.number].turn or page.turned
        columns |= {"turned": turned and placed.kind in WRITTEN, "tries": 0}
        Page.objects.filter(pk=page.pk).update(reading=key, as_read=page.as_read or page.reading, **columns)


def _hang_pages(batch: Batch, now: BatchLayout) -> None:
    """Each page to its item and, where a person changed the order, to its place."""
    ids = dict(Item.objects.filter(batch=batch).values_list("position", "pk"))
    as_fed = [p.number for p in now.pages] == sorted(p.number for p in now.pages)
    rows = {p.number: p for p in Page.objects.filter(batch=batch)}
    for place, placed in enumerate(now.pages, start=1):
        row = rows[placed.number]
        row.item_id = ids[placed.item] if placed.item is not None else None
        row.place = 0 if as_fed else place
    Page.objects.bulk_update(rows.values(), ["item", "place"], batch_size=200)


_NOT_KNOWN: dict[str, Any] = {
    "customer": None,
    "match_probability": 0.0,
    "chases": None,
    "text": "",
    "filed_as": "",
    "flags": [],
    "also": [],
    "doc_type": "",
    "probability": 0.0,
    "team": "",
    "due": None,
    "priority": 0,
}
"""What was understood of other pages. It goes at once: what was a stranger's page must not be found, or shown on a
customer's record, until the line has read the item again."""


def _forget_what_was_read(item: Item) -> None:
    ItemReference.objects.filter(item=item).delete()
    NearDuplicate.objects.filter(item=item).delete()  # found again, if it still is one, when the line reads it
    ReplyCode.objects.filter(answered_by=item).update(answered_by=None)
    ReviewLease.objects.filter(item=item).delete()


def _withdraw(batch: Batch, position: int, actor: str) -> None:
    item = Item.objects.get(batch=batch, position=position)
    Item.objects.filter(pk=item.pk).update(
        **_NOT_KNOWN,
        status=ItemStatus.WITHDRAWN,
        version=F("version") + 1,
        review_reasons=["Its pages were put with another item."],
    )
    _forget_what_was_read(item)
    Event.record("item.withdrawn", item, actor=actor)


def _write_item(batch: Batch, position: int, now: BatchLayout, cut: Cut, private: bool, actor: str) -> None:
    """A new item, or a changed one started afresh: what was decided of other pages is decided anew."""
    first, last = _span(now, now.items[position])
    fresh = {
        "first_page": first,
        "last_page": last,
        "review_reasons": list(cut.doubts),
        "decision": {"cut": {"confidence": cut.confidence, "reasons": list(cut.reasons), "service": cut.service}},
        "service": cut.service,
        "private": private,
        "received": cut.received or batch.received,
    }
    item, is_new = Item.objects.get_or_create(batch=batch, position=position, defaults=fresh)
    if not is_new:
        Item.objects.filter(pk=item.pk).update(
            **_NOT_KNOWN,
            **fresh,
            status=ItemStatus.CUT,
            version=F("version") + 1,
            decided_by="",
            read_at=None,
            routed_at=None,
            sent_at=None,
            seen_at=None,
            answered_at=None,
        )
        _forget_what_was_read(item)
    Event.record("item.made" if is_new else "item.recut", item, actor=actor, pages=last - first + 1)


def _place_items(batch: Batch, now: BatchLayout, skip: set[int]) -> None:
    """Items that only moved along because others grew or shrank."""
    for position, pages in now.items.items():
        if position not in skip:
            first, last = _span(now, pages)
            Item.objects.filter(batch=batch, position=position).update(first_page=first, last_page=last)


def _span(now: BatchLayout, pages: Sequence[PlacedPage]) -> tuple[int, int]:
    first = next(place for place, p in enumerate(now.pages, start=1) if p.number == pages[0].number)
    return first, first + len(pages) - 1
