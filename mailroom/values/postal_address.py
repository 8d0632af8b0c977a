"""A UK postal address as written, with its postcode picked out."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Royal Mail's shape: area and district, then digit and two letters that are never C I K M O V.
POSTCODE = re.compile(
    r"\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)


def tidy_postcode(text: str) -> str:
    """'wx12ab' -> 'WX1 2AB'; '' if the text holds no postcode."""
    found = POSTCODE.search(text)
    return f"{found[1]} {found[2]}".upper() if found else ""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Lines in the order written, without the postcode; `postcode` tidy or ''."""

    lines: tuple[str, ...]
    postcode: str = ""

    @property
    def house(self) -> str:
        """The first house or flat number in the lines ('12A', '4'), or ''."""
        for line in self.lines:
            found = re.search(r"\b(\d+[A-Za-z]?)\b", line)
            if found:
                return found[1].upper()
        return ""

    @property
    def one_line(self) -> str:
        """All of it, comma-separated."""
        return ", ".join((*self.lines, self.postcode) if self.postcode else self.lines)
