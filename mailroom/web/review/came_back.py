"""In review: what the screen shows of an item that is our own letter come back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailroom.errors import MailroomError
from mailroom.records.models import Item, Letter
from mailroom.values.return_reason import ReturnReason
from mailroom.web.returns.machines import returns


def came_back(found: Item) -> dict[str, Any]:
    """The letters, the reasons, the likeliest one first chosen."""
    pieces = pieces_of(found)
    if not pieces:
        return {}
    letters: list[Letter] = []
    problems: list[str] = []
    for piece in pieces:
        try:
            letters += returns().find(piece)
        except MailroomError as why:
            problems.append(str(why))
    return {"came_back": letters, "came_back_problems": problems, "return_reasons": reasons_for(found)}


def pieces_of(found: Item) -> Sequence[str]:
    """The marks of our envelopes that were read on it."""
    pieces: list[str] = found.decision.get("came_back", [])
    return pieces


def reasons_for(found: Item) -> list[ReturnReason]:
    """Every reason; the one the item speaks of first, so that it is chosen already."""
    first = ReturnReason.DECEASED if "bereavement" in found.flags else ReturnReason.GONE_AWAY
    return [first, *(reason for reason in ReturnReason if reason is not first)]
