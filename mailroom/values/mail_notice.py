"""What is heard of an email of ours after it left, whoever tells it and in whatever form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_CODE = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_NO_SUCH_MAILBOX = re.compile(r"5\.(?:1\.(?!7\b|8\b)\d+|0\.\d+|2\.1)$")
"""RFC 3463: 5.1.x the address is wrong (but x.1.7 and x.1.8 speak of the sender's), 5.2.1 the mailbox is switched off;
5.0.x a refusal for good without a reason."""


class NoticeKind(StrEnum):
    """Delayed: servers still try. Bounced: it will not arrive. Complained: its reader called it unwanted."""

    DELIVERED = "delivered"
    DELAYED = "delayed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class MailNotice:
    """One fact about one email. message_id: ours, in angle brackets. status: RFC 3463 code of a bounce, or ''.

    permanent: the address itself is no good, so that further emails would bounce too.
    """

    kind: NoticeKind
    message_id: str
    status: str = ""
    permanent: bool = False


def is_permanent(status: str) -> bool:
    """Whether a bounce with that code says the address itself is no good. A full mailbox or a spam rule does not."""
    return bool(_NO_SUCH_MAILBOX.match(status))


def code_in(text: str) -> str:
    """The RFC 3463 code in a server's words, which may name the person; '' when there is none."""
    found = _CODE.search(text)
    return found.group() if found else ""
