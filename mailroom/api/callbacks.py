"""Telling systems what became of their emails, and which letters came back, as GOV.UK Notify's callbacks do."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Q, QuerySet

from mailroom.api.answers import completed_at, moment
from mailroom.api.machines import ApiMachines
from mailroom.api.statuses import of_type, with_status
from mailroom.api.templates import PRECOMPILED, template_id
from mailroom.errors import Reject
from mailroom.records.models import ApiCallback, ApiNotification, ApiService, Event, LetterStatus

FINAL = ("delivered", "permanent-failure", "temporary-failure", "technical-failure")
RETURNED = "returned-letter"
TRIES = 5
AGAIN_AFTER = dt.timedelta(minutes=5)
"""Both Notify's: five tries more, five minutes apart, when nobody answers, or the answer is 429 or 5xx."""

_AT_ONCE = 200
_PARTS = ("service", "template", "letter", "letter__mailing")

Post = Callable[[str, str, Mapping[str, object]], int]


class NotAUrl(Reject):
    """Callbacks go to https addresses, or to http on this machine itself."""


def set_callback(seal: Callable[[str], str], service: ApiService, about: str, url: str, actor: str) -> str:
    """Tell the service there from here on. Returns the token that will be sent along. Raises NotAUrl."""
    parts = urlsplit(url)
    at_home = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
    if not (parts.hostname and (parts.scheme == "https" or at_home)):
        raise NotAUrl("A callback needs an address that begins with https://. Give one.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        kept, _ = ApiCallback.objects.update_or_create(
            service=service, about=about, defaults={"url": url, "token": seal(token)}
        )
        Event.record("api.callback_set", kept, actor=actor, about=about)
    return token


def tell(machines: ApiMachines, post: Post) -> int:
    """One round: tell what is new. Returns how many were told."""
    return sum(_tell(machines, callback, post) for callback in ApiCallback.objects.select_related("service"))


def _tell(machines: ApiMachines, callback: ApiCallback, post: Post) -> int:
    token = machines.unseal(callback.token)
    told = 0
    for status, n in _due(machines, callback):
        if not _claimed(n, machines.now()):
            continue
        body = _status(machines, n, status) if callback.about == "status" else _returned(machines, n)
        answer = post(callback.url, token, body)
        told += _note(n, status, answer)
    return told


def _due(machines: ApiMachines, callback: ApiCallback) -> Iterable[tuple[str, ApiNotification]]:
    """What the service has not been told, each with its status."""
    now = machines.now()
    of_service = ApiNotification.objects.filter(service=callback.service).select_related(*_PARTS)
    waiting = of_service.filter(Q(tell_after=None) | Q(tell_after__lte=now)).order_by("pk")
    for status, which in _matters(callback, now):
        chosen: QuerySet[ApiNotification] = waiting.filter(which).exclude(told=status)[:_AT_ONCE]
        yield from ((status, n) for n in chosen)


def _matters(callback: ApiCallback, now: dt.datetime) -> Iterable[tuple[str, Q]]:
    if callback.about == "returned":
        return [(RETURNED, Q(letter__status=LetterStatus.RETURNED))]
    return [(status, of_type("email") & with_status(status, now)) for status in FINAL]


def _claimed(n: ApiNotification, now: dt.datetime) -> bool:
    """Whether this process is the one to tell: another leaves it alone until the next try is due."""
    mine = ApiNotification.objects.filter(pk=n.pk, told=n.told, tell_tries=n.tell_tries, tell_after=n.tell_after)
    return bool(mine.update(tell_tries=n.tell_tries + 1, tell_after=now + AGAIN_AFTER))


def _note(n: ApiNotification, status: str, answer: int) -> bool:
    """Whether it was told. It is tried again only where that may help, and not for ever."""
    worked = 200 <= answer < 300
    may_work_later = answer < 200 or answer >= 500 or answer == 429
    tries_left = n.tell_tries < TRIES
    if worked or not (may_work_later and tries_left):
        ApiNotification.objects.filter(pk=n.pk).update(told=status, tell_tries=0, tell_after=None)
    if not worked and not (may_work_later and tries_left):
        Event.record("api.callback_given_up", n, status=status, answer=answer)
    return worked


def _status(machines: ApiMachines, n: ApiNotification, status: str) -> dict[str, object]:
    return {
        "id": str(n.key),
        "reference": n.reference,
        "to": n.email_address or None,
        "status": status,
        "created_at": moment(n.created_at),
        "completed_at": moment(completed_at(n) or machines.now()),
        "sent_at": moment(n.letter.sent_at if n.letter else n.created_at),
        "notification_type": "email",
        **_template(machines, n),
    }


def _returned(machines: ApiMachines, n: ApiNotification) -> dict[str, object]:
    letter = n.letter
    return {
        "notification_id": str(n.key),
        "reference": n.reference,
        "date_sent": moment(letter.sent_at if letter else None),
        "sent_by": None,
        "template_name": n.template.name if n.template else "Pre-compiled PDF",
        **_template(machines, n),
        "spreadsheet_file_name": None,
        "spreadsheet_row_number": None,
        "upload_letter_file_name": None,
        "mailroom": {"letter": letter.number if letter else None, "reason": letter.return_reason if letter else ""},
    }


def _template(machines: ApiMachines, n: ApiNotification) -> dict[str, object]:
    key = template_id(machines, n.template.code, n.asked) if n.template else PRECOMPILED
    return {"template_id": str(key), "template_version": n.template.number if n.template else 1}
