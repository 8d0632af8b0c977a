"""A date as the GOV.UK date input asks for it: the day, month and year in fields of their own, as date_field.html.

The fields of `moved_on` are `moved_on-day`, `moved_on-month` and `moved_on-year`. A link may give the day as one
word instead: `?day=2026-11-02`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django import template
from django.utils import timezone
from django.utils.dateparse import parse_date

from mailroom.web.form_problems import FieldProblem, NotSaid

register = template.Library()

PARTS = ("day", "month", "year")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedDate:
    """The three parts as they were typed."""

    day: str = ""
    month: str = ""
    year: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(part for part in PARTS if not getattr(self, part))

    def as_date(self) -> dt.date | None:
        """None when it is no day of the calendar. A month may be its name, or the first letters of it."""
        if not (self.day.isdecimal() and self.year.isdecimal() and len(self.year) == 4):
            return None
        try:
            return dt.date(int(self.year), _month(self.month), int(self.day))
        except ValueError:
            return None


def _month(text: str) -> int:
    """1 to 12; 0, which no date takes, for anything else."""
    if text.isdecimal():
        return int(text)
    named = [n for n, name in enumerate(MONTHS, start=1) if len(text) > 2 and name.startswith(text.lower())]
    return named[0] if named else 0


def typed_date(said: Mapping[str, str], field: str) -> TypedDate:
    """What a form or an address says of the field."""
    parts = [said.get(f"{field}-{part}", "").strip()[:20] for part in PARTS]
    if not any(parts) and (day := _as_one_word(said.get(field, ""))):
        return shown_date(day)
    return TypedDate(*parts)


def _as_one_word(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def shown_date(day: dt.date) -> TypedDate:
    return TypedDate(str(day.day), str(day.month), str(day.year))


def date_said(said: Mapping[str, str], field: str, name: str) -> dt.date | None:
    """The day; None when nothing was typed. name: as a sentence begins with it, 'The date of the move'.

    Raises NotSaid, which names the missing part.
    """
    typed = typed_date(said, field)
    if typed.missing == PARTS:
        return None
    if typed.missing:
        raise date_problem(field, f"{name} must include a {' and '.join(typed.missing)}", *typed.missing)
    if not (typed.year.isdecimal() and len(typed.year) == 4):
        raise date_problem(field, f"{name} must have a year of 4 numbers", "year")
    day = typed.as_date()
    if day is None:
        raise date_problem(field, f"{name} must be a real date")
    return day


def moment_said(said: Mapping[str, str], field: str, name: str) -> dt.datetime | None:
    """A day and a time, as moment_field.html asks for them; None when no day was typed. In no time zone.

    The time may be left empty: then it is the beginning of that day. Raises NotSaid.
    """
    day, typed = date_said(said, field, name), said.get(f"{field}-time", "").strip()
    if day is None:
        if typed:
            raise date_problem(field, f"{name} must include a day, month and year")
        return None
    time = time_of(typed) if typed else dt.time()
    if time is None:
        raise NotSaid(FieldProblem(f"{field}-time", "Enter a time, like 9:30am or 14:00"))
    return dt.datetime.combine(day, time)


def time_of(text: str) -> dt.time | None:
    """'9am', '9.30 am', '14:00' as a time of day; None for anything else."""
    said = _TIME.fullmatch(text.strip().lower())
    if said is None:
        return None
    hour, minute, half = int(said[1]), int(said[2] or 0), said[3]
    if minute > 59 or (half and not 1 <= hour <= 12) or hour > 23 or not (half or said[2]):
        return None
    return dt.time(hour % 12 + 12 * (half == "pm") if half else hour, minute)


_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))? ?(am|pm)?")


def date_problem(field: str, words: str, *parts: str) -> NotSaid:
    """An error at a date. parts: which of the three are wrong; all of them where none is named."""
    return NotSaid(FieldProblem(field, words, tuple(f"{field}-{part}" for part in parts or PARTS)))


def day_asked(said: Mapping[str, str], field: str, name: str) -> tuple[dt.date | None, tuple[FieldProblem, ...]]:
    """A day that narrows what a page shows, and what is wrong with it: such a page is shown all the same."""
    try:
        return date_said(said, field, name), ()
    except NotSaid as why:
        return None, why.problems


@register.filter
def date_typed(said: object, field: str) -> TypedDate:
    """For a template: what was typed in the field, or, of a date that is known already, its parts."""
    if isinstance(said, dt.datetime):
        return shown_date(timezone.localdate(said))
    if isinstance(said, dt.date):
        return shown_date(said)
    return typed_date(said, field) if isinstance(said, Mapping) else TypedDate()


@register.filter
def typed(said: Mapping[str, str], field: str) -> str:
    """For a template: what was typed in a field whose name holds a hyphen."""
    return said.get(field, "")
