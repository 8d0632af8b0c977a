"""Shapes of references ('HB#######') as patterns that allow for misread characters, and back to the canonical value."""

from __future__ import annotations

import re
from functools import lru_cache

# Pairs that optical character recognition confuses, as a digit read as letters and a letter read as others.
_DIGIT_READ_AS = {
    "0": "OoQD", "1": "Iil|!", "2": "Zz", "3": "", "4": "A", "5": "Ss", "6": "Gb", "7": "T", "8": "B", "9": "gq",
}  # fmt: skip
_TO_DIGIT = {letter: digit for digit, letters in _DIGIT_READ_AS.items() for letter in letters}
_TO_LETTER = {"0": "O", "1": "I", "2": "Z", "4": "A", "5": "S", "6": "G", "7": "T", "8": "B", "|": "I", "!": "I"}
_ANY_DIGIT = "[0-9OoQDIil|!ZzASsGbTBgq]"
_ANY_LETTER = "[A-Za-z01245678|!]"
_SEPARATORS = "/-"
SLIPS_ALLOWED = 3
"""More misread characters than this in one reference and it is chance, not a reference."""


@lru_cache(maxsize=512)
def tolerant_pattern(shape: str) -> re.Pattern[str]:
    """A pattern that finds the shape with misread characters, stray spaces and other separators."""
    parts = [_one(character) for character in shape]
    joined = parts[0]
    for left, right, part in zip(shape, shape[1:], parts[1:], strict=False):
        free = left not in _SEPARATORS and right not in _SEPARATORS
        joined += (r"(?:[ ./-]{1,3})?" if free else "") + part
    return re.compile(rf"(?<![A-Za-z0-9])(?<![0-9][ .,/-])(?<!£){joined}(?![A-Za-z0-9])(?!\.\d\d\b)")


def canonical(shape: str, printed: str) -> tuple[str, int] | None:
    """The value the shape makes of what was printed, and how many characters were misread; None if it does not fit."""
    read = iter(c for c in printed if c.isalnum() or c in "|!")
    value, slips = "", 0
    for wanted in shape:
        if wanted in _SEPARATORS:
            value += wanted
            continue
        got = next(read, "")
        fitted = _fit(wanted, got)
        if not fitted:
            return None
        slips += fitted != got.upper()
        value += fitted
    return (value, slips) if slips <= SLIPS_ALLOWED and next(read, "") == "" else None


def _one(wanted: str) -> str:
    if wanted == "#":
        return _ANY_DIGIT
    if wanted == "@":
        return _ANY_LETTER
    if wanted in _SEPARATORS:
        return r"[ ]?[/\\.|_ -]{0,2}[ ]?"
    if wanted.isdigit():
        return f"[{wanted}{re.escape(_DIGIT_READ_AS[wanted])}]"
    alike = "".join(d for d, letter in _TO_LETTER.items() if letter == wanted)
    return f"[{wanted}{wanted.lower()}{re.escape(alike)}]"


def _fit(wanted: str, got: str) -> str:
    if wanted == "#":
        return got if got.isdigit() else _TO_DIGIT.get(got, "")
    if wanted == "@":
        return _TO_LETTER.get(got, got.upper() if got.isalpha() else "")
    if wanted.isdigit():
        return wanted if got == wanted or _TO_DIGIT.get(got) == wanted else ""
    return wanted if got.upper() == wanted or _TO_LETTER.get(got) == wanted else ""
