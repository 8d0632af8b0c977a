"""The lines of a page, and what a line of a letter is: a salutation, a closing, a heading. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from mailroom.inbound.closings import CLOSINGS, is_closing
from mailroom.values.geometry import around
from mailroom.values.page import PageReading, Word

_NOT_DEAR = {"dean", "year", "near", "fear", "hear", "deal", "tear", "wear", "gear", "dead", "pear", "deer"}
_FIRMLY = re.compile(r"^\W*Dear\s+(?:Sir|Mad|Mr|Mrs|Ms|Miss|Dr|Council)")
_GREETING = re.compile(r"^\W*(?:hello|hi|hiya|good (?:morning|afternoon|day)|sirs?|madam|annwyl)\b", re.I)
_TO_WHOM = re.compile(r"\bto whom(?:soever)? it may concern\b", re.I)
_SIGNED = re.compile(r"^\W*(?:signed|signature|print name)\b", re.I)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, where its middle stands (0 top to 1 bottom), its ends and the usual height of its words."""

    text: str
    at: float
    left: float
    right: float
    height: float

    @property
    def tokens(self) -> list[str]:
        """Its words."""
        return self.text.split()

    @property
    def width(self) -> float:
        """As a share of the page's."""
        return self.right - self.left

    @property
    def is_in_capitals(self) -> bool:
        """A heading is."""
        letters = [c for c in self.text if c.isalpha()]
        return len(letters) >= 8 and sum(c.isupper() for c in letters) > 0.9 * len(letters)

    @property
    def greets(self) -> bool:
        """A salutation; 'Dcar Sir' counts, 'Year 2' does not."""
        tokens = self.tokens
        if _TO_WHOM.search(self.text):
            return True
        if len(tokens) > 8:
            return bool(_FIRMLY.match(self.text))
        bare = [re.sub(r"\W", "", token).lower() for token in tokens[:2]] if len(tokens) > 1 else []
        if "dear" in bare or (len(tokens) <= 5 and any(_almost_dear(word) for word in bare)):
            return True
        return len(tokens) <= 6 and bool(_GREETING.match(self.text))

    @property
    def closes(self) -> bool:
        """The closing of a letter, or the place of a signature on a form."""
        bare = re.sub(r"[^a-z ]", "", self.text.lower()).strip()
        if not bare or len(self.tokens) > 9:
            return False
        said = is_closing(bare) or any(bare.startswith(f"{closing} ") for closing in CLOSINGS)
        return said or bool(_SIGNED.match(self.text))


def lines_of(page: PageReading) -> tuple[Line, ...]:
    """The page's lines in reading order."""
    by_line: dict[int, list[Word]] = {}
    for word in page.words:
        by_line.setdefault(word.line, []).append(word)
    return tuple(_line(words) for words in by_line.values())


def _line(words: list[Word]) -> Line:
    box, heights = around(w.box for w in words), sorted(w.box.height for w in words)
    return Line(" ".join(w.text for w in words), box.centre[1], box.x0, box.x1, heights[len(heights) // 2])


def _almost_dear(word: str) -> bool:
    return len(word) in (3, 4, 5) and word not in _NOT_DEAR and Levenshtein.distance(word, "dear") <= 1
