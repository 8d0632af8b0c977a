"""A separator or header sheet as it is printed: what its codes hold, and its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrintedSheet:
    """One sheet of paper. payload: what every code on it holds. big: the one thing to see across a room.

    facts: (name, value) pairs in the middle. lines: what to do with it. banded: striped edges, so that a batch header
    is told from a separator without reading. foot: small print for the person who reorders.
    """

    payload: str
    title: str
    big: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    foot: str
    banded: bool = False
