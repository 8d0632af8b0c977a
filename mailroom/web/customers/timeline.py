"""One customer's post in and out, newest first, as far as the person who looks may know of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from mailroom.config.roles import Sight
from mailroom.records.models import Customer, Item, Letter
from mailroom.records.visible_items import outlined_items, visible_items
from mailroom.web.permission import viewer

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of post. opens: whether its page may be opened; else only this line is shown."""

    day: dt.date
    item: Item | None = None
    letter: Letter | None = None
    opens: bool = False


def timeline(request: HttpRequest, customer: Customer) -> list[Line]:
    who = viewer(request)
    full = {i.pk: i for i in _newest(visible_items(who).filter(customer=customer))}
    outlined = _newest(outlined_items(who).filter(customer=customer).exclude(pk__in=full))
    lines = [Line(i.received, item=i, opens=True) for i in full.values()]
    lines += [Line(i.received, item=i) for i in outlined]
    lines += [Line(timezone.localdate(x.created_at), letter=x) for x in _letters(request, customer)]
    return sorted(lines, key=lambda line: line.day, reverse=True)[:SHOWN]


def _newest(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.defer("text", "decision").order_by("-received", "-pk")[:SHOWN]


def _letters(request: HttpRequest, customer: Customer) -> QuerySet[Letter]:
    """Letters of every service, or of the person's own where they see their own only."""
    letters = Letter.objects.filter(customer=customer).select_related("mailing")
    if viewer(request).sees == Sight.SERVICES:
        letters = letters.filter(mailing__service__in=viewer(request).services)
    return letters.order_by("-created_at")[:SHOWN]
