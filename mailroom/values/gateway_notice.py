"""Reading notices in our own form, for mail gateways that can call an address: docs/outgoing.md shows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailroom.values.mail_notice import MailNotice, NoticeKind, is_permanent

MOST = 1000
"""Notices in one request."""

_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_KEYS = {"kind", "message_id", "status", "permanent"}


def read_notices(body: Any) -> tuple[MailNotice, ...]:
    """The notices of a request: {"notices": [{"kind": "bounced", "message_id": "<...>", "status": "5.1.1"}]}.

    Raises:
        ValueError: naming the notice and what is wrong with it; none of them is to be taken then.
    """
    rows = body.get("notices") if isinstance(body, Mapping) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        raise ValueError(f"'notices' has to be a list of 1 to {MOST} notices")
    return tuple(_notice(number, row) for number, row in enumerate(rows, start=1))


def _notice(number: int, row: Any) -> MailNotice:
    if not isinstance(row, Mapping) or not set(row) <= _KEYS:
        raise ValueError(f"notice {number}: only {', '.join(sorted(_KEYS))} are known")
    kind, message_id, status = row.get("kind"), row.get("message_id"), row.get("status", "")
    permanent = row.get("permanent", is_permanent(status) if isinstance(status, str) else False)
    if kind not in list(NoticeKind):
        raise ValueError(f"notice {number}: 'kind' is one of {', '.join(NoticeKind)}")
    if not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise ValueError(f"notice {number}: 'message_id' is the email's Message-ID in angle brackets")
    if not isinstance(status, str) or (status and not _STATUS.fullmatch(status)):
        raise ValueError(f"notice {number}: 'status' is a code such as 5.1.1, or left out")
    if not isinstance(permanent, bool):
        raise ValueError(f"notice {number}: 'permanent' is true or false")
    return MailNotice(NoticeKind(kind), message_id, status, permanent)
