"""What one page shows by itself of being a first page, a later one, an envelope or a cheque. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from mailroom.inbound.letter_lines import Line, lines_of
from mailroom.values.page import PageReading, TextSource

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}\s?(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b|\b{_MONTH}\s+\d{{1,2}}\b|"
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d{2}\b",
    re.I,
)
_POSTCODE = re.compile(r"\b([A-Z]{1,2}(?=[0-9O]?[A-Z ]?[0-9])[0-9O][0-9A-Z]?)\s?([0-9O][A-Z]{2})\b")
_COUNCIL = re.compile(r"\bcouncil\b|\bcivic (?:cent|office)|\btown hall\b", re.I)
_REFERENCE = re.compile(
    r"^\W*(?:(?:our|your|my)\s+)?ref(?:erence)?\b|^\W*re\s*:|^\W*subject\s*:|\baccount\b.{0,14}\d", re.I
)
_EMAIL_HEAD = re.compile(r"^\W*(?:from|to|sent|subject|date|cc)\s*:", re.I)
_STAMP = re.compile(r"\bRECEIVED\b|\bPOST ?ROOM\b|\bCUSTOMER SERVICES\b|\bMAIL ?ROOM\b")
_TITLE = re.compile(
    r"\b(?:form|application|invoice|notice|claim|request|certificate|questionnaire|petition|order|report|summons|slip)\b",
    re.I,
)
_PART = re.compile(
    r"^\W*(?:schedule|appendix|annexe?|enclosure|attachment|exhibit|continuation|declaration|account|list|details|"
    r"(?:part|section)\s+(?:[b-z]|[2-9])\b)",
    re.I,
)
_PAGE_OF = re.compile(
    r"\b(?:page|sheet|p\.?)\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b|^\W*(\d{1,2})\s+of\s+(\d{1,2})\W*$", re.I
)
_NUMBER_ALONE = re.compile(r"^\W*(?:page|sheet|p\.?)?\s*(\d{1,2})\W*$", re.I)
_CONTINUED = re.compile(r"\bcont(?:inued|inuation|'d|d)\b|^\W*cont\b", re.I)
_TURN_OVER = re.compile(
    r"\bp\.?\s?t\.?\s?o\b|\bplease turn over\b|\bcont(?:inued|'d|d)\b|\boverleaf\b|\bnext page\b|^\W*over\W*$", re.I
)
_ENCLOSED = re.compile(r"\benc(?:l|ls|s|los\w*)?\b|\battach(?:ed|ing)\b|\bcop(?:y|ies) of\b|\bherewith\b", re.I)
_FRANKED = re.compile(
    r"\b(?:1st|2nd|first|second) class\b|\bpostage paid\b|\broyal mail\b|\bdelivered by\b|"
    r"\breturn (?:to )?sender\b|\bif undelivered\b|\bsigned for\b",
    re.I,
)
_SPOKEN = re.compile(r"\b(?:I|my|me|you|your|we|our|is|are|am|was|have|has|it|that|this|please|not)\b", re.I)
_ADDRESSED = re.compile(r"\bpo box\b|\boffices?\b|\bcentre\b|\btown hall\b", re.I)
_CHEQUE = (
    re.compile(r"^\W*pay\b", re.I | re.M),
    re.compile(r"\b\d{2}-\d{2}-\d{2}\b"),
    re.compile(r"£\s*\d"),
    re.compile(r"\b(?:pounds|only)\b", re.I),
    re.compile(r"\b(?:bank|building society|mutual|payee)\b", re.I),
)
_MARKER = re.compile(r"^\W{0,2}(?:(\d{1,2})|\(?([a-z]))[.)]\s")
_WHOLE_SENTENCE = re.compile(r"[.!?:;)\]\"'”]\W*$")


@dataclass(frozen=True)
class PageLook:
    """A page's reading, looked at for what it says of where items start."""

    page: PageReading

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """In reading order."""
        return lines_of(self.page)

    @cached_property
    def head(self) -> tuple[Line, ...]:
        """The upper part, where a letter has its addresses, date and subject."""
        return tuple(line for line in self.lines if line.at < 0.4)

    @cached_property
    def greets(self) -> bool:
        """A salutation in the upper part."""
        return any(line.greets for line in self.lines if line.at < 0.65)

    @cached_property
    def closing(self) -> int | None:
        """The number of the last line that closes a letter, or None."""
        return max((n for n, line in enumerate(self.lines) if line.closes), default=None)

    @property
    def closes(self) -> bool:
        """A letter ends here: its closing is in the lower half of the lines, where a name and a note still follow."""
        return self.closing is not None and self.closing >= len(self.lines) * 0.5

    @cached_property
    def breaks_off(self) -> bool:
        """Its last line is long and ends in the middle of a sentence."""
        body = [line for line in self.lines if len(line.tokens) >= 4]
        if self.closes or len(body) < 5 or body[-1] not in self.lines[-2:]:
            return False
        widest = max(line.width for line in self.lines)
        return not _WHOLE_SENTENCE.search(body[-1].text) and body[-1].width > 0.6 * widest

    @cached_property
    def lowest(self) -> float:
        """Where the last line stands."""
        return max((line.at for line in self.lines), default=0.0)

    @cached_property
    def numbered(self) -> tuple[int, int] | None:
        """The (k, n) of 'Page k of n'; n is 0 for a bare number at the head or foot of the page."""
        for line in self.lines:
            found = _PAGE_OF.search(line.text)
            if found:
                k, n = (int(g) for g in found.groups() if g)
                if 1 <= k <= n <= 40 and n > 1:
                    return k, n
        for line in (*self.lines[:2], *self.lines[-2:]):
            alone = _NUMBER_ALONE.match(line.text)
            if alone and (line.at < 0.12 or line.at > 0.88) and 1 <= int(alone[1]) <= 20:
                return int(alone[1]), 0
        return None

    @property
    def goes_on(self) -> bool:
        """Its first lines say it carries on from another page."""
        return _any(_CONTINUED, self.lines[:3])

    @property
    def turns_over(self) -> bool:
        """Its last lines say that more follows."""
        return _any(_TURN_OVER, self.lines[-3:])

    @property
    def encloses(self) -> bool:
        """It says that something comes with it."""
        return _any(_ENCLOSED, self.lines)

    @property
    def starts_in_mid_sentence(self) -> bool:
        """Its first long line begins in small letters."""
        first = next((line for line in self.lines[:4] if len(line.tokens) >= 4), None)
        return first is not None and bool(re.match(r"[a-z][a-z',]*\s+[a-z]", first.text))

    @property
    def is_part(self) -> bool:
        """It is headed as part of something: a schedule, an appendix, a declaration."""
        return any(_PART.match(line.text) and len(line.tokens) <= 6 for line in self.lines[:4])

    @cached_property
    def is_cheque(self) -> bool:
        """A cheque is no item by itself: it lies behind its letter or slip."""
        return len(self.page.words) <= 70 and sum(bool(sign.search(self.page.text)) for sign in _CHEQUE) >= 3

    @cached_property
    def is_envelope(self) -> bool:
        """The front of an envelope, which lies before what was in it: an address of ours and franking, no sentences.

        A small sheet across (DL is 312 points high, C5 459) with few words is one even where they cannot be read.
        """
        words = len(self.page.words)
        if not 2 <= words <= 45 or self.greets or self.closing is not None or self.is_cheque:
            return False
        if len(_SPOKEN.findall(self.page.text)) >= 2:  # a postcard has the address on the same side as its message
            return False
        across = self.page.width_pt > self.page.height_pt
        said = [_any(sign, self.lines) for sign in (_COUNCIL, _FRANKED, _ADDRESSED)]
        more = [across, words <= 14 and len(self.lines) >= 2, _any(_POSTCODE, self.lines)]
        short = max(len(line.tokens) for line in self.lines) <= 7
        return short and ((across and self.page.height_pt < 480) or (any(said) and sum(said + more) >= 2))

    @cached_property
    def markers(self) -> tuple[str, ...]:
        """What its paragraphs are numbered by: '3', 'c'."""
        return tuple(marker for line in self.lines if (marker := _marker(line)))

    @property
    def starts_at_a_later_number(self) -> bool:
        """Its first lines are numbered, and not from the start."""
        first = next((marker for line in self.lines[:2] if (marker := _marker(line))), "1")
        return int(first) > 1 if first.isdigit() else first not in "abi"

    @cached_property
    def by_hand(self) -> bool:
        """The second reader was needed, mostly for handwriting."""
        return self.page.source in (TextSource.RAPIDOCR, TextSource.MERGED)

    @cached_property
    def letter_height(self) -> float:
        """The usual height of a line in points; 0 for a page without words."""
        return median(line.height for line in self.lines) * self.page.height_pt if self.lines else 0.0

    @cached_property
    def margin(self) -> float:
        """Where most long lines begin, as a share of the page's width."""
        lefts = sorted(line.left for line in self.lines if len(line.tokens) >= 3)
        return lefts[len(lefts) // 4] if lefts else 0.0

    @property
    def has_letterhead(self) -> bool:
        """A line at the very top is much taller than the rest."""
        usual = median(line.height for line in self.lines) if self.lines else 0.0
        top = (line for line in self.lines if line.at < 0.18 and sum(map(str.isalpha, line.text)) > 4)
        return any(line.height > 1.6 * usual for line in top)

    @property
    def is_headed_in_capitals(self) -> bool:
        """One of its first lines is in capitals."""
        return any(line.is_in_capitals for line in self.lines[:3])

    @property
    def is_dated(self) -> bool:
        """A date in the upper part."""
        return _any(_DATE, self.head)

    @property
    def has_postcode_at_top(self) -> bool:
        """A postcode in the upper part, ours or theirs."""
        return _any(_POSTCODE, self.head)

    @property
    def names_a_council_at_top(self) -> bool:
        """A short line of the upper part names a council: the addressee's, or the title of a form of ours."""
        return _any(_COUNCIL, (line for line in self.head if len(line.tokens) <= 8))

    @property
    def has_reference_at_top(self) -> bool:
        """A reference or subject line in the upper part."""
        return _any(_REFERENCE, self.head)

    @property
    def has_email_head(self) -> bool:
        """Two or more of From, To, Sent, Subject."""
        return sum(bool(_EMAIL_HEAD.match(line.text)) for line in self.lines if line.at < 0.5) >= 2

    @property
    def is_stamped(self) -> bool:
        """The post room's own stamp: it goes on first pages."""
        return _any(_STAMP, self.lines)

    @property
    def is_titled(self) -> bool:
        """One of its first lines says form, invoice, notice, ..."""
        return any(_TITLE.search(line.text) and len(line.tokens) <= 9 for line in self.lines[:4])

    @cached_property
    def postcodes(self) -> frozenset[str]:
        """Those of people: one just below the council's name is where the letter goes to."""
        found, below = set[str](), 99
        for line in self.lines:
            below = 0 if _COUNCIL.search(line.text) else below + 1
            if below > 4 or len(line.tokens) > 7:
                found |= {f"{m[1]}{m[2]}".replace("O", "0") for m in _POSTCODE.finditer(line.text)}
        return frozenset(found)


def _any(pattern: re.Pattern[str], lines: Iterable[Line]) -> bool:
    return any(pattern.search(line.text) for line in lines)


def _marker(line: Line) -> str:
    found = _MARKER.match(line.text)
    return (found[1] or found[2]).lower() if found else ""
