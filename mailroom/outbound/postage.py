"""The cheapest class of post that still meets the day a letter must arrive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from mailroom.config.postage import Postage
from mailroom.errors import Misconfigured

AddWorkingDays = Callable[[dt.date, int], dt.date]
"""(day, n) -> the n-th working day after it, bank holidays left out."""


class NoPrice(Misconfigured):
    """config/postage.toml has no price for such a piece on that day. Add a [[price]] table."""


@dataclass(frozen=True, slots=True)
class ChosenPostage:
    """code: the postage class. arrives_by: the slow end of its promise. late: even the fastest misses the day."""

    code: str
    pence: int
    arrives_by: dt.date
    late: bool = False


def choose_postage(
    postage: Postage,
    sheets: int,
    tariff: str,
    zone: str,
    posted_on: dt.date,
    must_arrive: dt.date | None,
    add_working_days: AddWorkingDays,
) -> ChosenPostage:
    """The cheapest class in time; when none is in time, the fastest, marked late; of equals the faster.

    Raises:
        NoPrice: no class carries such a piece on that day.
    """
    offers = []
    for kind in postage.postage_class:
        table = postage.table(kind.code, tariff, zone, posted_on)
        if table is not None:
            arrives = add_working_days(posted_on, kind.slowest_days)
            late = must_arrive is not None and arrives > must_arrive
            offers.append(ChosenPostage(kind.code, table.price(sheets), arrives, late))
    if not offers:
        raise NoPrice(f"config/postage.toml: no price for a {tariff}, {zone}, on {posted_on}. Add a [[price]] table.")
    in_time = [o for o in offers if not o.late]
    if in_time:
        return min(in_time, key=lambda o: (o.pence, o.arrives_by))
    return min(offers, key=lambda o: (o.arrives_by, o.pence))
