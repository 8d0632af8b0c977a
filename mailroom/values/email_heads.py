"""The heads of an email as they are printed with it, by which its paper is known."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HEAD = re.compile(r"^\W*(from|to|sent|subject|date|cc)\s*[:;]", re.IGNORECASE)


def heads_of_an_email(lines: Iterable[str]) -> int:
    """How many different heads of an email open one of the lines."""
    found = (_HEAD.match(line) for line in lines)
    return len({head[1].lower() for head in found if head})
