"""What a request for figures asks: which months, which service, and what this person may see at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import urlencode

from mailroom.config.roles import Sight
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.web.permission import signed_in, viewer
from mailroom.web.site import services
from mailroom.web.targets.machines import Asked, figures


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked, what may be chosen instead, and what was wrong with the form."""

    asked: Asked
    codes: tuple[str, ...]
    may_see_all: bool
    months: tuple[Month, ...]
    problem: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {"from": str(self.asked.period.first), "to": str(self.asked.period.last), "service": self.asked.service}

    @property
    def encoded(self) -> str:
        return urlencode(self.query)


def choice(request: HttpRequest) -> Choice:
    """Read it from the address. Somebody tied to services sees theirs only, one at a time."""
    today = timezone.localdate()
    codes, may_see_all = _codes(request)
    service = request.GET.get("service", "" if may_see_all else codes[0])
    if service not in codes and not (may_see_all and service == ""):
        raise PermissionDenied
    period, problem = _period(request, today)
    return Choice(Asked(period, service, today), codes, may_see_all, _months(today), problem)


def _codes(request: HttpRequest) -> tuple[tuple[str, ...], bool]:
    if viewer(request).sees != Sight.SERVICES:
        return services().codes, True
    mine = tuple(signed_in(request).person.services)
    if not mine:
        raise PermissionDenied
    return mine, False


def _period(request: HttpRequest, today: dt.date) -> tuple[Period, str]:
    """The months of the address; the last month that is over when none are given or they are wrong."""
    usual = Month.of(today).plus(-1)
    first, last = request.GET.get("from", ""), request.GET.get("to", "")
    if not first and not last:
        return Period.one(usual), ""
    try:
        one, other = Month.parse(first or last), Month.parse(last or first)
        period = Period(one, other)
    except ValueError:
        return Period.one(usual), "The last month must not come before the first"
    if period.last > Month.of(today):
        return Period.one(usual), "Choose months that have begun"
    return period, ""


def _months(today: dt.date) -> tuple[Month, ...]:
    last = Month.of(today)
    first = figures().first_month() or last
    return tuple(reversed(list(max(first, last.plus(-71)).until(last))))
