"""Measured precision of automatic routing: a random sample a person checks, and what it says with a range."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

_Z95 = 1.959964
"""Normal quantile of a 95% interval."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Of the items checked, how many were right. low and high: 95% Wilson interval, sound for small samples."""

    checked: int
    right: int
    low: float
    high: float

    @property
    def share(self) -> float | None:
        """Right, of those checked."""
        return self.right / self.checked if self.checked else None


def precision(checked: int, right: int) -> Precision:
    """The interval for right of checked (E. B. Wilson, 1927). Without checks it is 0 to 1: nothing is known."""
    if not 0 <= right <= checked:
        raise ValueError("right answers lie between 0 and those checked")
    if not checked:
        return Precision(0, 0, 0.0, 1.0)
    share, z2 = right / checked, _Z95 * _Z95
    middle = (share + z2 / (2 * checked)) / (1 + z2 / checked)
    half = _Z95 * math.sqrt(share * (1 - share) / checked + z2 / (4 * checked**2)) / (1 + z2 / checked)
    return Precision(checked, right, max(0.0, middle - half), min(1.0, middle + half))


def draw(ids: Sequence[int], size: int, seed: str) -> tuple[int, ...]:
    """A random sample without repeats, the same for the same ids and seed, so a second run draws nothing new."""
    pool = sorted(set(ids))
    return tuple(sorted(random.Random(seed).sample(pool, min(size, len(pool)))))
