"""The same paper scanned twice: pages that look alike and read alike. A link for people, never an act."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz


def differing_bits(one: str, other: str) -> int:
    """How many of the 64 bits of two page fingerprints (16 hex digits each) differ; 64 if either is missing."""
    if not one or not other:
        return 64
    return (int(one, 16) ^ int(other, 16)).bit_count()


def likeness_of_pages(mine: Sequence[str], theirs: Sequence[str], bits: int) -> float:
    """Share (0 to 1) of the longer item's pages that find a like page in the other, each used once."""
    if not mine or not theirs:
        return 0.0
    left = list(theirs)
    alike = 0
    for print_ in mine:
        best = min(left, key=lambda other: differing_bits(print_, other), default="")
        if best and differing_bits(print_, best) <= bits:
            left.remove(best)
            alike += 1
    return alike / max(len(mine), len(theirs))


def likeness_of_texts(one: str, other: str) -> float:
    """How alike two readings are, 0 to 1, whatever the order of their lines and the slips of the recogniser."""
    return float(fuzz.token_sort_ratio(one, other)) / 100
