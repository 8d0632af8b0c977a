"""The delivery station: the email that carries an item to a team. Pure: facts in, message out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from mailroom.values.outgoing_email import EmailFile, OutgoingEmail

Render = Callable[[str, Mapping[str, object]], str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The letter on the same matter that this one follows. due_in: working days it had left, below 0 when late.

    chasing: that it had no answer when this one came. answered: the day it was answered, None when it was not.
    """

    item: str
    received: dt.date
    due: dt.date | None
    due_in: int
    answered: dt.date | None
    chasing: bool
    link: str

    @property
    def standing(self) -> str:
        """How the earlier letter stands, in a reader's words."""
        if self.answered:
            return f"answered on {self.answered:%-d %B %Y}"
        if self.due is None:
            return "not yet answered"
        return f"to be answered by {self.due:%-d %B %Y}, {in_working_days(self.due_in)}"

    @property
    def in_subject(self) -> str:
        """The same in a few words: 'chaser of B000040-01, 3 working days late'."""
        if not self.chasing:
            return f"second letter after {self.item}"
        late = f", {in_working_days(self.due_in)}" if self.due_in < 0 and not self.answered else ""
        return f"chaser of {self.item}{late}"


def in_working_days(left: int) -> str:
    """Until a due day, in a reader's words."""
    if not left:
        return "today"
    days = f"{abs(left)} working day{'' if abs(left) == 1 else 's'}"
    return f"{days} left" if left > 0 else f"{days} late"


@dataclass(frozen=True, slots=True)
class Posting:
    """What the email to a team says of its item. due_in: working days left, below 0 when late.

    customer: its number, or ''. earlier: the letter it follows on the same matter, if it is a second one.
    link: the item's page, ending in /; accept/ and not-ours/ below it answer with one click.
    beside: the numbers of files that came with its email and could not be made into pages.
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
    earlier: Earlier | None = None
    beside: tuple[str, ...] = ()

    @property
    def time_left(self) -> str:
        """Until the due day, in a reader's words."""
        return in_working_days(self.due_in)

    @property
    def files_missing(self) -> str:
        """The attachments of the email that are none of its pages, in a reader's words; never their names."""
        many = "1 attachment" if len(self.beside) == 1 else f"{len(self.beside)} attachments"
        return f"{many} of the email that could not be made into pages ({', '.join(self.beside)})"


def without_what_it_is_about(posting: Posting) -> Posting:
    """As a copy of a private item goes out: the number and the day, and nothing from which the rest could be guessed.

    The other teams' inboxes are read by people who may not see the item.
    """
    return replace(
        posting, service_name="Private item", customer="", flags=(), marks=(), reasons=(), earlier=None, beside=()
    )


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who the email is from, and whether a subject, which travels in the clear, shows the customer's number."""

    sender: str
    sender_name: str
    council: str
    shows_customer_number: bool = True


def subject_of(posting: Posting, shows_customer_number: bool) -> str:
    """One line, like: [URGENT] B000042-03 Council Tax, customer C1000014, answer by 8 December 2026.

    The customer's number at most, never a name: subjects are shown on locked telephones and kept in server logs.
    """
    marks = "".join(f"[{mark}] " for mark in posting.marks)
    copy = "Copy: " if posting.is_copy else ""
    customer = f", customer {posting.customer}" if posting.customer and shows_customer_number else ""
    follows = f", {posting.earlier.in_subject}" if posting.earlier else ""
    due = f"answer by {posting.due:%-d %B %Y}"
    subject = f"{marks}{copy}{posting.item} {posting.service_name}{customer}{follows}, {due}"
    return " ".join(subject.split())


def attachment_of(item: str, pdf: bytes, is_private: bool, largest_megabytes: int) -> tuple[tuple[EmailFile, ...], str]:
    """The item as a PDF to attach; or nothing, and why it travels as a link only."""
    if is_private:
        return (), "it is private, and is shown only to people who may see it."
    if len(pdf) > largest_megabytes * 1_000_000:
        return (), f"it is larger than {largest_megabytes} MB."
    return (EmailFile(f"{item}.pdf", pdf),), ""


def compose(
    posting: Posting,
    letterhead: Letterhead,
    envelope: tuple[str, str, dt.datetime],
    render: Render,
    attachments: tuple[EmailFile, ...] = (),
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
