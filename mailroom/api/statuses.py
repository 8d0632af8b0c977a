"""How our statuses are called in answers, and which of our records a status asked for means."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from mailroom.records.models import ApiNotification, Asked, LetterStatus
from mailroom.values.channel import Channel

NO_NEWS_IS_GOOD = dt.timedelta(days=3)
"""An email that has not come back by then counts as delivered: mail servers give up after two to three days."""

FAILURES = ("technical-failure", "temporary-failure", "permanent-failure", "validation-failed", "virus-scan-failed")
ALL_STATUSES = (
    "cancelled", "created", "sending", "sent", "delivered", "pending", "failed", "technical-failure",
    "temporary-failure", "permanent-failure", "pending-virus-check", "validation-failed", "virus-scan-failed",
    "returned-letter", "accepted", "received",
)  # fmt: skip

_S = LetterStatus
_PAPER = {
    _S.QUEUED: "created",
    _S.PAUSED: "created",
    _S.TO_EMAIL: "created",
    _S.SENDING: "created",
    _S.BOUNCED: "created",
    _S.TO_PRINT: "created",
    _S.IN_RUN: "sending",
    _S.HAND_OFF: "sending",
    _S.AT_SUPPLIER: "sending",
    _S.HANDED_OVER: "delivered",
    _S.EMAILED: "sending",
    _S.DELIVERED: "delivered",
    _S.POSTED: "delivered",
    _S.RETURNED: "returned-letter",
    _S.WITHHELD: "permanent-failure",
    _S.FAILED: "technical-failure",
    _S.CANCELLED: "cancelled",
}
_EMAIL = _PAPER | {_S.SENDING: "sending", _S.BOUNCED: "permanent-failure", _S.POSTED: "delivered"}
_SHOWN = {"created": "accepted", "sending": "accepted", "delivered": "received", "returned-letter": "received"}
_MEANS = {"accepted": ("created", "sending"), "received": ("delivered",), "failed": FAILURES}

_BY_EMAIL = Q(asked=Asked.EMAIL) | Q(letter__channel=Channel.EMAIL)


def leaves_by_email(notification: ApiNotification) -> bool:
    """Whether it is an email: asked for as one, or a letter whose reader chose email."""
    letter = notification.letter
    return notification.asked == Asked.EMAIL or (letter is not None and letter.channel == Channel.EMAIL)


def stored_status(notification: ApiNotification, now: dt.datetime) -> str:
    """Its status as filters name it."""
    letter = notification.letter
    if letter is None:
        return notification.outcome
    if not leaves_by_email(notification):
        return _PAPER[LetterStatus(letter.status)]
    quiet = letter.status == _S.EMAILED and letter.sent_at is not None and letter.sent_at < now - NO_NEWS_IS_GOOD
    return "delivered" if quiet else _EMAIL[LetterStatus(letter.status)]


def shown_status(notification: ApiNotification, now: dt.datetime) -> str:
    """Its status as answers show it: letters have two of their own."""
    status = stored_status(notification, now)
    return status if leaves_by_email(notification) else _SHOWN.get(status, status)


def with_status(status: str, now: dt.datetime) -> Q:
    """Notifications a status asked for means; `accepted` and `received` are of letters only."""
    stored = _MEANS.get(status, (status,))
    test = Q(letter=None, outcome__in=stored)
    paper = ~_BY_EMAIL & (test | Q(letter__status__in=_ours(_PAPER, stored)))
    if status in ("accepted", "received"):
        return paper
    long_ago = Q(letter__status=_S.EMAILED, letter__sent_at__lt=now - NO_NEWS_IS_GOOD)
    emailed = Q(letter__status__in=_ours(_EMAIL, stored))
    emailed = (emailed | long_ago) if "delivered" in stored else (emailed & ~long_ago)
    return paper | (_BY_EMAIL & (test | emailed))


def of_type(kind: str) -> Q:
    """Notifications of a type: no text message ever leaves from here."""
    if kind == "sms":
        return Q(pk__in=())
    return _BY_EMAIL if kind == "email" else ~_BY_EMAIL


def _ours(table: dict[LetterStatus, str], stored: tuple[str, ...]) -> list[LetterStatus]:
    return [ours for ours, theirs in table.items() if theirs in stored]
