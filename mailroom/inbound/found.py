"""What the finders share: a page's text, where a slice of it stands, and words near a slice."""

from __future__ import annotations

from mailroom.values.index_fields import Place
from mailroom.values.page import PageReading


def place_of(page: PageReading, start: int, end: int) -> Place:
    """Where text[start:end] of the page stands."""
    return Place(page.number, page.box_at(start, end))


def before(text: str, start: int, reach: int = 60) -> str:
    """Up to `reach` characters in front of a slice, in lower case, of its line and the one above it."""
    lead = text[max(0, start - reach) : start].lower()
    return "\n".join(lead.split("\n")[-2:])


def behind(text: str, end: int, reach: int = 30) -> str:
    """Up to `reach` characters after a slice on its line, in lower case."""
    return text[end : end + reach].split("\n")[0].lower()
