"""What one sentence of an item shows."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_ODDS, MOST_ODDS = -8.0, 8.0


@dataclass(frozen=True, slots=True)
class Told:
    """The sentence that shows a flag most, and how much: log-odds, -8 to 8."""

    odds: float = LEAST_ODDS
    sentence: str = ""


NOTHING_TOLD = Told()
