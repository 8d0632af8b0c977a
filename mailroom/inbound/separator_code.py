"""The content of our separator codes: what a sheet says, with check data so that damage never splits a batch.

MR1*<council>*<kind>*<job>*<sheet>*<of>*<service>*<received>*<scanner>*<expected>*<check>

kind is S (separator) or H (batch header). Fields may be empty. The check is the first 8 hex digits of the SHA-256 of
all that stands before it, enough against damage and other people's codes (it is no secret).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

PREFIX = "MR1"
_FIELDS = 11


class SheetKind(StrEnum):
    """A sheet in front of each item, or one in front of the whole batch."""

    SEPARATOR = "S"
    HEADER = "H"


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What one sheet says. number of total within its job, from 1; expected: items in the batch (headers)."""

    council: str
    kind: SheetKind
    job: str
    number: int
    total: int
    service: str = ""
    received: dt.date | None = None
    scanner: str = ""
    expected: int | None = None


def encode(code: SheetCode) -> str:
    """The content to print. Raises ValueError for a field with an asterisk in it."""
    fields = [
        PREFIX,
        code.council,
        code.kind.value,
        code.job,
        str(code.number),
        str(code.total),
        code.service,
        code.received.strftime("%Y%m%d") if code.received else "",
        code.scanner,
        "" if code.expected is None else str(code.expected),
    ]
    if any("*" in field for field in fields):
        raise ValueError("a separator's fields may not hold an asterisk")
    body = "*".join(fields)
    return f"{body}*{_check(body)}"


def decode(content: str, council: str) -> SheetCode | None:
    """What the sheet says, or None for damaged codes, other councils' and everybody else's."""
    fields = content.split("*")
    if len(fields) != _FIELDS or fields[0] != PREFIX or fields[1] != council:
        return None
    body, _, check = content.rpartition("*")
    if check != _check(body):
        return None
    try:
        return SheetCode(
            council=fields[1],
            kind=SheetKind(fields[2]),
            job=fields[3],
            number=int(fields[4]),
            total=int(fields[5]),
            service=fields[6],
            received=dt.datetime.strptime(fields[7], "%Y%m%d").replace(tzinfo=dt.UTC).date() if fields[7] else None,
            scanner=fields[8],
            expected=int(fields[9]) if fields[9] else None,
        )
    except ValueError:
        return None


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:8].upper()
