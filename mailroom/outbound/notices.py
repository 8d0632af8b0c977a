"""Telling a service what became of its letters: one email a day, by numbers and reasons, without names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

BACK_TO_PAPER, COMPLAINED, UNDELIVERED = "back_to_paper", "complained", "undelivered"
"""The kind of a notice that a reader gets letters by post again, and its two reasons."""


@dataclass(frozen=True, slots=True)
class LetterNotice:
    """One fact. letter, customer: their numbers. fact: a sentence, without personal data."""

    letter: str
    customer: str
    title: str
    fact: str


@dataclass(frozen=True, slots=True)
class NoticeEmail:
    """An email to a service's team, by the service's code; message_id never changes between tries."""

    service: str
    message_id: str
    subject: str
    plain: str
    html: str
    date: dt.datetime


def notice_email(service: str, notices: Iterable[LetterNotice], message_id: str, now: dt.datetime) -> NoticeEmail:
    """What the team reads: a line a letter."""
    rows = list(notices)
    many = "1 letter" if len(rows) == 1 else f"{len(rows)} letters"
    subject = f"{many} came back or could not go"
    plain = "\n".join(
        [f"{subject}.", "", *(f"{n.letter} ({n.title}), customer {n.customer or 'not known'}: {n.fact}" for n in rows),
         "", "Find each letter by its number in Mailroom. Correct the customer's record before you write again.", ""]
    )  # fmt: skip
    cells = "".join(
        f"<tr><td>{escape(n.letter)}</td><td>{escape(n.title)}</td><td>{escape(n.customer or 'not known')}</td>"
        f"<td>{escape(n.fact)}</td></tr>"
        for n in rows
    )
    html = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>'
        f'<body style="font-family:Arial,sans-serif"><h1 style="font-size:20px">{escape(subject)}</h1>'
        '<table cellpadding="6"><thead><tr><th scope="col">Letter</th><th scope="col">Mailing</th>'
        f'<th scope="col">Customer</th><th scope="col">What happened</th></tr></thead><tbody>{cells}</tbody></table>'
        "<p>Find each letter by its number in Mailroom. Correct the customer's record before you write again.</p>"
        "</body></html>"
    )
    return NoticeEmail(service, message_id, subject, plain, html, now)
