"""The intake station: whether a file in a watch folder may be taken, and what its path says about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath

_DAY = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)")


class Verdict(StrEnum):
    """What to do with a file that lies in a watch folder."""

    WAIT = "wait"
    LOOK_INSIDE = "look_inside"
    STUCK = "stuck"


def judge(
    first_seen: dt.datetime, still_since: dt.datetime, now: dt.datetime, settle: dt.timedelta, stuck_after: dt.timedelta
) -> Verdict:
    """Wait while it changes; then it may be opened to see whether it is whole; too long and it is stuck.

    A stuck file is still looked into at every scan: it is taken as soon as it is whole.
    """
    if now - still_since < settle:
        return Verdict.STUCK if now - first_seen >= stuck_after else Verdict.WAIT
    return Verdict.LOOK_INSIDE


@dataclass(frozen=True, slots=True)
class PathFacts:
    """What a file's sub-folders say. received is None when they name no day."""

    service: str = ""
    received: dt.date | None = None


def read_path(name: str, services: Collection[str]) -> PathFacts:
    """Sub-folders may carry the service ('parking/') and the day of receipt ('2026-11-24/' or '20261124/').

    >>> read_path("parking/2026-11-24/scan1.pdf", {"parking"}).received
    datetime.date(2026, 11, 24)
    """
    service, received = "", None
    for part in PurePosixPath(name).parts[:-1]:
        day = _day(part)
        if day:
            received = day
        elif part.lower().replace("-", "_").replace(" ", "_") in services:
            service = part.lower().replace("-", "_").replace(" ", "_")
    return PathFacts(service, received)


def day_in_filename(name: str) -> dt.date | None:
    """The day a scanner wrote into the file's name ('0042_20261124.pdf'), if it wrote exactly one.

    >>> day_in_filename("0042_20261124.pdf")
    datetime.date(2026, 11, 24)
    """
    days = {_as_day(found) for found in _DAY.finditer(PurePosixPath(name).stem)}
    return days.pop() if len(days) == 1 else None


def _day(text: str) -> dt.date | None:
    found = _DAY.fullmatch(text)
    return _as_day(found) if found else None


def _as_day(found: re.Match[str]) -> dt.date | None:
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
