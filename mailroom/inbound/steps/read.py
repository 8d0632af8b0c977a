"""Reading: the batch opened, each page read once, its reading kept in the store."""

from __future__ import annotations

import zlib
from dataclasses import replace

from django.db import transaction
from pydantic import TypeAdapter

from mailroom.errors import Reject
from mailroom.inbound.machines import DocumentStore, Machines
from mailroom.records.models import Batch, BatchStatus, Event, Item, Page
from mailroom.values.confidence import NO_IDEA
from mailroom.values.page import PageKind, PageReading, TextSource

_READING = TypeAdapter(PageReading)
# A page whose reading brought its worker process down this often is not tried again.
_TRIES = 5
_A4_POINTS = (595.0, 842.0)


def open_batch(machines: Machines, batch_id: int) -> int:
    """Check the file whole and note its pages. Returns the number of pages to read; 0 when it is quarantined."""
    batch = Batch.objects.get(pk=batch_id)
    if not BatchStatus(batch.status).is_in_flight:
        return 0
    try:
        with machines.store.path_for_reading(batch.original) as path:
            count = machines.reader.page_count(path)
    except Reject as bad:
        quarantine(batch, str(bad))
        return 0
    with transaction.atomic():
        Batch.objects.filter(pk=batch_id).update(page_count=count, status=BatchStatus.READING, reason="")
        # Duplicates that came before anybody had counted: their sheets were fed, too, and are in the ledger.
        Batch.objects.filter(duplicate_of=batch, status=BatchStatus.DUPLICATE).update(page_count=count)
        known = set(batch.pages.values_list("number", flat=True))
        Page.objects.bulk_create(
            Page(batch=batch, number=n, kind=PageKind.UNREAD, problem="This page has not been read yet.")
            for n in range(1, count + 1)
            if n not in known
        )
    return count


def read_page(machines: Machines, batch_id: int, number: int) -> str:
    """Read one page and keep the reading. Returns the reading's key.

    A page already read is not read again, unless a person has turned it since.
    """
    page = Page.objects.select_related("batch").get(batch_id=batch_id, number=number)
    if page.reading and page.turned:
        return _read_as_turned(machines, page)
    if page.reading:
        return page.reading
    reading = _read(machines, page)
    key = keep_reading(machines.store, reading)
    Page.objects.filter(pk=page.pk).update(reading=key, **Page.columns_of(reading))
    return key


def turned_pages(item_id: int, version: int) -> tuple[int, list[int]]:
    """The item's batch, and the numbers of its pages that are to be read again; none for an old version."""
    item = Item.objects.get(pk=item_id)
    if item.version != version:
        return item.batch_id, []
    return item.batch_id, list(item.pages.filter(turned=True).order_by("number").values_list("number", flat=True))


def _read(machines: Machines, page: Page, rotation: int | None = None) -> PageReading:
    """A page that keeps bringing its reader down is unread; its tries are counted before each."""
    Page.objects.filter(pk=page.pk).update(tries=page.tries + 1)
    if page.tries >= _TRIES:
        problem = f"Reading this page stopped the machine {_TRIES} times. Look at the picture of it."
        return unread(page.number, problem)
    with machines.store.path_for_reading(page.batch.original) as path:
        if rotation is None:
            return machines.reader.read(path, page.number)
        return machines.reader.read(path, page.number, rotation)


def _read_as_turned(machines: Machines, page: Page) -> str:
    """Read it the way up a person gave it. Text that came with the file is right already, whichever way it is shown.

    Whoever turns it once more meanwhile, or takes the turn back, goes before: then nothing is written here.
    """
    shown = kept_reading(machines.store, page.reading)
    reading = shown if shown.source is TextSource.OWN_TEXT else _read(machines, page, page.rotation)
    if not reading.words:
        problem = (
            reading.problem or "Nothing was read on this page the way up it was turned. Look at the picture of it."
        )
        reading = replace(shown, kind=PageKind.UNREAD, words=(), confidence=NO_IDEA, problem=problem)
    elif reading.kind is not PageKind.UNREAD:
        reading = replace(reading, kind=PageKind.ITEM)
    key = keep_reading(machines.store, reading)
    as_it_was = Page.objects.filter(pk=page.pk, reading=page.reading, turned=True)
    as_it_was.update(**{**Page.columns_of(reading), "reading": key, "turned": False})
    return key


def unread(number: int, problem: str) -> PageReading:
    """The reading of a page that could not be read; A4 where its size is not known."""
    width, height = _A4_POINTS
    return PageReading(number, PageKind.UNREAD, width, height, problem=problem)


def keep_reading(store: DocumentStore, reading: PageReading) -> str:
    """Store the reading as compressed JSON and return its key."""
    return store.put(zlib.compress(_READING.dump_json(reading), 6))


def kept_reading(store: DocumentStore, key: str) -> PageReading:
    """The reading under that key."""
    return _READING.validate_json(zlib.decompress(store.get(key)))


def quarantine(batch: Batch, reason: str) -> None:
    """Set the batch aside with its reason. The original stays in the store; `mailroom retry` tries again."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.QUARANTINED, reason=reason)
        Event.record("batch.quarantined", batch)
