"""What stations decide about one item. Every decision carries its confidence and its reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from mailroom.values.confidence import Confidence
from mailroom.values.page import PageReading

NONE_OF_OURS = "none"
"""The code of the service for post that no service of the council has to answer."""


@dataclass(frozen=True, slots=True)
class ItemPages:
    """One item cut out of a batch: its pages (blank backs included), the codes and doubts of the cut.

    service, received: what its separator sheet said, if it said anything. by_email: it came to a shared mailbox.
    """

    position: int
    pages: tuple[PageReading, ...]
    confidence: Confidence
    reasons: tuple[str, ...] = ()
    service: str = ""
    received: dt.date | None = None
    by_email: bool = False

    @property
    def text(self) -> str:
        """The pages' texts, a form feed between them."""
        return "\f".join(p.text for p in self.pages if p.text)


@dataclass(frozen=True, slots=True)
class Separation:
    """A batch cut into items, and the pages that belong to none (separators, loose blanks).

    doubts: why a person should look at the cuts; empty when they are sure.
    """

    items: tuple[ItemPages, ...]
    apart: tuple[PageReading, ...] = ()
    doubts: tuple[str, ...] = ()
    expected_items: int | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something about the item that changes how it is handled, with the words that show it."""

    code: str
    confidence: Confidence
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """The one service that should get the item.

    probability is calibrated. sure: at or above that service's threshold. runner_up: the next best, for
    "unsure between X and Y". also: services to copy. doc_type: letter, form, invoice, ...
    ranked: (service, probability), best first, at most five.
    """

    service: str
    probability: Confidence
    sure: bool
    reasons: tuple[str, ...]
    runner_up: str = ""
    also: tuple[str, ...] = ()
    doc_type: str = "letter"
    flags: tuple[Flag, ...] = ()
    ranked: tuple[tuple[str, Confidence], ...] = ()

    @property
    def flag_codes(self) -> tuple[str, ...]:
        """Just the codes, in order."""
        return tuple(f.code for f in self.flags)


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A customer the item may be about."""

    customer_id: str
    probability: Confidence
    reasons: tuple[str, ...] = ()


class MatchOutcome(StrEnum):
    """One customer, several it could be, or nobody."""

    ONE = "one"
    SEVERAL = "several"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class CustomerMatch:
    """Whose record the item belongs on. customer_id is set only when outcome is ONE."""

    outcome: MatchOutcome
    customer_id: str
    probability: Confidence
    reasons: tuple[str, ...]
    candidates: tuple[MatchCandidate, ...] = ()


class Disposition(StrEnum):
    """What happens to the item next."""

    SEND = "send"
    REVIEW = "review"
    QUARANTINE = "quarantine"


@dataclass(frozen=True, slots=True)
class RoutingDecision:
    """Where the item goes and by when it must be answered.

    marks: words put in front of the email's subject (URGENT, COURT). attach: False means link only.
    copies: (team, inbox) of each team that also gets it. due: the last working day to answer.
    rules: names of the rules that held it back, in the order of reasons; empty when it is sent.
    """

    disposition: Disposition
    service: str
    team: str
    inbox: str
    reasons: tuple[str, ...]
    received: dt.date
    due: dt.date
    attach: bool = True
    marks: tuple[str, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    priority: int = field(default=0)
    rules: tuple[str, ...] = ()
