"""Sentences of a letter, and patterns that look for shapes of them: what the hearers of flags have in common."""

from __future__ import annotations

import re


def sentences_of(text: str, ends: str = ".!?") -> list[str]:
    """In order, each on one line, with straight apostrophes. ends: the marks that end one; a blank line does too."""
    pieces = re.split(rf"(?<=[{ends}])\s+|\n\s*\n", text)
    return [" ".join(piece.split()).replace("’", "'") for piece in pieces]


def either(*shapes: str) -> re.Pattern[str]:
    """Any of the shapes as whole words, in large or small letters."""
    return re.compile("|".join(rf"(?:\b{shape}\b)" for shape in shapes), re.IGNORECASE)
