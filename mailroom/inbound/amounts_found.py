"""Finding amounts of money."""

from __future__ import annotations

import re

from mailroom.inbound.found import place_of
from mailroom.values.index_fields import FoundAmount
from mailroom.values.page import PageReading

_AMOUNT = re.compile(r"(?:£|GBP|€£|&pound;) ?(\d{1,3}(?:[, ]\d{3})+|\d{1,9})(?:[.,·](\d\d)(?!\d))?", re.IGNORECASE)
_PENCE = re.compile(r"(?<![\d.,£])(\d{1,3}(?:,\d{3})*|\d+)\.(\d\d)(?![\d.])(?! ?%)")


def find_amounts(page: PageReading) -> tuple[FoundAmount, ...]:
    """Amounts in pence in order: with a pound sign, or with two decimals as in tables."""
    found = {}
    for pattern in (_PENCE, _AMOUNT):
        for m in pattern.finditer(page.text):
            pence = int(re.sub(r"\D", "", m[1])) * 100 + int(m[2] or 0)
            found[m.end()] = (m.start(), FoundAmount(pence, place_of(page, m.start(), m.end())))
    return tuple(amount for _, amount in sorted(found.values(), key=lambda f: f[0]))
