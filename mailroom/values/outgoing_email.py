"""One email that leaves: to a team, to a recipient of a letter, to a manager."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EmailFile:
    """A file of an email."""

    filename: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """One email, complete.

    message_id: in angle brackets, the same at every attempt. sender, recipient: addresses only. headers: further ones,
    in order.
    """

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    subject: str
    plain: str
    html: str
    date: dt.datetime
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[EmailFile, ...] = ()
