"""A report before it is typeset: headings, words, figures, tables and charts in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailroom.values.drawing import Drawing


class Tone(StrEnum):
    """Whether a figure is good news; always said in words as well, never by colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    WATCH = "watch"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. level 1 begins a part, 2 a section. new_page: it starts a page of its own."""

    text: str
    level: int = 2
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain words. lead: set larger; small: a note."""

    text: str
    lead: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure to see first: what it is, its value, what it means. link: the page of the rows behind it, or ''."""

    label: str
    value: str
    note: str
    tone: Tone = Tone.PLAIN
    link: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Figures side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table. widths: shares of the page's width. words: how many first columns are words, the rest are figures.

    total: the last row is a sum. links: for each row the page of what is behind it, '' for none; () for a table
    that leads nowhere. Paper leaves them out.
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    words: int = 1
    total: bool = False
    links: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse rows that do not fit their headers."""
        if any(len(row) != len(self.headers) for row in self.rows) or len(self.widths) != len(self.headers):
            raise ValueError(f"table '{self.caption}' has rows or widths that do not fit its headers")
        if self.links and len(self.links) != len(self.rows):
            raise ValueError(f"table '{self.caption}' needs a link, or '', for each row")

    @property
    def linked_rows(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Each row with its link."""
        return tuple(zip(self.rows, self.links or ("",) * len(self.rows), strict=True))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and the same figures as a table, for those who cannot see it."""

    caption: str
    drawing: Drawing
    table: Table


Block = Heading | Paragraph | Points | KeyFigures | Table | Chart


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    title: str
    subtitle: str
    author: str
    made_on: str
    blocks: tuple[Block, ...]
