"""Reading: the batch opened, each page read once, its reading kept in the store."""

from __future__ import annotations

import zlib

from django.db import transaction
from pydantic import TypeAdapter

from mailroom.errors import Reject
from mailroom.inbound.machines import DocumentStore, Machines
from mailroom.records.models import Batch, BatchStatus, Event, Page
from mailroom.values.page import PageKind, PageReading

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
        known = set(batch.pages.values_list("number", flat=True))
        Page.objects.bulk_create(
            Page(batch=batch, number=n, kind=PageKind.UNREAD, problem="This page has not been read yet.")
            for n in range(1, count + 1)
            if n not in known
        )
    return count


def read_page(machines: Machines, batch_id: int, number: int) -> str:
    """Read one page and keep the reading. Returns the reading's key. A page already read is not read again."""
    page = Page.objects.select_related("batch").get(batch_id=batch_id, number=number)
    if page.reading:
        return page.reading
    Page.objects.filter(pk=page.pk).update(tries=page.tries + 1)
    if page.tries >= _TRIES:
        reading = unread(number, f"Reading this page stopped the machine {_TRIES} times. Look at the picture of it.")
    else:
        with machines.store.path_for_reading(page.batch.original) as path:
            reading = machines.reader.read(path, number)
    key = keep_reading(machines.store, reading)
    Page.objects.filter(pk=page.pk).update(reading=key, **Page.columns_of(reading))
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
