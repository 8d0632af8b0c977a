"""Filing: the item as a searchable PDF/A in the store, on its record."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db import transaction

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.read import kept_reading
from mailroom.records.models import Event, Item


def file_item(machines: Machines, item_id: int, version: int) -> str:
    """Build and store the filing copy. Returns its key. An item already filed, or changed since, is left as it is."""
    item = Item.objects.select_related("batch").get(pk=item_id)
    if item.filed_as or item.version != version:
        return item.filed_as
    readings = [kept_reading(machines.store, p.reading) for p in item.pages.order_by("place", "number")]
    with tempfile.TemporaryDirectory(prefix="mailroom-filing-") as folder:
        output = Path(folder) / f"{item.number}.pdf"
        with machines.store.path_for_reading(item.batch.original) as source:
            machines.filing_copy(source, readings, f"Item {item.number}", item.batch.taken_at, output)
        key = machines.store.put(output)
    with transaction.atomic():
        if Item.objects.filter(pk=item_id, version=version).update(filed_as=key):
            Event.record("item.filed", item)
    return key
