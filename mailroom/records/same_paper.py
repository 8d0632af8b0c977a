"""Which items seem to be scans of the same paper, for those who may know of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from mailroom.records.models import Item, ItemStatus, NearDuplicate
from mailroom.records.visible_items import Viewer, visible_items


@dataclass(frozen=True, slots=True)
class OtherScan:
    """Another item that seems to be the same paper. came_later: it is the repeat, not the item asked about."""

    item: Item
    came_later: bool


def other_scans(items: Collection[int], known: QuerySet[Item]) -> dict[int, list[OtherScan]]:
    """The other scans of each item, the first scan first; two queries, however many are asked about.

    known: what the person may know of. Of any other item not even the number is told.
    """
    links = NearDuplicate.objects.filter(Q(item__in=items) | Q(of__in=items)).values_list("item_id", "of_id")
    pairs = [(later, earlier) for later, earlier in links]
    if not pairs:
        return {}
    others = known.filter(pk__in={key for pair in pairs for key in pair}).exclude(status=ItemStatus.WITHDRAWN)
    by_key = others.defer("text", "decision").in_bulk()
    found: dict[int, list[OtherScan]] = defaultdict(list)
    for later, earlier in sorted(pairs):
        if earlier in by_key and later in items:
            found[later].append(OtherScan(by_key[earlier], came_later=False))
        if later in by_key and earlier in items:
            found[earlier].append(OtherScan(by_key[later], came_later=True))
    return dict(found)


def items_on_the_table(viewer: Viewer) -> QuerySet[Item]:
    """Those that the table of a batch shows: all but private ones, and these too to a person who is named."""
    return Item.objects.filter(Q(private=False) | Q(pk__in=visible_items(viewer).values("pk")))
