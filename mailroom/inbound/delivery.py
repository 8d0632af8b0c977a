"""The delivery station: the email that carries an item to a team. Pure: facts in, message out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Render = Callable[[str, Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an email."""

    filename: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class OutgoingEmail:
    """One email, complete. headers: further ones, in order. message_id never changes between attempts."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    subject: str
    plain: str
    html: str
    date: dt.datetime
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Posting:
    """What the email to a team says of its item. due_in: working days left; customer: number, or ''.

    summary: the first reason the item came here. link: the item's page, where it is accepted or sent back.
    """

    item: str
    service_name: str
    team_name: str
    customer: str
    received: dt.date
    due: dt.date
    due_in: int
    flags: tuple[str, ...]
    marks: tuple[str, ...]
    reasons: tuple[str, ...]
    pages: int
    link: str
    is_copy: bool
    attached: bool
    why_not_attached: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who the email is from, and whether a subject, which travels in the clear, shows the customer's number."""

    sender: str
    sender_name: str
    council: str
    shows_customer_number: bool = True


def subject_of(posting: Posting, shows_customer_number: bool) -> str:
    """[URGENT] B000042-03 Council Tax, customer C1000014, answer by 8 December 2026."""
    marks = "".join(f"[{mark}] " for mark in posting.marks)
    copy = "Copy: " if posting.is_copy else ""
    customer = f", customer {posting.customer}" if posting.customer and shows_customer_number else ""
    return f"{marks}{copy}{posting.item} {posting.service_name}{customer}, answer by {posting.due:%-d %B %Y}"


def compose(
    posting: Posting,
    letterhead: Letterhead,
    envelope: tuple[str, str, dt.datetime],
    render: Render,
    attachments: tuple[Attachment, ...] = (),
) -> OutgoingEmail:
    """The message in plain text and HTML. envelope: (message id, recipient, date)."""
    message_id, recipient, date = envelope
    words: dict[str, object] = {"posting": posting, "council": letterhead.council}
    return OutgoingEmail(
        message_id=message_id,
        sender=letterhead.sender,
        sender_name=letterhead.sender_name,
        recipient=recipient,
        subject=subject_of(posting, letterhead.shows_customer_number),
        plain=render("email/routed_item.txt", words),
        html=render("email/routed_item.html", words),
        date=date,
        headers=(
            ("Auto-Submitted", "auto-generated"),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Mailroom-Item", posting.item),
            ("X-Priority", "1" if "URGENT" in posting.marks else "3"),
        ),
        attachments=attachments,
    )
