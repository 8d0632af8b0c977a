"""How easy a letter is to read: the reading age of its words, and its longest sentences."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONG_SENTENCE = 25
"""Words; GOV.UK's content guidance asks writers to split sentences longer than 25 words."""

_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Readability:
    """reading_age: years, 5 or more. long_sentences: those above LONG_SENTENCE words, in order."""

    reading_age: int
    long_sentences: tuple[str, ...]


def readability(text: str) -> Readability:
    """The Automated Readability Index (Smith and Senter 1967) as an age.

    It counts letters, words and sentences only, so it needs no syllables and works on names and Welsh alike. Lines
    without a full stop (headings, bullets) count as sentences.
    """
    sentences = [s for s in _SENTENCE_END.split(text) if _WORD.search(s)]
    words = [w for s in sentences for w in _WORD.findall(s)]
    if not words:
        return Readability(5, ())
    letters = sum(len(w) for w in words)
    grade = 4.71 * letters / len(words) + 0.5 * len(words) / len(sentences) - 21.43
    long = tuple(s.strip() for s in sentences if len(_WORD.findall(s)) > LONG_SENTENCE)
    return Readability(max(5, round(grade) + 5), long)
