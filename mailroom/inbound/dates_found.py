"""Finding dates in UK order, and what each of them is. The date of receipt is never guessed from the text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from mailroom.inbound.found import before, behind, place_of
from mailroom.values.index_fields import FoundDate
from mailroom.values.page import PageReading

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_SHORT = {m[:3]: n for n, m in enumerate(_MONTHS, 1)} | {"sept": 9}
_WRITTEN = re.compile(
    r"\b([0-3]?[0-9lIO])(?:\s?(?:st|nd|rd|th))?(?: of)?[ ,.-]{1,3}([A-Za-z]{3,10})[ ,.'’-]{1,3}(\d{4}|\d\d)\b"
)
_MONTH_FIRST = re.compile(r"\b([A-Za-z]{3,10})[ ,.]{1,2}([0-3]?\d)(?:st|nd|rd|th)?,? (\d{4})\b")
_NUMERIC = re.compile(r"(?<![\d/.-])([0-3]?[\dOl]) ?([/.-]) ?([01]?[\dOl]) ?\2 ?(\d{4}|\d\d)(?![\d/-])")
_ISO = re.compile(r"(?<![\d/.-])(\d{4})-(\d\d)-(\d\d)(?!\d)")
# The label and the date are of one sentence: "blind since birth. On 9 September" is no birthday.
_BIRTH = re.compile(r"\b(?:d\.? ?o\.? ?b\.?|date of birth|born|birth|birthday)(?![a-z])[^.!?]*$")
_DEADLINE = re.compile(
    r"\b(by|before|until|deadline|no later than|hearing|expires?|due|hearing on|within)\b[^.\n]{0,18}$"
)
_LABELLED = re.compile(r"\b(date|dated|sent)\s*[:.]?\s*(on )?$")
_DIGITS = str.maketrans("OoIl|", "00111")


def find_dates(page: PageReading) -> tuple[FoundDate, ...]:
    """Every date on the page in order; impossible ones are left out.

    label: birth, deadline, written (a label says so, or it stands alone on a line of the page's first third or its
    last lines) or other. Two-digit years are of this century up to 40, else of the last.
    """
    found = sorted(_all(page.text), key=lambda f: f[0])
    return tuple(
        FoundDate(day, _label(page.text, start, end, day), place_of(page, start, end)) for start, end, day in found
    )


def _all(text: str) -> Iterator[tuple[int, int, dt.date]]:
    shapes = ((_WRITTEN, (1, 2, 3)), (_MONTH_FIRST, (2, 1, 3)), (_NUMERIC, (1, 3, 4)), (_ISO, (3, 2, 1)))
    for pattern, (day, month, year) in shapes:
        for m in pattern.finditer(text):
            date = _date(m[day], m[month], m[year])
            if date:
                yield m.start(), m.end(), date


def _date(day: str, month: str, year: str) -> dt.date | None:
    number = _month(month)
    four = int(year) if len(year) == 4 else 2000 + int(year) if int(year) <= 40 else 1900 + int(year)
    if not number or not 1900 <= four <= 2100:
        return None
    try:
        return dt.date(four, number, int(day.translate(_DIGITS)))
    except ValueError:
        return None


def _month(text: str) -> int:
    """1 to 12, also from a misspelt or misread name; 0 if it is no month."""
    text = text.lower()
    if text[0].isdigit() or text in ("o", "l"):
        number = int(text.translate(_DIGITS))
        return number if 1 <= number <= 12 else 0
    if text in _SHORT:
        return _SHORT[text]
    near = process.extractOne(text, _MONTHS, scorer=fuzz.ratio, score_cutoff=74) if len(text) > 3 else None
    return _MONTHS.index(near[0]) + 1 if near else 0


def _label(text: str, start: int, end: int, day: dt.date) -> str:
    near = before(text, start, 40)
    if _BIRTH.search(near) or (day.year < 2010 and "born" in behind(text, end)):
        return "birth"
    if _LABELLED.search(near):
        return "written"
    if _DEADLINE.search(near):
        return "deadline"
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    alone = len(text[line_start:start].strip()) <= 22 and not text[end : line_end if line_end >= 0 else None].strip(
        " ."
    )
    at_an_end = start < len(text) / 3 or text.count("\n", end) <= 3
    return "written" if alone and at_an_end and day.year >= 2010 else "other"
