"""Where each target stood when it was last looked at, so that managers hear of a change on the day it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from mailroom.records.models import TargetStanding


def changed(service: str, standings: Mapping[str, str], day: dt.date) -> frozenset[str]:
    """Codes of the targets that stand otherwise than before `day`, or were never looked at before it."""
    kept = {row.target: row for row in TargetStanding.objects.filter(service=service)}
    return frozenset(
        code
        for code, standing in standings.items()
        if code not in kept or kept[code].standing != standing or kept[code].since == day
    )


def keep(service: str, standings: Mapping[str, str], day: dt.date) -> None:
    """Note where they stand, and since when."""
    for code in changed(service, standings, day):
        facts = {"standing": standings[code], "since": day}
        TargetStanding.objects.update_or_create(service=service, target=code, defaults=facts)
