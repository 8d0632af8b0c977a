"""Blotting out what could name somebody, so that a letter can be learned from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailroom.values.postal_address import POSTCODE

BLOT = "*"
_EMAIL = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\b(?=\w*\d)[\w/-]{4,}\b")
"""Anything of four characters or more with a digit in it: accounts, dates, telephones, vehicles. '14 days' stays."""


def masked(text: str, known: Iterable[str]) -> str:
    """The text with emails, postcodes, numbers and every known word (names, addresses, references) blotted out."""
    for shape in (_EMAIL, POSTCODE, _NUMBER):
        text = shape.sub(BLOT, text)
    words = sorted({w for phrase in known for w in re.findall(r"[^\W\d_]{3,}", phrase)}, key=len, reverse=True)
    if words:
        text = re.sub(rf"\b(?:{'|'.join(map(re.escape, words))})\b", BLOT, text, flags=re.IGNORECASE)
    return text
