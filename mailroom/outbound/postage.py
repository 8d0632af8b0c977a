"""The cheapest class of post that still meets the day a letter must arrive, and gives proof where it is needed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from mailroom.config.postage import Postage, Proof
from mailroom.errors import Misconfigured

AddWorkingDays = Callable[[dt.date, int], dt.date]
"""(day, n) -> the n-th working day after it, bank holidays left out."""


class NoPrice(Misconfigured):
    """config/postage.toml has no price for such a piece on that day. Add a [[price]] table."""


@dataclass(frozen=True, slots=True)
class ChosenPostage:
    """code: the postage class. arrives_by: the slow end of its promise. late: even the fastest misses the day.

    proof: what the class gives in evidence.
    """

    code: str
    pence: int
    arrives_by: dt.date
    late: bool = False
    proof: Proof = Proof.NONE

    @property
    def proves(self) -> bool:
        """Whether it gives any proof."""
        return self.proof is not Proof.NONE


def choose_postage(
    postage: Postage,
    sheets: int,
    tariff: str,
    zone: str,
    posted_on: dt.date,
    must_arrive: dt.date | None,
    add_working_days: AddWorkingDays,
    *,
    needs_proof: bool = False,
) -> ChosenPostage:
    """The cheapest class in time; when none is in time, the fastest, marked late; of equals the faster.

    A piece that needs proof goes in a class that gives it, even if that is late: a plain class would be in time with
    nothing to show for it. Where no such class carries it, the choice says by its `proof` that there is none, and the
    docket tells the print unit. Others take a class that gives proof only where it is cheaper, or alone in time.

    Raises:
        NoPrice: no class carries such a piece on that day.
    """
    offers = []
    for kind in postage.postage_class:
        table = postage.table(kind.code, tariff, zone, posted_on)
        if table is not None:
            arrives = add_working_days(posted_on, kind.slowest_days)
            late = must_arrive is not None and arrives > must_arrive
            offers.append(ChosenPostage(kind.code, table.price(sheets), arrives, late, kind.gives_proof))
    if not offers:
        raise NoPrice(f"config/postage.toml: no price for a {tariff}, {zone}, on {posted_on}. Add a [[price]] table.")
    fitting = [o for o in offers if o.proves or not needs_proof] or offers
    in_time = [o for o in fitting if not o.late]
    if in_time:
        return min(in_time, key=lambda o: (o.pence, o.proves, o.arrives_by))
    return min(fitting, key=lambda o: (o.arrives_by, o.pence, o.proves))
