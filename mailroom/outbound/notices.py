"""Telling a service what became of its letters: one email a day, by numbers and reasons, without names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

BACK_TO_PAPER, COMPLAINED, UNDELIVERED = "back_to_paper", "complained", "undelivered"
"""The kind of a notice that a reader gets letters by post again, and its two reasons."""
HAND_OFF = "hand_off"
"""The kind of a notice that a letter has to be made elsewhere."""


@dataclass(frozen=True, slots=True)
class LetterNotice:
    """One fact. letter, customer: their numbers. fact: a sentence, without personal data.

    made_elsewhere: the letter is on the hand-off list; of all others something is wrong.
    """

    letter: str
    customer: str
    title: str
    fact: str
    made_elsewhere: bool = False


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
    subject, advice = _subject(rows), " ".join(_advice(rows))
    plain = "\n".join(
        [f"{subject}.", "", *(f"{n.letter} ({n.title}), customer {n.customer or 'not known'}: {n.fact}" for n in rows),
         "", advice, ""]
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
        f"<p>{escape(advice)}</p></body></html>"
    )
    return NoticeEmail(service, message_id, subject, plain, html, now)


def _subject(rows: Sequence[LetterNotice]) -> str:
    elsewhere = sum(row.made_elsewhere for row in rows)
    said = []
    if wrong := len(rows) - elsewhere:
        said.append(f"{_many(wrong)} came back or could not go")
    if elsewhere:
        said.append(f"{_many(elsewhere)} {'has' if elsewhere == 1 else 'have'} to be made elsewhere")
    return ", ".join(said)


def _many(count: int) -> str:
    return "1 letter" if count == 1 else f"{count} letters"


def _advice(rows: Sequence[LetterNotice]) -> Iterator[str]:
    yield "Find each letter by its number in Mailroom."
    if not all(row.made_elsewhere for row in rows):
        yield "Where one came back or could not go, correct the customer's record before you write again."
    if any(row.made_elsewhere for row in rows):
        yield "What has to be made elsewhere is listed under Hand-offs, with its words to take along."
