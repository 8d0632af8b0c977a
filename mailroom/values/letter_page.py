"""What was measured on a page of a letter's PDF, and what was wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mailroom.values.geometry import Box


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One page as measured. number from 1; width and height in points, as seen after any turning.

    text: all words in reading order. window: the lines touching the address window, top first. smallest_type: points,
    0 on a page without words. outside: ink where there must be none. unembedded: fonts the file names but lacks.
    hides: whether a layer of the page is off, which a print run would show. ink: share of the page that is not white.
    """

    number: int
    width: float
    height: float
    text: str
    window: tuple[str, ...] = ()
    smallest_type: float = 0.0
    blank: bool = False
    outside: tuple[Box, ...] = ()
    unembedded: tuple[str, ...] = ()
    hides: bool = False
    ink: float = 0.0


class PdfProblem(StrEnum):
    """What can be wrong with a letter's PDF. The value is the sentence a clerk reads."""

    UNREADABLE = "The file cannot be read as a PDF. Make it again from the letter."
    ENCRYPTED = "The file is locked with a password. Save it without one."
    TOO_LARGE = "The file is too large. Save its pictures smaller."
    TOO_LONG = "The letter has too many pages. Shorten it or send part of it another way."
    NOT_A4_UPRIGHT = "A page is not A4 upright. Set the page to A4 portrait."
    OUTSIDE = "Something stands where the page must be empty. Move it inside the printable area."
    TYPE_TOO_SMALL = "Words are too small to print well. Set them larger."
    BLANK_PAGE = "A page is blank. Remove it."
    FONT_NOT_EMBEDDED = "A font is not in the file, so the words may print wrong. Save the PDF with its fonts."
    HIDDEN_LAYER = "A page hides something in a layer, which would be printed. Save the PDF without that layer."
    ADDRESS = "The address in the window cannot be posted to."
    NO_WORDS = "A page is a picture or has no words that can be read, so nobody can tell whose it is. Print it as text."
    PAGES_MISSING = "The page numbers have a gap: a page is missing or out of order."
    OTHER_REFERENCE = "A page carries a reference that the letter's first page does not. Look whether it is theirs."
    UNPRINTABLE = "Our letters have no type for a sign. Large print, or a sheet with the address, cannot be made of it."
    OTHER_PERSON = "A page carries somebody else's name, postcode or reference. The mailing is stopped."

    @property
    def code(self) -> str:
        """The problem's name, for lists and logs."""
        return self.name.lower()

    @property
    def stops_the_mailing(self) -> bool:
        """Whether the whole mailing waits, not this letter alone."""
        return self is PdfProblem.OTHER_PERSON

    @property
    def is_a_warning(self) -> bool:
        """Whether the letter may go all the same: it can be mended, or it only looks poor."""
        return self in (
            PdfProblem.BLANK_PAGE,
            PdfProblem.FONT_NOT_EMBEDDED,
            PdfProblem.TYPE_TOO_SMALL,
            PdfProblem.OTHER_REFERENCE,
            PdfProblem.UNPRINTABLE,
        )


@dataclass(frozen=True, slots=True)
class PdfFinding:
    """One problem at one place. page from 1, 0 for the whole file. detail: rule or font names, never a person's.

    words: where in the page's text the words begin and end that are wrong, from which `box` can be had. letter: of the
    file, whose it is; 0 where nobody's in particular.
    """

    problem: PdfProblem
    page: int = 0
    box: Box | None = None
    detail: str = ""
    words: tuple[int, int] | None = None
    letter: int = 0
