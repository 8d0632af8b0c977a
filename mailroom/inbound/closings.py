"""How letters end: the words before a signature, however they were misread."""

from __future__ import annotations

from rapidfuzz import fuzz

CLOSINGS = (
    "yours faithfully", "yours sincerely", "yours truly", "yours respectfully", "kind regards", "kindest regards",
    "best wishes", "best regards", "many thanks", "with thanks", "warm regards", "regards", "sincerely", "thank you",
    "thanks", "with best wishes", "yn gywir", "respectfully", "yours",
)  # fmt: skip
_CLOSE_ENOUGH = 84
"""Likeness from which words count as one of these: 'yours sincerelv' scores 93."""


def is_closing(bare: str) -> bool:
    """bare: a line in small letters, without punctuation."""
    return any(fuzz.ratio(bare, closing) >= _CLOSE_ENOUGH for closing in CLOSINGS)
