"""Which item an email to a team speaks of, so that what becomes of the email becomes of the item."""

from __future__ import annotations

from django.db.models import QuerySet

from mailroom.records.models import Delivery, Item


def item_as_told(delivery: Delivery) -> QuerySet[Item]:
    """The item, if the email is its team's and tells of the decision in force; nothing otherwise."""
    told = Item.objects.filter(pk=delivery.item_id, version=delivery.version)
    return told.none() if delivery.is_copy else told
