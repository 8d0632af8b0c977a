"""Files that were claimed from a watched folder and are nowhere: given up for lost by two people, with a reason.

The record and its events stay, and the ledger tells of it ever after. A file that turns up all the same is taken in.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from mailroom.errors import Review
from mailroom.records.discarding import SecondPersonNeeded
from mailroom.records.models import Event, WatchedFile, WatchedFileStatus
from mailroom.records.models.watched_file import NOWHERE

_ASKED, _GIVEN_UP = "watched_file.giving_up_asked", "watched_file.given_up"


class NotLost(Review):
    """The file is not nowhere: there is none of that number, or it is where it can be brought in from."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A file given up for lost: which, when, why and by whom."""

    file: str
    at: dt.datetime
    reason: str
    asked_by: str
    agreed_by: str


def lost() -> QuerySet[WatchedFile]:
    """Those that a look found nowhere, the oldest first."""
    claimed = WatchedFile.objects.filter(status=WatchedFileStatus.CLAIMED, batch=None, mailing=None)
    return claimed.filter(problem__startswith=NOWHERE).order_by("pk")


def asked_by(file: WatchedFile) -> Event | None:
    """The last wish to give the file up, if there is one."""
    return Event.objects.filter(kind=_ASKED, subject="watchedfile", subject_key=str(file.pk)).order_by("-pk").first()


def ask(number: str, reason: str, actor: str) -> WatchedFile:
    """Ask for the file to be given up. Raises NotLost."""
    file = _find(number)
    Event.record(_ASKED, file, actor=actor, reason=reason)
    return file


def agree(number: str, actor: str) -> WatchedFile:
    """Give it up: its alarm ends.

    Raises:
        NotLost: it was found meanwhile.
        SecondPersonNeeded: nobody asked, or the same person did.
    """
    with transaction.atomic():
        file = _find(number)
        wish = asked_by(file)
        if wish is None or wish.actor == actor:
            raise SecondPersonNeeded(f"{file.number}: a second person has to agree before it is given up for lost.")
        if not lost().filter(pk=file.pk).update(status=WatchedFileStatus.GONE):
            raise NotLost(f"{number}: it was found meanwhile.")
        Event.record(_GIVEN_UP, file, actor=actor, reason=wish.details["reason"], asked_by=wish.actor)
    return file


def given_up() -> list[GivenUp]:
    """All that ever were, the latest first."""
    events = list(Event.objects.filter(kind=_GIVEN_UP).order_by("-pk"))
    files = WatchedFile.objects.in_bulk([int(event.subject_key) for event in events])
    names = _names({who for e in events for who in (e.actor, e.details["asked_by"])})
    return [
        GivenUp(
            _path(files[int(e.subject_key)]),
            e.at,
            e.details["reason"],
            names.get(e.details["asked_by"], e.details["asked_by"]),
            names.get(e.actor, e.actor),
        )
        for e in events
        if int(e.subject_key) in files
    ]


def _names(actors: set[str]) -> dict[str, str]:
    """The names of accounts by their numbers; whoever used the command is named already."""
    numbers = [int(who) for who in actors if who.isdecimal()]
    return {str(pk): name for pk, name in User.objects.filter(pk__in=numbers).values_list("pk", "username")}


def _path(file: WatchedFile) -> str:
    return f"{file.folder}/{file.name}"


def _find(number: str) -> WatchedFile:
    digits = number.upper().removeprefix("F")
    file = lost().filter(pk=int(digits)).first() if digits.isdecimal() and len(digits) < 19 else None
    if file is None:
        raise NotLost(f"{number}: no file of that number is lost. `mailroom lost-file` lists those that are.")
    return file
