"""Template filters: codes and numbers in a clerk's words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.values.working_days import working_days_between
from mailroom.web.site import flag_name, service_name

register = template.Library()
register.filter("service", service_name)
register.filter("flag", flag_name)


@register.filter
def who(account: User | None) -> str:
    """A colleague's name, or the account's; '' for nobody."""
    return (account.get_full_name() or account.username) if account else ""


@register.filter
def percent(share: float) -> str:
    """0.873 as 87%; never 100% unless it is."""
    return f"{min(int(share * 100 + 0.5), 99 if share < 1 else 100)}%"


@register.filter
def working_days_left(due: dt.date | None) -> str:
    """How a due date stands today: '3 working days left', 'due today', '2 working days late'."""
    if due is None:
        return "no date set"
    left = working_days_between(timezone.localdate(), due)
    if due == timezone.localdate() or (left == 0 and due > timezone.localdate()):
        return "due today"
    days = abs(left)
    unit = "working day" if days == 1 else "working days"
    return f"{days} {unit} left" if left > 0 else f"{days} {unit} late" if days else "late"


@register.filter
def due_colour(due: dt.date | None) -> str:
    """The GOV.UK tag colour that goes with working_days_left."""
    if due is None:
        return "grey"
    left = (due - timezone.localdate()).days
    return "red" if left < 0 else "orange" if left < 3 else "green"


@register.filter
def status_words(status: str) -> str:
    return {
        "cut": "Being read",
        "review": "In review",
        "routed": "On its way",
        "sent": "Not opened yet",
        "undelivered": "Email not delivered",
        "seen": "Opened",
        "on_hold": "On hold",
        "answered": "Answered",
        "closed": "Closed",
    }.get(status, status)
