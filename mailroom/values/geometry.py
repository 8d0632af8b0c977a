"""Places on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page turned upright (but not deskewed).

    All four are fractions of the upright page's width or height, from its top-left corner, so a box
    means the same place at any resolution. Values may stray slightly outside 0..1 at a page's edge.
    """

    x0: float
    y0: float
    x1: float
    y1: float

    def __post_init__(self) -> None:
        """Refuse a box turned inside out."""
        if self.x1 < self.x0 or self.y1 < self.y0:
            raise ValueError(f"box turned inside out: {self}")

    @property
    def width(self) -> float:
        """Fraction of the page's width."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Fraction of the page's height."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """(x, y) of the middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two share any area."""
        return self.x0 < other.x1 and other.x0 < self.x1 and self.y0 < other.y1 and other.y0 < self.y1

    def rounded(self) -> tuple[float, float, float, float]:
        """(x0, y0, x1, y1) to four places, about a fiftieth of a millimetre on A4; for JSON."""
        return round(self.x0, 4), round(self.y0, 4), round(self.x1, 4), round(self.y1, 4)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box holding all of them. Raises ValueError if there are none."""
    every = list(boxes)
    if not every:
        raise ValueError("no boxes to go around")
    return Box(min(b.x0 for b in every), min(b.y0 for b in every), max(b.x1 for b in every), max(b.y1 for b in every))
