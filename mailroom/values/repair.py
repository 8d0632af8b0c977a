"""Mending a letter's PDF that cannot be printed as it came: what is done to it, and where things stand on its pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class RepairKind(StrEnum):
    """What can be done to a file. The value is its code on pages, in commands and on record."""

    MOVE = "move"
    COVER = "cover"
    EMBED = "embed"
    PICTURES = "pictures"


@dataclass(frozen=True, slots=True)
class Done:
    """A repair that was applied. code: a RepairKind's."""

    code: str
    words: str

    def on_record(self, actor: str, at: dt.datetime) -> dict[str, str]:
        """As Mailing.repairs keeps it."""
        return {"code": self.code, "words": self.words, "by": actor, "at": at.isoformat()}


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of words and where it stands, in millimetres from the page's top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Move:
    """Millimetres to the right and down, after the page was scaled about its top left."""

    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0

    @property
    def words(self) -> str:
        """As a clerk says it; '' for a page that stays as it is."""
        parts = [f"at {self.scale * 100:.0f} % of its size"] if self.scale != 1.0 else []
        if self.right:
            parts.append(f"{abs(self.right):.0f} mm to the {'right' if self.right > 0 else 'left'}")
        if self.down:
            parts.append(f"{abs(self.down):.0f} mm {'down' if self.down > 0 else 'up'}")
        return ", ".join(parts)
