"""Contacts by channel over the years: a channel's share, its change, and what the contacts cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

ALL = "all"
"""The channel that stands for the sum of all channels, in councils' own tables."""


@dataclass(frozen=True, slots=True)
class YearContacts:
    """Contacts of one year by channel. all: the year's total, which may hold channels not listed."""

    year: int
    by_channel: Mapping[str, int]
    all: int

    def share(self, channel: str) -> float | None:
        """A channel's part of all contacts; None in a year without any."""
        return self.by_channel.get(channel, 0) / self.all if self.all else None


def read_contacts(text: str) -> list[YearContacts]:
    """Read a CSV of year,channel,contacts. A row 'all' gives the total, else the channels are summed."""
    years: dict[int, dict[str, int]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        years.setdefault(int(row["year"]), {})[row["channel"].strip()] = int(row["contacts"])
    return [
        YearContacts(y, {c: n for c, n in channels.items() if c != ALL}, channels.get(ALL, sum(channels.values())))
        for y, channels in sorted(years.items())
    ]


def change(years: Sequence[YearContacts], channel: str) -> float | None:
    """A channel's change from the first year to the last: -0.75 is three quarters fewer."""
    first, last = years[0].by_channel.get(channel, 0), years[-1].by_channel.get(channel, 0)
    return last / first - 1 if first else None


def cost_pence(contacts: Mapping[str, int], pence_each: Mapping[str, Decimal]) -> Decimal:
    """What contacts cost where a price is known; a channel without a price adds nothing."""
    return sum((n * pence_each.get(channel, Decimal(0)) for channel, n in contacts.items()), Decimal(0))
