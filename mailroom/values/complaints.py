"""Reading complaints (RFC 5965, "abuse reporting format"): a reader called an email of ours unwanted. Pure."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from mailroom.values.bounces import copied_headers, our_message_id
from mailroom.values.mail_notice import MailNotice, NoticeKind

_UNWANTED = ("abuse", "fraud", "other", "opt-out", "opt-out-list")
"""Feedback types of a reader who does not want it. 'not-spam' and the reports of authentication are something else."""


def read_complaints(raw: bytes) -> tuple[MailNotice, ...]:
    """The complaint a message holds; nothing for any other message, however odd."""
    message = message_from_bytes(raw, policy=compat32)
    report = next((part for part in message.walk() if part.get_content_type() == "message/feedback-report"), None)
    if report is None or _kind(report) not in _UNWANTED:
        return ()
    copied = copied_headers(message)
    return (MailNotice(NoticeKind.COMPLAINED, our_message_id(copied) if copied else ""),)


def _kind(report: Message) -> str:
    """The report's feedback type. Its fields are a message of their own or, as some servers send them, plain text."""
    content = report.get_payload()
    if isinstance(content, list):
        fields = next((part for part in content if isinstance(part, Message)), None)
    else:
        decoded = report.get_payload(decode=True)
        fields = message_from_bytes(decoded) if isinstance(decoded, bytes) else None
    return str(fields.get("Feedback-Type", "")).strip().lower() if fields is not None else ""
