"""Files found on no record: hidden or spooled by a claim that the records know nothing of, as after a restore."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mailroom.records.models import Event

_KIND, _SUBJECT = "watched_file.found_again", "watch_folder"
_SHOWN_FOR = dt.timedelta(days=1)
"""Long enough for every shift to read it."""


@dataclass(frozen=True, slots=True)
class FoundAgain:
    """One such file. folder: where it lay; name: what it is called from now on, '' where its own name was known."""

    at: dt.datetime
    folder: str
    name: str


def note_found_again(folder: str, claim: str, name: str) -> None:
    """Keep on record, once, that it was found, and as what it goes on."""
    key = claim[:64]
    if not Event.objects.filter(subject=_SUBJECT, subject_key=key, kind=_KIND).exists():
        Event.objects.create(kind=_KIND, subject=_SUBJECT, subject_key=key, details={"folder": folder, "name": name})


def lately_found_again(now: dt.datetime) -> list[FoundAgain]:
    """Those of the last day, for the ledger."""
    events = Event.objects.filter(kind=_KIND, at__gt=now - _SHOWN_FOR).order_by("pk")
    return [FoundAgain(e.at, e.details["folder"], e.details["name"]) for e in events]
