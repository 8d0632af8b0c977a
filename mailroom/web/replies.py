"""What the post desk needs to write back to a customer, by shape. wiring/web_replies.py sets the real one."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from mailroom.records.models import Item


class Replies(Protocol):
    def send_holding_reply(self, item: Item, promised: dt.date, actor: str) -> str:
        """Send the council's holding letter with the promised date, the way the customer chose; returns its number.

        Raises a MailroomError with a clerk's reason when there is nobody or nowhere to send it to.
        """


_replies: list[Replies] = []


def use(made: Replies) -> None:
    """Set the one in use from here on."""
    _replies[:] = [made]


def replies() -> Replies | None:
    """The one in use; None where the outgoing side is not set up, and replies are written elsewhere."""
    return _replies[0] if _replies else None
