"""Words cut into the pieces the model knows, as BERT does it (WordPiece, lower case, without accents)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
_LONGEST_WORD = 40
"""A longer run of letters is a smear of the scan, not a word."""


def piece_numbers(text: str, vocabulary: Mapping[str, int], unknown: int) -> list[int]:
    """The numbers of the text's pieces; `unknown` stands for a word that has none."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return [number for word in _WORD.findall(plain) for number in _pieces(word, vocabulary, unknown)]


def _pieces(word: str, vocabulary: Mapping[str, int], unknown: int) -> list[int]:
    """The longest known beginning, then the longest known continuation, and so on."""
    numbers: list[int] = []
    start = 0
    while start < len(word):
        ends = range(min(len(word), start + _LONGEST_WORD), start, -1)
        known = next((e for e in ends if ("##" * bool(start) + word[start:e]) in vocabulary), 0)
        if not known or len(word) > _LONGEST_WORD:
            return [unknown]
        numbers.append(vocabulary["##" * bool(start) + word[start:known]])
        start = known
    return numbers
