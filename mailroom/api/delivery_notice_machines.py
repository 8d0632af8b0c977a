"""What the address for delivery notices needs, by shape. wiring/delivery_notices.py sets the real one with `use`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.values.mail_notice import MailNotice


class NoticeDoor(Protocol):
    """Who may tell, and what is done with what they tell."""

    @property
    def takes_amazon(self) -> bool:
        """Whether any topic of Amazon SNS is ours."""

    def secrets(self) -> tuple[bytes, ...]:
        """What mail gateways sign with; none when they are not set up. Raises Misconfigured."""

    def open_amazon(self, envelope: Mapping[str, object]) -> str | None:
        """What is inside a message of SNS, once it is found to be Amazon's; None for a confirmation, which is given.

        Raises:
            Reject: it is not Amazon's, or not of our topic. Retry: Amazon could not be asked.
        """

    def take(self, notice: MailNotice) -> str:
        """Act on a notice: 'news', 'known', or 'unknown' for an email that is none of ours."""

    def now(self) -> dt.datetime:
        """The time."""


_set: list[NoticeDoor] = []


def use(door: NoticeDoor) -> None:
    """Set the door from here on."""
    _set[:] = [door]


def notice_door() -> NoticeDoor:
    """The door in use. Raises Misconfigured if none was set."""
    if not _set:
        raise Misconfigured("The interface was started without the mailroom. Start it with `mailroom run`.")
    return _set[0]
