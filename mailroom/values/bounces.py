"""Reading delivery reports (RFC 3464): which of our emails did not arrive, for whom, and whether it is final. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from enum import StrEnum

from mailroom.values.mail_notice import MailNotice, NoticeKind, is_permanent

OUR_HEADER = "X-Mailroom-Message"
"""Carries our Message-ID once more, since some mail services (Amazon SES) put their own in its place."""

_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")

_REASONS = {
    "1.1": "There is no such mailbox.",
    "1.2": "There is no such mail domain.",
    "1.3": "The address is not a valid one.",
    "1.6": "The mailbox has moved.",
    "1.10": "The domain takes no mail.",
    "2.1": "The mailbox is switched off.",
    "2.2": "The mailbox is full.",
    "2.3": "The email is too large for the mailbox.",
    "3.4": "The email is too large for the mail server.",
    "4.1": "The other mail server does not answer.",
    "4.4": "No mail server is known for the domain.",
    "4.7": "The other mail server did not take it in time.",
}
"""Clerks' words for the codes of RFC 3463 (and RFC 7505 for 1.10), by subject and detail."""

_SUBJECTS = {
    "1": "The address is wrong.",
    "2": "The mailbox cannot take it.",
    "3": "The other mail server cannot take it.",
    "4": "It could not be brought to the other mail server.",
    "5": "The mail servers did not understand each other.",
    "6": "The other mail server cannot take this kind of content.",
    "7": "The other mail server refused it by its rules (spam or security).",
}


class BounceAction(StrEnum):
    """What the reporting server did. Delayed: it is still trying. Anything that arrived is no bounce."""

    FAILED = "failed"
    DELAYED = "delayed"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One email that did not reach one recipient.

    message_id: of our email, in angle brackets, '' if the report does not say. status: RFC 3463 code, or ''.
    reason: in a clerk's words; it never holds the server's own text, which may name the person.
    """

    message_id: str
    recipient: str
    action: BounceAction
    status: str
    reason: str

    @property
    def is_final(self) -> bool:
        """The email will not arrive; a delayed one still may."""
        return self.action is BounceAction.FAILED

    @property
    def is_permanent(self) -> bool:
        """The address itself is no good, so that further emails would bounce too; a full mailbox is not."""
        return self.is_final and is_permanent(self.status)

    @property
    def notice(self) -> MailNotice:
        """The same as whatever else is heard of an email."""
        kind = NoticeKind.BOUNCED if self.is_final else NoticeKind.DELAYED
        return MailNotice(kind, self.message_id, self.status, self.is_permanent)


def read_bounces(raw: bytes) -> tuple[Bounce, ...]:
    """Every bounce a message reports, one a recipient; nothing for any other message, however odd."""
    message = message_from_bytes(raw, policy=compat32)
    report = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if report is None:
        return ()
    about = _message_id(message)
    return tuple(b for b in (_bounce(about, fields) for fields in _groups(report)) if b)


def _groups(report: Message) -> list[Message]:
    """The report's groups of fields; the first is about the email, each further one about a recipient."""
    content = report.get_payload()
    return [part for part in content if isinstance(part, Message)] if isinstance(content, list) else []


def _bounce(message_id: str, fields: Message) -> Bounce | None:
    recipient = _address(fields.get("Original-Recipient") or fields.get("Final-Recipient"))
    action = str(fields.get("Action", "")).strip().lower()
    if not recipient or action not in list(BounceAction):
        return None
    status = _status(fields)
    return Bounce(message_id, recipient, BounceAction(action), status, _reason(status))


def _address(field: object) -> str:
    """'rfc822; someone@example.org' is the address after the kind."""
    kind, _, address = str(field or "").partition(";")
    return (address or kind).strip().strip("<>").lower()


def _status(fields: Message) -> str:
    """The Status field; servers that leave it out or say 5.0.0 often tell more in the diagnostic code."""
    told = _STATUS.search(str(fields.get("Status", "")))
    diagnosed = _STATUS.search(str(fields.get("Diagnostic-Code", "")))
    vague = told is None or (told.group(2), told.group(3)) == ("0", "0")
    best = diagnosed if vague and diagnosed else told
    return best.group() if best else ""


def _reason(status: str) -> str:
    if not status:
        return "The mail server gave no reason."
    _, subject, detail = status.split(".")
    known = _REASONS.get(f"{subject}.{detail}") or _SUBJECTS.get(subject)
    return f"{known or 'The mail server gave no reason.'} ({status})"


def _message_id(message: Message) -> str:
    """Of the email the report is about: from the copy of its headers at the end, else from the report's own."""
    copied = copied_headers(message)
    if copied is not None:
        return our_message_id(copied)
    return _first_id(str(message.get("In-Reply-To", ""))) or _first_id(str(message.get("References", "")))


def copied_headers(message: Message) -> Message | None:
    """The headers of the email that a report carries a copy of; None when it carries none."""
    for part in message.walk():
        content = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(content, list):
            return next((copy for copy in content if isinstance(copy, Message)), None)
        if part.get_content_type() == "text/rfc822-headers":
            headers = part.get_payload(decode=True)
            if isinstance(headers, bytes):
                return message_from_bytes(headers)
    return None


def our_message_id(headers: Message) -> str:
    """Our Message-ID among an email's headers; '' when there is none."""
    return _first_id(str(headers.get(OUR_HEADER, ""))) or _first_id(str(headers.get("Message-ID", "")))


def _first_id(text: str) -> str:
    found = _MESSAGE_ID.search(text)
    return found.group() if found else ""
