"""What was read on one page of a scan."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from mailroom.values.confidence import NO_IDEA, Confidence
from mailroom.values.geometry import Box, around


class PageKind(StrEnum):
    """What a side of paper is to the ledger. Every page has exactly one."""

    ITEM = "item"
    BLANK = "blank"
    SEPARATOR = "separator"
    UNREAD = "unread"


class TextSource(StrEnum):
    """Who read the words."""

    OWN_TEXT = "own_text"
    TESSERACT = "tesseract"
    RAPIDOCR = "rapidocr"
    MERGED = "merged"
    TEXTRACT = "textract"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Word:
    """One word where it stands. `line` counts the page's lines from 0 in reading order."""

    text: str
    box: Box
    confidence: Confidence
    line: int


@dataclass(frozen=True, slots=True)
class Barcode:
    """A machine-readable mark. `symbology` is zxing's name in lower case: qrcode, datamatrix, code128."""

    symbology: str
    content: str
    box: Box


@dataclass(frozen=True)
class PageReading:
    """One side of paper, read.

    number: place in its file, from 1. rotation: degrees the content is turned clockwise in the file
    (0, 90, 180, 270). skew: degrees still to straighten after that, clockwise positive. width_pt,
    height_pt: the upright page in points (1/72 inch). words: in reading order. patch: the Kodak patch
    code found ("T") or "". ink: share of dark pixels, 0..1. fingerprint: 64-bit perceptual hash as 16
    hex digits, or "" for a page without an image. problem: for an unread page, why, in a clerk's words; for
    another, what who relies on its words should know.
    """

    number: int
    kind: PageKind
    width_pt: float
    height_pt: float
    rotation: int = 0
    skew: float = 0.0
    confidence: Confidence = NO_IDEA
    source: TextSource = TextSource.NOBODY
    words: tuple[Word, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    patch: str = ""
    ink: float = 0.0
    fingerprint: str = ""
    problem: str = ""
    seconds: float = field(default=0.0, compare=False)

    def __post_init__(self) -> None:
        """Refuse a reading no scanner could have made."""
        if self.number < 1:
            raise ValueError(f"pages count from 1, not {self.number}")
        if self.rotation not in (0, 90, 180, 270):
            raise ValueError(f"a page turns by quarter turns, not {self.rotation}")
        if self.kind is PageKind.UNREAD and not self.problem:
            raise ValueError("an unread page says why")

    @cached_property
    def _laid_out(self) -> tuple[str, tuple[int, ...]]:
        """The text, and where in it each word starts."""
        parts: list[str] = []
        starts: list[int] = []
        length, line = 0, None
        for word in self.words:
            gap = "" if line is None else (" " if word.line == line else "\n")
            starts.append(length + len(gap))
            parts += (gap, word.text)
            length += len(gap) + len(word.text)
            line = word.line
        return "".join(parts), tuple(starts)

    @property
    def text(self) -> str:
        """The words joined: a space between words, a newline between lines."""
        return self._laid_out[0]

    def words_at(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that the slice text[start:end] touches."""
        starts = self._laid_out[1]
        first = max(bisect_right(starts, start) - 1, 0)
        last = bisect_right(starts, max(end - 1, start))
        return self.words[first:last]

    def box_at(self, start: int, end: int) -> Box | None:
        """Where text[start:end] stands on the page, or None on a page without words."""
        words = self.words_at(start, end)
        return around(w.box for w in words) if words else None
