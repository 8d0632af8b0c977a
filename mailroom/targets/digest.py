"""The day's digest: one email a recipient with everything that concerns them, before it is too late. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from mailroom.targets.hand_off_news import ToBeMade
from mailroom.targets.progress import Progress, Standing
from mailroom.targets.report.words import target as target_in_words


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open item: its number, service and last day. left: working days, below 0 when late. promised: by us."""

    number: str
    service: str
    due: dt.date
    left: int
    promised: bool


@dataclass(frozen=True, slots=True)
class Section:
    """One matter of a digest: a heading and its points. link: the page where it is dealt with."""

    heading: str
    points: tuple[str, ...]
    link: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one recipient is told on one day."""

    recipient: str
    day: dt.date
    sections: tuple[Section, ...]

    @property
    def points(self) -> int:
        """How many points it makes."""
        return sum(len(s.points) for s in self.sections)

    @property
    def subject(self) -> str:
        """Its headings in one line; numbers only, no names."""
        return f"Mailroom, {self.day:%-d %B}: {'; '.join(s.heading.lower() for s in self.sections)}"[:150]

    @property
    def plain(self) -> str:
        """As text."""
        parts = []
        for section in self.sections:
            parts += [section.heading, *(f"- {point}" for point in section.points), section.link, ""]
        return "\n".join(parts) + FOOT

    @property
    def html(self) -> str:
        """As a page without styles or pictures."""
        parts = []
        for section in self.sections:
            points = "".join(f"<li>{escape(point)}</li>" for point in section.points)
            link = escape(section.link, {'"': "&quot;"})
            parts.append(f'<h2>{escape(section.heading)}</h2><ul>{points}</ul><p><a href="{link}">{link}</a></p>')
        return f'<!doctype html><html lang="en-gb"><body>{"".join(parts)}<p>{FOOT}</p></body></html>'


FOOT = "Sent once a day, and only when there is something to say."


def team(waiting: Sequence[Waiting], most: int, link: str) -> Section | None:
    """What a team has to answer within the next days, late ones first."""
    return _listed("due soon or late", waiting, most, f"{link}/items/")


def leader(waiting: Sequence[Waiting], most: int, link: str) -> Section | None:
    """What is late in a leader's services."""
    return _listed("overdue", [w for w in waiting if w.left < 0], most, f"{link}/items/?show=late")


def _listed(what: str, waiting: Sequence[Waiting], most: int, link: str) -> Section | None:
    if not waiting:
        return None
    count = len(waiting)
    points = [_said(w) for w in waiting[:most]]
    if count > most:
        points.append(f"and {count - most} more.")
    return Section(f"{count} {'item' if count == 1 else 'items'} {what}", tuple(points), link)


def _said(one: Waiting) -> str:
    unit = "working day" if abs(one.left) == 1 else "working days"
    stands = "today" if one.left == 0 else f"{abs(one.left)} {unit} {'late' if one.left < 0 else 'left'}"
    return f"{one.number}, {one.service}: {'promised for' if one.promised else 'due'} {one.due:%-d %B}, {stands}"


def print_unit(unbalanced: Sequence[tuple[str, str]], link: str) -> Section | None:
    """Batches whose pages are not all accounted for, with what is wrong."""
    if not unbalanced:
        return None
    points = tuple(f"{number}: {problem}" for number, problem in unbalanced)
    count = len(points)
    return Section(f"{count} {'batch does' if count == 1 else 'batches do'} not balance", points, f"{link}/print-unit/")


def hand_offs(told: Sequence[ToBeMade], others: int, day: dt.date, most: int, link: str) -> Section | None:
    """Letters nobody has given to a supplier: new ones and those left lying. others: told of before."""
    if not told:
        return None
    count = len(told)
    points = [one.said(day) for one in told[:most]]
    if count > most:
        points.append(f"and {count - most} more.")
    if others:
        points.append(f"{others} told of before {'waits' if others == 1 else 'wait'} too.")
    words = "letter waits" if count == 1 else "letters wait"
    return Section(f"{count} {words} to be made elsewhere", tuple(points), f"{link}/hand-offs/")


def manager(progress: Iterable[Progress], link: str) -> Section | None:
    """Targets that on trend will not, or may not, be reached."""
    points = tuple(target_in_words(p) for p in progress if p.standing in (Standing.OFF_PATH, Standing.AT_RISK))
    if not points:
        return None
    count = len(points)
    return Section(f"{count} {'target' if count == 1 else 'targets'} may not be reached", points, f"{link}/targets/")


def one_each(told: Iterable[tuple[str, Section | None]], day: dt.date) -> list[Digest]:
    """Everything a recipient is told in one digest; nobody without a matter is written to."""
    by_recipient: dict[str, list[Section]] = {}
    for recipient, section in told:
        if section and section not in by_recipient.setdefault(recipient.lower(), []):
            by_recipient[recipient.lower()].append(section)
    found: Mapping[str, list[Section]] = dict(sorted(by_recipient.items()))
    return [Digest(recipient, day, tuple(sections)) for recipient, sections in found.items() if sections]
