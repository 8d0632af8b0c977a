"""The words of one letter, in blocks, with every field filled in. Paper, large print and email are made from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Run:
    """Some words in one style. link: an address they lead to, or ''."""

    text: str
    bold: bool = False
    link: str = ""


class BlockKind(StrEnum):
    """What a block of text is."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    NUMBER = "number"
    INSET = "inset"
    TABLE = "table"
    RULE = "rule"
    PAGE_BREAK = "page_break"


@dataclass(frozen=True, slots=True)
class Block:
    """One block. runs: its words. rows: of a table, cell by cell, the first row its head. marker: '1.' of a number.

    fixed: the words hold no field, so they are the same in every letter of the template.
    """

    kind: BlockKind
    runs: tuple[Run, ...] = ()
    rows: tuple[tuple[tuple[Run, ...], ...], ...] = ()
    marker: str = ""
    fixed: bool = False

    @property
    def text(self) -> str:
        """The words without styles; a table's cells with ' | ' between, a line a row."""
        if self.rows:
            return "\n".join(" | ".join("".join(r.text for r in cell) for cell in row) for row in self.rows)
        return "".join(r.text for r in self.runs)


@dataclass(frozen=True, slots=True)
class LetterBody:
    """One language's part of a letter. language: 'en' or 'cy'."""

    subject: str
    blocks: tuple[Block, ...]
    language: str = "en"

    @property
    def text(self) -> str:
        """All words, a blank line between blocks; for searching, checking and reading age."""
        return "\n\n".join(b.text for b in self.blocks if b.text)


@dataclass(frozen=True, slots=True)
class LetterToSet:
    """Everything the typesetter needs for one letter; nothing in it is decided there.

    bodies: one a language, in order. address: the lines for the window. reply_code: '' for none. opt_in: whether the
    panel with the code invites the reader to choose email. large: a true reflow at the large size. numbered: every page
    says which of how many it is.
    """

    bodies: tuple[LetterBody, ...]
    address: tuple[str, ...]
    dated: dt.date
    reference: str = ""
    from_lines: tuple[str, ...] = ()
    sign_off: tuple[str, ...] = ()
    reply_code: str = ""
    opt_in: bool = False
    large: bool = False
    numbered: bool = True
