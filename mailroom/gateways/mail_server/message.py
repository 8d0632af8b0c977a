"""An OutgoingEmail as MIME."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol

from mailroom.values.bounces import OUR_HEADER


class Attachment(Protocol):
    """A file."""

    @property
    def filename(self) -> str:
        """Its name."""

    @property
    def content(self) -> bytes:
        """Its bytes."""

    @property
    def content_type(self) -> str:
        """Its MIME type."""


class Email(Protocol):
    """What is sent; any frozen email with these facts fits."""

    @property
    def message_id(self) -> str:
        """In angle brackets; the same at every attempt."""

    @property
    def sender(self) -> str:
        """Address only."""

    @property
    def sender_name(self) -> str:
        """Shown beside it."""

    @property
    def recipient(self) -> str:
        """Address only."""

    @property
    def subject(self) -> str:
        """One line."""

    @property
    def plain(self) -> str:
        """The text."""

    @property
    def html(self) -> str:
        """The same as a page."""

    @property
    def date(self) -> dt.datetime:
        """When it was made, with its time zone."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """Further ones, in order."""

    @property
    def attachments(self) -> Sequence[Attachment]:
        """Files."""


def as_mime(email: Email) -> EmailMessage:
    """Plain text, HTML alternative, attachments; ready for any server."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(email.sender_name, addr_spec=email.sender)
    message["To"] = Address(addr_spec=email.recipient)
    message["Subject"] = email.subject
    message["Date"] = format_datetime(email.date)
    message["Message-ID"] = email.message_id
    message[OUR_HEADER] = email.message_id
    for name, value in email.headers:
        message[name] = value
    message.set_content(email.plain)
    message.add_alternative(email.html, subtype="html")
    for file in email.attachments:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.filename)
    return message
