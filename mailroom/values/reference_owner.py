"""Who on record has a reference."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReferenceOwner:
    """A customer by number, and their family names, present and former."""

    customer: str
    families: frozenset[str]
