"""Crockford's base 32 with a check character: codes people can read out, and one wrong character shows."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and capitals without I, L, O and U (crockford.com/base32.html)."""

_CHECK = 37
"""The smallest prime above 32: catches any single wrong character and any swap of two neighbours."""
_CHECK_ALPHABET = ALPHABET + "*~$=U"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def check_character(code: str) -> str:
    """The character to put behind a code written in ALPHABET. Raises ValueError on any other character."""
    total = 0
    for letter in code:
        total = (total * 32 + ALPHABET.index(letter)) % _CHECK
    return _CHECK_ALPHABET[total]


def as_typed(text: str) -> str:
    """A code as somebody typed it, in capitals, without spaces and hyphens, O read as 0 and I and L as 1."""
    return text.strip().upper().translate(_MISREAD)


def is_sound(code: str) -> bool:
    """Whether the last character is the check character of the rest."""
    body, last = code[:-1], code[-1:]
    return bool(body) and all(c in ALPHABET for c in body) and check_character(body) == last
