"""config/costs.toml: what things cost, by date. A price holds from its date until the next one of the same line."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import Field, model_validator

from mailroom.config.section import Section, load_section, repeated


class CostLine(StrEnum):
    """What a price is for, and its unit."""

    POSTAGE = "postage"
    ENVELOPE = "envelope"
    PRINT_SHEET = "print_sheet"
    EMAIL = "email"
    STORAGE_SHEET = "storage_sheet"
    HOUR = "hour"


class MinutesLine(StrEnum):
    """Handling that one item needs, in minutes of an officer's time."""

    POST_OUT = "post_out"
    POST_IN = "post_in"
    SCANNED_IN = "scanned_in"


class Price(Section):
    """Pence for one unit of a line from a day on. source: where the number comes from."""

    line: CostLine
    starts: dt.date
    pence: Decimal = Field(ge=0)
    source: str = Field(min_length=3)


class Minutes(Section):
    """Minutes for one item from a day on."""

    line: MinutesLine
    starts: dt.date
    minutes: Decimal = Field(ge=0)
    source: str = Field(min_length=3)


class ContactCost(Section):
    """What one contact costs by a channel, in pence, as published. It informs; it is never added to savings.

    Rows of one source are one set: costs that were found out in the same way.
    """

    channel: str
    starts: dt.date
    pence: Decimal = Field(ge=0)
    source: str = Field(min_length=3)


class Costs(Section):
    """The whole of costs.toml. cashable: lines whose saving leaves the budget; the others are time or capacity.

    cheaper_classes: classes of postage below the standard one that `postage` prices.
    """

    cashable: tuple[CostLine, ...] = (CostLine.POSTAGE, CostLine.ENVELOPE, CostLine.PRINT_SHEET, CostLine.EMAIL)
    cheaper_classes: tuple[str, ...] = ("economy",)
    hours_per_post: Decimal = Field(default=Decimal(1300), gt=0, description="hours a year of one full-time post")
    price: tuple[Price, ...]
    minutes: tuple[Minutes, ...] = ()
    contact: tuple[ContactCost, ...] = ()

    @model_validator(mode="after")
    def _one_price_a_day(self) -> Costs:
        keys = [
            *((p.line.value, p.starts) for p in self.price),
            *((m.line.value, m.starts) for m in self.minutes),
            *((f"contact {c.channel} of {c.source}", c.starts) for c in self.contact),
        ]
        twice = sorted({name for name, _ in repeated(keys)})
        if twice:
            raise ValueError(f"{', '.join(twice)} has two prices from the same day; remove one")
        return self

    def pence(self, line: CostLine, day: dt.date) -> Decimal:
        """The price of one unit on a day; 0 before its first date, or when the line has none."""
        return next((p.pence for p in _newest_first(self.price) if p.line is line and p.starts <= day), Decimal(0))

    def minutes_for(self, line: MinutesLine, day: dt.date) -> Decimal:
        """Minutes for one item on a day; 0 when none are set."""
        found = (m.minutes for m in _newest_first(self.minutes) if m.line is line and m.starts <= day)
        return next(found, Decimal(0))

    def contact_sets(self, day: dt.date) -> dict[str, dict[str, Decimal]]:
        """The published costs of one contact by channel, of each source that had published any by then."""
        found: dict[str, dict[str, Decimal]] = {}
        for row in reversed(_newest_first(self.contact)):
            if row.starts <= day:
                found.setdefault(row.source, {})[row.channel] = row.pence
        return found


T = TypeVar("T", Price, Minutes, ContactCost)


@lru_cache(maxsize=64)
def _newest_first(rows: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(sorted(rows, key=lambda row: row.starts, reverse=True))


def load_costs(site: Path) -> Costs:
    """Read the site's costs. Raises Misconfigured."""
    return load_section(site / "config" / "costs.toml", Costs)
