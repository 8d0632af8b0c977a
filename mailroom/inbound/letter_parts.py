"""The parts of a letter: a new one where a sentence turns to another matter, or the one before is long enough. Pure."""

from __future__ import annotations

import re

LEAST_WORDS_OF_A_PART = 8
"""Fewer say too little to be judged by themselves, and go with what follows."""
_LONG_ENOUGH = 25
_MOST_PARTS = 10
"""Further ones are not judged: the tenth part of a letter is its closing, or the letter is a bundle of papers."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_TURNS = re.compile(
    r"^\W*(?:and |but |oh |ps )?(?:also|while|whilst|p\.? ?s\b|another|second|third|as for|as well|by the way|finally"
    r"|lastly|one (?:more|other|last)|on (?:a|an|another)|in addition|additionally|separately|furthermore|(?:can|could"
    r"|would) you|please|(?:i|we) also|the other|two|\d[.)])",
    re.IGNORECASE,
)


def parts_of(text: str) -> tuple[str, ...]:
    """The parts in order, at most ten; none where the letter is all of one piece."""
    parts: list[str] = []
    for sentence in filter(None, map(str.strip, _SENTENCE_ENDS.split(text))):
        said = len(parts[-1].split()) if parts else 0
        turns = said >= _LONG_ENOUGH or (said >= LEAST_WORDS_OF_A_PART and _TURNS.match(sentence))
        if not parts or turns:
            parts.append(sentence)
        else:
            parts[-1] += f" {sentence}"
    return tuple(parts[:_MOST_PARTS]) if len(parts) > 1 else ()
