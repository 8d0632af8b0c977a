"""Which items a person may see: those of their services, and private ones only where they are named."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from mailroom.records.models import Item, NamedReader
from mailroom.values.decisions import NONE_OF_OURS


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the account's id, what its role sees (a config.roles.Sight), and its service codes."""

    account_id: int
    sees: str
    services: tuple[str, ...]


def visible_items(viewer: Viewer) -> QuerySet[Item]:
    """The items this person may know of at all."""
    if viewer.sees in ("none", "outline"):
        return Item.objects.none()
    named = Q(pk__in=NamedReader.objects.filter(account_id=viewer.account_id).values("item"))
    openly = Item.objects.filter(Q(private=False) | named)
    if viewer.sees == "all":
        return openly
    return openly.filter(
        Q(service__in=viewer.services)
        | Q(team__in=viewer.services)
        | Q(status="review", service__in=("", NONE_OF_OURS))
        | named
    )


def outlined_items(viewer: Viewer) -> QuerySet[Item]:
    """Items of which this person may know that they came, their service, dates and status, and nothing more."""
    return Item.objects.filter(private=False) if viewer.sees == "outline" else Item.objects.none()


def with_flag(items: QuerySet[Item], code: str) -> QuerySet[Item]:
    """Those that carry the flag. As text, because SQLite cannot look into a list."""
    return items.annotate(flag_words=Cast("flags", TextField())).filter(flag_words__contains=f'"{code}"')
