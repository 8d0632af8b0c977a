"""The plain rows every figure is made from: counts by day or month. They hold no personal data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from mailroom.values.month import Month


class Direction(StrEnum):
    """Which way the post goes, seen from the council."""

    IN = "in"
    OUT = "out"


class Cause(StrEnum):
    """Why a letter did not cost what an ordinary one does. Each letter has at most one, so nothing counts twice.

    emailed: went by email. consolidated: shared an envelope whose postage another letter bears. suppressed: a rule
    withheld it (gone away, deceased). cheaper_class: posted below the standard class. not_sent: cancelled in time.
    """

    NONE = ""
    EMAILED = "emailed"
    CONSOLIDATED = "consolidated"
    SUPPRESSED = "suppressed"
    CHEAPER_CLASS = "cheaper_class"
    NOT_SENT = "not_sent"

    @property
    def avoids_an_item(self) -> bool:
        """Whether no envelope of its own was posted."""
        return self in (Cause.EMAILED, Cause.CONSOLIDATED, Cause.SUPPRESSED, Cause.NOT_SENT)


PAPER_IN = frozenset({"post"})
PAPER_OUT = frozenset({"print", "hand_off"})


@dataclass(frozen=True, slots=True)
class DayCount:
    """Mail of one day and one kind.

    day: of receipt, or of leaving. channel: in: post, email, web; out: print, email, hand_off, withheld.
    kind: letter type in, document class out. sheets: of paper, printed or scanned. pence: postage really paid.
    why: the rule that put a letter on paper (or `no_contact`, `chose_post`); '' for other mail.
    """

    day: dt.date
    service: str
    direction: Direction
    channel: str
    kind: str
    cause: Cause
    items: int
    sheets: int = 0
    pence: int = 0
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse counts below nothing."""
        if min(self.items, self.sheets, self.pence) < 0:
            raise ValueError("counts, sheets and pence are never negative")

    @property
    def paper_items(self) -> int:
        """Items of paper post: envelopes that came by post, or that were posted."""
        if self.direction is Direction.IN:
            return self.items if self.channel in PAPER_IN else 0
        return self.items if self.channel in PAPER_OUT and not self.cause.avoids_an_item else 0

    @property
    def avoided_items(self) -> int:
        """Letters that needed no envelope of their own."""
        return self.items if self.direction is Direction.OUT and self.cause.avoids_an_item else 0


NO_CONTACT = "no_contact"
"""Why a letter is on paper when no email address of the reader is known at all."""

CHOSE_POST = "chose_post"
"""Why a letter is on paper when its reader asked for post."""


class Clock(StrEnum):
    """A stretch of an item's life that is timed, from its day of receipt.

    acknowledged: to the first holding reply or answer, where the standard promises one. promised: to the answer, for
    items whose holding reply named a day; that day is its last.
    """

    ROUTED = "routed"
    SEEN = "seen"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    PROMISED = "promised"


@dataclass(frozen=True, slots=True)
class ClockCount:
    """Items received on one day for which one clock took the same time.

    days: working days from the day of receipt; None while it runs. late: it stopped after its last day.
    due: the last day to stop; kept while it runs, None afterwards.
    """

    received: dt.date
    service: str
    standard: str
    channel: str
    kind: str
    clock: Clock
    days: int | None
    late: bool
    due: dt.date | None
    items: int


class Tally(StrEnum):
    """A yes-or-no fact about an incoming item, counted on its day of receipt.

    decided: it has been routed. auto_routed: by the line, no person asked. corrected: auto-routed, and a person
    changed the service. bounced: more than one team got it as owner. chaser: a second letter on a matter that was
    still unanswered when it came. repeat: a second letter on a matter already answered. first_contact: answered, never
    bounced, with no second letter. in_time, late: answered by its day, or after it. held: a holding reply was sent.
    """

    DECIDED = "decided"
    AUTO_ROUTED = "auto_routed"
    CORRECTED = "corrected"
    BOUNCED = "bounced"
    CHASER = "chaser"
    REPEAT = "repeat"
    FIRST_CONTACT = "first_contact"
    IN_TIME = "in_time"
    LATE = "late"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class TallyCount:
    """How many items of one day a fact holds for."""

    day: dt.date
    service: str
    tally: Tally
    items: int


@dataclass(frozen=True, slots=True)
class BaselineCount:
    """Items of one month before the change. set_aside: of them, those left out, for the reason given.

    source: franking machine, supplier's invoice, or measured.
    """

    month: Month
    service: str
    direction: Direction
    channel: str
    items: int
    set_aside: int = 0
    reason: str = ""
    source: str = "measured"

    def __post_init__(self) -> None:
        """Refuse a setting-aside without its reason, or of more than there is."""
        if self.items < 0 or not 0 <= self.set_aside <= self.items:
            raise ValueError("items set aside must lie between 0 and the items counted")
        if self.set_aside and not self.reason:
            raise ValueError("items set aside need their reason")

    @property
    def counted(self) -> int:
        """Items that make the baseline."""
        return self.items - self.set_aside
