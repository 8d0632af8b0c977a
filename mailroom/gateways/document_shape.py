"""The shape of a document in numbers: how its lines are set, and how many words of each kind of paper it holds.

What a paper is about says little of what kind of paper it is. An invoice has sums in columns, a form has labels and
boxes, a letter has sentences between a greeting and a closing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mailroom.values.email_heads import heads_of_an_email

_MOST_PHRASES = 4
"""Further ones say the same again."""
_A_SIGN, _A_PHRASE = 0.3, 1.0
"""Sizes beside the words, whose row has length one. Tried on the letters of three authors, each left out in turn:
phrases at 0.3 are one letter in a hundred worse on two of them and the same on the third."""
_AMOUNT = re.compile(r"£\s?\d")
_SUM = re.compile(r"\b\d[\d,]*\.\d\d\b")
_BOX = re.compile(r"\[[ xX]?\]")
_LABEL = re.compile(r"[A-Z][^.:]{1,35}:\s?")
_EMPTY_LINE = re.compile(r"_{4,}|\.{6,}")
_GREETING = re.compile(r"^\s*dear\b", re.IGNORECASE | re.MULTILINE)
_CLOSING = re.compile(r"\byours (?:sincerely|faithfully|truly)", re.IGNORECASE)
_MYSELF = re.compile(r"\b(?:I|my|me)\b")
_SENTENCE = re.compile(r"[.!?]\s")


@dataclass(frozen=True, slots=True)
class _Measured:
    text: str
    lines: tuple[str, ...]

    def share(self, holds: Callable[[str], bool]) -> float:
        """Of the lines, in per cent."""
        return 100 * sum(map(holds, self.lines)) / max(1, len(self.lines))


_SIGNS: tuple[tuple[Callable[[_Measured], float], tuple[float, ...]], ...] = (
    (lambda m: len(m.text.split()), (25, 50, 100, 200, 300)),
    (lambda m: len(m.lines), (4, 8, 15, 30, 50)),
    (lambda m: len(_AMOUNT.findall(m.text)), (1, 2, 4, 8)),
    (lambda m: len(_SUM.findall(m.text)), (1, 3, 6, 12)),
    (lambda m: len(_BOX.findall(m.text)), (1, 3, 6)),
    (lambda m: sum(bool(_LABEL.match(line)) for line in m.lines), (1, 3, 6, 10)),
    (lambda m: len(_EMPTY_LINE.findall(m.text)), (1, 3)),
    (lambda m: m.share(lambda line: line.isupper() and len(line) > 5), (5, 15, 30, 50)),
    (lambda m: m.share(lambda line: len(line) < 35), (20, 40, 60, 80)),
    (lambda m: m.share(lambda line: line[0].islower()), (20, 50)),
    (lambda m: 100 * sum(map(str.isdigit, m.text)) / max(1, len(m.text)), (2, 5, 8, 12)),
    (lambda m: bool(_GREETING.search(m.text)), (1,)),
    (lambda m: bool(_CLOSING.search(m.text)), (1,)),
    (lambda m: heads_of_an_email(m.lines), (1, 2, 3, 4)),
    (lambda m: bool(_MYSELF.search(m.text)), (1,)),
    (lambda m: m.text.count("!"), (1, 3)),
    (lambda m: len(_SENTENCE.findall(m.text)), (1, 3, 8, 15)),
)
"""What is measured, and the steps from which on it counts once more. A linear model sees no bends without steps."""


@dataclass(frozen=True)
class DocumentShape:
    """phrases: of each kind of paper, in lower case."""

    phrases: tuple[tuple[str, ...], ...] = ()

    @property
    def size(self) -> int:
        """How many numbers a text gets."""
        return sum(len(steps) for _, steps in _SIGNS) + len(self.phrases)

    def of(self, text: str) -> np.ndarray:
        """One number a step that is reached, then one a kind of paper."""
        measured = _Measured(text, tuple(line.strip() for line in text.split("\n") if line.strip()))
        signs = [_A_SIGN * (sign(measured) >= step) for sign, steps in _SIGNS for step in steps]
        plain = " ".join(text.lower().replace("’", "'").split())
        counts = (min(_MOST_PHRASES, len(set(kind.findall(plain)))) for kind in self._patterns)
        return np.array([*signs, *(_A_PHRASE * count**0.5 for count in counts)], dtype=np.float32)

    def of_all(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text."""
        return np.array([self.of(text) for text in texts], dtype=np.float32).reshape(-1, self.size)

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        """The beginning of a word is looked for once for all phrases: once for each took ten times as long."""
        alternatives = ("|".join(map(re.escape, sorted(kind, key=len, reverse=True))) for kind in self.phrases)
        return tuple(re.compile(rf"(?<!\w)(?:{phrases})" if phrases else r"(?!)") for phrases in alternatives)
