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
from mailroom.web.form_problems import FieldProblem
from mailroom.web.permission import signed_in, viewer
from mailroom.web.site import services
from mailroom.web.targets.machines import Asked, figures


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked, what may be chosen instead, and what was wrong with the form.

    shown: the months that the fields hold, wrong ones too.
    """

    asked: Asked
    codes: tuple[str, ...]
    may_see_all: bool
    months: tuple[Month, ...]
    shown: tuple[str, str]
    problems: tuple[FieldProblem, ...] = ()

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
    period, problems = _period(request, today)
    shown = (
        (request.GET.get("from", ""), request.GET.get("to", "")) if problems else (str(period.first), str(period.last))
    )
    return Choice(Asked(period, service, today), codes, may_see_all, _months(today), shown, problems)


def _codes(request: HttpRequest) -> tuple[tuple[str, ...], bool]:
    if viewer(request).sees != Sight.SERVICES:
        return services().codes, True
    mine = tuple(signed_in(request).person.services)
    if not mine:
        raise PermissionDenied
    return mine, False


def _period(request: HttpRequest, today: dt.date) -> tuple[Period, tuple[FieldProblem, ...]]:
    """The months of the address; the last month that is over when none are given or they are wrong."""
    usual, typed = Period.one(Month.of(today).plus(-1)), {end: request.GET.get(end, "") for end in ("from", "to")}
    if not any(typed.values()):
        return usual, ()
    said = {end: _month(typed[end] or typed[other]) for end, other in (("from", "to"), ("to", "from"))}
    wrong = tuple(FieldProblem(end, words) for end in said if (words := _wrong_with(said[end], today)))
    first, last = said["from"], said["to"]
    if wrong or first is None or last is None:
        return usual, wrong
    if last < first:
        return usual, (FieldProblem("to", "The last month must not come before the first"),)
    return Period(first, last), ()


def _month(typed: str) -> Month | None:
    try:
        return Month.parse(typed)
    except ValueError:
        return None


def _wrong_with(month: Month | None, today: dt.date) -> str:
    if month is None:
        return "Choose a month from the list"
    return "Choose a month that has begun" if month > Month.of(today) else ""


def _months(today: dt.date) -> tuple[Month, ...]:
    """Every month with figures, and the one that is shown when none is asked for, which may have none yet."""
    last = Month.of(today)
    first = min(figures().first_month() or last, last.plus(-1))
    return tuple(reversed(list(max(first, last.plus(-71)).until(last))))
