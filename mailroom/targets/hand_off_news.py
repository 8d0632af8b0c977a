"""Which letters to be made elsewhere the print unit is told of today: new ones, then those left lying. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from mailroom.values.working_days import add_working_days, due_after

LEFT_LYING = 5
"""Working days without a supplier after which a letter is told of again: its reader waits for more than a week."""


@dataclass(frozen=True, slots=True)
class ToBeMade:
    """A letter no supplier has yet. joined: the list, in local time."""

    number: str
    form: str
    must_arrive: dt.date | None
    joined: dt.datetime

    def overdue_from(self, warn_days: int) -> dt.date:
        """The day it should have been with a supplier: so many working days before it must arrive, at the latest."""
        left_lying = due_after(self.joined.date(), LEFT_LYING)
        return min(left_lying, add_working_days(self.must_arrive, -warn_days)) if self.must_arrive else left_lying

    def said(self, day: dt.date) -> str:
        """As the digest names it."""
        by = f", by {self.must_arrive:%-d %B}" if self.must_arrive else ""
        late = ", too late already" if self.must_arrive and self.must_arrive < day else ""
        return f"{self.number}: {self.form.replace('_', ' ')}{by}{late}; on the list since {self.joined:%-d %B}"


def to_tell_of(
    waiting: Iterable[ToBeMade], told_at: dt.datetime | None, day: dt.date, warn_days: int
) -> list[ToBeMade]:
    """Those new since the last digest, become overdue since, or, in a week's first digest, still overdue.

    told_at: when the last digest left, in local time; None: there was none, so everything is new.
    """
    if told_at is None:
        return list(waiting)
    last, new_week = told_at.date(), told_at.isocalendar()[:2] != day.isocalendar()[:2]

    def is_told_of(one: ToBeMade) -> bool:
        overdue, must = one.overdue_from(warn_days), one.must_arrive
        if one.joined > told_at or last < overdue <= day:
            return True
        just_late = must is not None and last <= must < day
        return just_late or (new_week and overdue <= day)

    return [one for one in waiting if is_told_of(one)]
