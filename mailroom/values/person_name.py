"""A person's name as printed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PersonName:
    """title 'Mrs' or ''; given names or initials in order; family name (may be double-barrelled)."""

    family: str
    given: tuple[str, ...] = ()
    title: str = ""

    @property
    def full(self) -> str:
        """Title, given names and family name with single spaces."""
        return " ".join(p for p in (self.title, *self.given, self.family) if p)

    @property
    def initials_only(self) -> bool:
        """Whether every given name is a single letter."""
        return all(len(g.rstrip(".")) <= 1 for g in self.given)
