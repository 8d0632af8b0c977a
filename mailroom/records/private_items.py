"""Who may open a private-and-confidential item. Naming shows nothing of it but number and service."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from mailroom.records.models import Event, Item, ItemStatus, NamedReader
from mailroom.records.visible_items import Viewer
from mailroom.values.decisions import NONE_OF_OURS


def to_name(viewer: Viewer) -> QuerySet[Item]:
    """Private items of the person's services that are not answered, those nobody may open yet first."""
    items = Item.objects.filter(private=True, status__in=[s for s in ItemStatus if s.awaits_an_answer])
    if viewer.sees != "all":
        items = items.filter(
            Q(service__in=viewer.services) | Q(team__in=viewer.services) | Q(service__in=("", NONE_OF_OURS))
        )
    listed = items.prefetch_related("named_readers__account").defer("text", "decision")
    return listed.order_by("due", "pk")


def name_reader(item: Item, reader: User, actor: str) -> None:
    """Open the item to one more person."""
    with transaction.atomic():
        NamedReader.objects.get_or_create(item=item, account=reader)
        Event.record("item.reader_named", item, actor=actor, reader=reader.pk)


def remove_reader(item: Item, reader_id: int, actor: str) -> None:
    """Close the item to somebody again."""
    with transaction.atomic():
        NamedReader.objects.filter(item=item, account_id=reader_id).delete()
        Event.record("item.reader_removed", item, actor=actor, reader=reader_id)
