"""What goes on paper: pages of a letter, the sheets of an envelope, and what was found when a file was read back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailroom.values.sheet_mark import SheetMark


@dataclass(frozen=True, slots=True)
class PagesToPrint:
    """A letter's pages: `count` of them from page `first` of a PDF. They begin on a new sheet unless `joined`."""

    document: Path
    first: int
    count: int
    joined: bool = False


@dataclass(frozen=True, slots=True)
class PieceToPrint:
    """One envelope's letters with their attachments, and the marks of its sheets, in order.

    mailmark: Royal Mail's data for it, or ''. large_letter: goes at that tariff, so its 2D barcode is the larger one.
    """

    letters: tuple[PagesToPrint, ...]
    marks: tuple[SheetMark, ...]
    duplex: bool
    mailmark: str = ""
    large_letter: bool = False


@dataclass(frozen=True, slots=True)
class PrintFileWritten:
    """A print file. sides: of paper. no_window_mark, no_mailmark: pieces whose window had no room for it."""

    sides: int
    no_window_mark: frozenset[int] = frozenset()
    no_mailmark: frozenset[int] = frozenset()

    def with_more(self, more: PrintFileWritten) -> PrintFileWritten:
        """The same with what was written behind it."""
        return PrintFileWritten(
            self.sides + more.sides,
            self.no_window_mark | more.no_window_mark,
            self.no_mailmark | more.no_mailmark,
        )
