"""Reading what Amazon SES tells over SNS: deliveries, delays, bounces, complaints. Pure.

SES gives every email a Message-ID of its own, so ours is looked for among the original headers, which SES sends along
only when its identity is set to include them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mailroom.values.bounces import OUR_HEADER
from mailroom.values.mail_notice import MailNotice, NoticeKind, code_in, is_permanent

_UNWANTED_BUT = "not-spam"


def read_ses(told: Mapping[str, Any]) -> tuple[MailNotice, ...]:
    """The notices in one message of SES; none for kinds that say nothing of arrival (opened, clicked, sent).

    Raises:
        ValueError: it is no message of SES.
    """
    kind = told.get("notificationType") or told.get("eventType")
    mail = told.get("mail")
    if not isinstance(kind, str) or not isinstance(mail, Mapping):
        raise ValueError("no notificationType and mail, as Amazon SES sends them")
    reader = _READERS.get(kind)
    return tuple(reader(told, _message_id(mail))) if reader else ()


def _message_id(mail: Mapping[str, Any]) -> str:
    """Ours; '' when SES did not send the headers along."""
    headers = mail.get("headers")
    rows = [row for row in headers if isinstance(row, Mapping)] if isinstance(headers, list) else []
    found = {str(row.get("name", "")).lower(): str(row.get("value", "")) for row in rows}
    common = mail.get("commonHeaders")
    last = str(common.get("messageId", "")) if isinstance(common, Mapping) else ""
    return (found.get(OUR_HEADER.lower()) or found.get("message-id") or last).strip()


def _delivered(told: Mapping[str, Any], message_id: str) -> Iterable[MailNotice]:
    return [MailNotice(NoticeKind.DELIVERED, message_id)]


def _delayed(told: Mapping[str, Any], message_id: str) -> Iterable[MailNotice]:
    return [MailNotice(NoticeKind.DELAYED, message_id)]


def _complained(told: Mapping[str, Any], message_id: str) -> Iterable[MailNotice]:
    kind = _part(told, "complaint").get("complaintFeedbackType")
    return [] if kind == _UNWANTED_BUT else [MailNotice(NoticeKind.COMPLAINED, message_id)]


def _bounced(told: Mapping[str, Any], message_id: str) -> Iterable[MailNotice]:
    """SES files holiday replies under passing bounces too; those carry no report of a server that gave up."""
    bounce = _part(told, "bounce")
    for_good = bounce.get("bounceType") == "Permanent"
    recipients = bounce.get("bouncedRecipients")
    rows = [row for row in recipients if isinstance(row, Mapping)] if isinstance(recipients, list) else []
    for row in rows or [{}]:
        status = code_in(str(row.get("status", "")))
        if for_good or row.get("action") == "failed":
            permanent = for_good and (not status or is_permanent(status))
            yield MailNotice(NoticeKind.BOUNCED, message_id, status, permanent)
        else:
            yield MailNotice(NoticeKind.DELAYED, message_id, status)


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name)
    if not isinstance(part, Mapping):
        raise ValueError(f"no '{name}', as Amazon SES sends it")
    return part


_READERS = {"Delivery": _delivered, "DeliveryDelay": _delayed, "Bounce": _bounced, "Complaint": _complained}
