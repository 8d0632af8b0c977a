"""Incoming items as plain facts: what each was, when it was routed, seen and answered, and what happened around it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, When
from django.db.models.fields.json import KT

from mailroom.records.models import Delivery, Event, Item, ItemStatus
from mailroom.records.rolling import ItemFacts

_AT_ONCE = 500
"""Items looked up together: one query each for events, deliveries and second letters. A correlated subquery an item
took 4 ms on SQLite, ten times as long; and old builds of SQLite allow 999 parameters."""

_COLUMNS = (
    "pk", "received", "service", "team", "batch__source", "batch__received_from", "doc_type",
    "flags", "due", "routed_at", "seen_at",
    "answered_at", "chases_id", "chases__answered_at", "sheets", "first_service",
)  # fmt: skip


def incoming_facts(
    first: dt.date, last: dt.date, zone: ZoneInfo, channel_of: Callable[[str], str]
) -> Iterator[ItemFacts]:
    """One for each standing item received in those days."""
    sides = F("last_page") - F("first_page") + 1
    sheets = Case(When(batch__duplex=True, then=(sides + 1) / 2), default=sides, output_field=IntegerField())
    items = Item.objects.filter(received__range=(first, last)).exclude(status=ItemStatus.WITHDRAWN)
    rows = items.annotate(sheets=sheets, first_service=KT("decision__classification__service"))
    reading = rows.values(*_COLUMNS).iterator(chunk_size=5000)
    while part := list(islice(reading, _AT_ONCE)):
        around = _Around.of([row["pk"] for row in part])
        for row in part:
            yield _facts(row, around, zone, channel_of)


@dataclass(frozen=True, slots=True)
class _Around:
    """What other records say of some items. held: the first holding reply: when, and the day it promised."""

    asked: frozenset[str]
    held: dict[str, tuple[dt.datetime, str]]
    owners: dict[int, set[str]]
    chased: frozenset[int]

    @classmethod
    def of(cls, keys: list[int]) -> _Around:
        """Look them all up."""
        kinds = ("item.to_review", "item.holding_reply")
        events = Event.objects.filter(subject="item", subject_key__in=[str(key) for key in keys], kind__in=kinds)
        asked: set[str] = set()
        held: dict[str, tuple[dt.datetime, str]] = {}
        for kind, key, at, promised in events.order_by("pk").values_list(
            "kind", "subject_key", "at", KT("details__promised")
        ):
            if kind == "item.to_review":
                asked.add(key)
            else:
                held.setdefault(key, (at, promised or ""))
        owners: dict[int, set[str]] = {}
        for item, team in Delivery.objects.filter(item__in=keys, is_copy=False).values_list("item_id", "team"):
            owners.setdefault(item, set()).add(team)
        chased = Item.objects.filter(chases__in=keys).values_list("chases_id", flat=True)
        return cls(frozenset(asked), held, owners, frozenset(key for key in chased if key))


def _facts(row: dict[str, Any], around: _Around, zone: ZoneInfo, channel_of: Callable[[str], str]) -> ItemFacts:
    def day(at: dt.datetime | None) -> dt.date | None:
        return at.astimezone(zone).date() if at else None

    key = row["pk"]
    held, promised = around.held.get(str(key), (None, ""))
    return ItemFacts(
        received=row["received"],
        service=row["service"],
        channel="email" if row["batch__received_from"] == "mailbox" else channel_of(row["batch__source"]),
        kind=row["doc_type"],
        sheets=row["sheets"],
        flags=tuple(row["flags"]),
        due=row["due"],
        routed=day(row["routed_at"]),
        seen=day(row["seen_at"]),
        answered=day(row["answered_at"]),
        held=day(held),
        promised=dt.date.fromisoformat(promised) if promised else None,
        first_service=row["first_service"] or "",
        asked=str(key) in around.asked,
        bounced=bool(around.owners.get(key, set()) - {row["team"]}),
        chases=row["chases_id"] is not None,
        chased_answered=day(row["chases__answered_at"]),
        chased=key in around.chased,
    )
