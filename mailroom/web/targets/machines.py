"""What the managers' desk needs of the figures, by shape; wiring/web_targets.py sets the real ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.records.figure_listing import Ways
from mailroom.values.document import Document
from mailroom.values.month import Month
from mailroom.values.period import Period

Linker = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a manager asks to see. service '' is the whole council."""

    period: Period
    service: str
    today: dt.date


@dataclass(frozen=True, slots=True)
class Download:
    """A file to save."""

    filename: str
    content_type: str
    content: bytes


class FiguresDesk(Protocol):
    def first_month(self) -> Month | None:
        """The first month with any mail on record."""

    def page(self, part: str, asked: Asked, link: Linker) -> Document:
        """The overview ('') or one part of it: post, targets, money, levels, shift, paper, years, definitions."""

    def download(self, asked: Asked, kind: str) -> Download:
        """The report as pdf, csv or json."""

    def ways(self) -> Ways:
        """How rows are told apart, for the pages that list them."""


_desk: list[FiguresDesk] = []


def use(desk: FiguresDesk) -> None:
    """Set the figures the pages use from here on."""
    _desk[:] = [desk]


def figures() -> FiguresDesk:
    """The figures in use. Raises Misconfigured if none were set."""
    if not _desk:
        raise Misconfigured("The web pages were started without the figures. Start them with `mailroom run`.")
    return _desk[0]
