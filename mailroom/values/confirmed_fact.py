"""A fact about a customer that a person, or the customer with a code, has confirmed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mailroom.values.channel import LetterFormat
from mailroom.values.postal_address import PostalAddress


class FactKind(StrEnum):
    """What was said. Each changes the very next outgoing run of every service."""

    EMAIL = "email"
    POST = "post"
    FORMAT = "format"
    MOVED = "moved"
    DIED = "died"
    ALIVE = "alive"
    """The death on record is a mistake."""


class FactSource(StrEnum):
    """Who said it, and how we know."""

    ITEM = "item"
    CLERK = "clerk"
    REPLY_CODE = "reply_code"


@dataclass(frozen=True, slots=True)
class ConfirmedFact:
    """One fact of one customer, with its source.

    source_key: the item's number or the reply code's letter; '' for a clerk. actor: the account that confirmed it.
    email: with EMAIL, '' keeps the address on record. document_class '' means every class. format: with FORMAT;
    STANDARD ends a format. address: the new one, with MOVED. on: the day of the move or death, if it is known.
    """

    kind: FactKind
    customer_id: str
    source: FactSource
    actor: str
    source_key: str = ""
    email: str = ""
    document_class: str = ""
    format: LetterFormat = LetterFormat.STANDARD
    address: PostalAddress | None = None
    on: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse a fact that lacks what it says."""
        if not self.customer_id:
            raise ValueError("a fact is about a customer")
        if self.kind is FactKind.MOVED and (self.address is None or not self.address.lines):
            raise ValueError("a move needs the address moved to")
