"""Items that are due soon or late, team by team, for the digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Case, F, Value, When

from mailroom.records.models import Item
from mailroom.records.work_queue import OPEN
from mailroom.values.working_days import working_days_between


@dataclass(frozen=True, slots=True)
class DueItem:
    """An open item and how its day stands. left: working days, below 0 when late. promised: told to the customer."""

    number: str
    service: str
    team: str
    due: dt.date
    left: int
    promised: bool


def due_by(day: dt.date, last: dt.date) -> Iterator[DueItem]:
    """Every open item due on or before `last`, the most pressing first. A day promised to the customer counts too."""
    open_items = Item.objects.filter(status__in=OPEN).annotate(
        promised=F("handling__promised"),
        first_due=Case(
            When(handling__promised__gt=F("due"), then=F("handling__promised")), default=F("due")
        ),
        is_promised=Case(When(handling__promised__gt=F("due"), then=Value(True)), default=Value(False)),
    )  # fmt: skip
    for item in open_items.filter(first_due__lte=last).order_by("first_due", "pk").iterator(2000):
        left = working_days_between(day, item.first_due)
        yield DueItem(item.number, item.service, item.team, item.first_due, left, item.is_promised)


def leaders(service: str, role: str = "team_leader") -> list[str]:
    """Email addresses of the leaders of a service, where their accounts have one."""
    people = User.objects.filter(is_active=True, person__role=role).exclude(email="").select_related("person")
    return sorted(p.email for p in people if service in p.person.services)
