"""Template filters: codes and numbers in a clerk's words."""

from __future__ import annotations

import datetime as dt

from django import template
from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.values.working_days import working_days_between
from mailroom.web.site import class_name, flag_name, kind_name, service_name

register = template.Library()
register.filter("service", service_name)
register.filter("flag", flag_name)
register.filter("document_class", class_name)
register.filter("kind_of_paper", kind_name)


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
def rule_words(rule: str) -> str:
    """Why the line held an item back, by the name of its rule."""
    return {
        "has_unread_page": "A page could not be read",
        "has_no_text": "No words were read",
        "cut_is_in_doubt": "The cut is in doubt",
        "service_is_unsure": "The service is unsure",
        "customer_is_in_doubt": "Several customers possible",
        "customer_is_needed": "No customer found",
        "looks_like_a_rescan": "Perhaps scanned twice",
        "always_needs_a_person": "A person looks at every one",
        "is_our_letter_come_back": "Our own letter came back",
        "not_ours": "Sent back as ‘not ours’",
    }.get(rule, rule.replace("_", " ").capitalize())


@register.filter
def reference_words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


@register.filter
def source_words(source: str) -> str:
    """Where a choice or an address comes from."""
    return {
        "import": "from the customer file",
        "item": "read on a letter",
        "clerk": "told to a member of staff",
        "reply_code": "by the code on a letter",
        "complaint": "called our email unwanted",
    }.get(source, source.replace("_", " "))


@register.filter
def letter_status(status: str) -> str:
    return {
        "queued": "not sent yet",
        "to_email": "to be emailed",
        "to_print": "to be printed",
        "in_run": "being printed",
        "hand_off": "made elsewhere",
        "withheld": "held back",
        "returned": "came back",
        "bounced": "email came back",
    }.get(status, status.replace("_", " "))


@register.filter
def format_words(form: str) -> str:
    return {"bsl_video": "BSL video"}.get(form, form.replace("_", " ").capitalize())


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
        "withdrawn": "Put with another item",
    }.get(status, status)


@register.filter
def event_words(kind: str) -> str:
    """What happened, from the event's kind: 'item.looked_at' as 'Looked at'."""
    return kind.split(".", 1)[-1].replace("_", " ").capitalize()


@register.filter
def page_words(kind: str) -> str:
    """What a side of paper is, as the print unit says it."""
    return {"blank": "blank", "separator": "separator", "unread": "not read", "item": "letter"}.get(kind, kind)
