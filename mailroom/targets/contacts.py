"""Contacts by channel over the years: a channel's share, its change, and what the contacts cost."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from mailroom.values.counts import PAPER_IN, BaselineCount, DayCount, Direction
from mailroom.values.month import Month

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


def moved_online(counts: Iterable[DayCount], baselines: Iterable[BaselineCount], service: str = "") -> dict[Month, int]:
    """Items received by email and web beyond those of the baseline's same month; a month below it counts 0.

    counts: of the service, or of the council when it is ''.
    """
    before: dict[int, int] = {}
    for row in baselines:
        if _is_online(row) and service in ("", row.service):
            before[row.month.number] = before.get(row.month.number, 0) + row.counted
    found: dict[Month, int] = {}
    for mail in counts:
        if _is_online(mail):
            month = Month.of(mail.day)
            found[month] = found.get(month, 0) + mail.items
    return {month: max(0, items - before.get(month.number, 0)) for month, items in found.items()}


def is_measured(baselines: Iterable[BaselineCount], service: str = "") -> bool:
    """Whether the baseline knows what came online before; without it everything online would seem to have moved."""
    return any(_is_online(row) and service in ("", row.service) for row in baselines)


def _is_online(row: BaselineCount | DayCount) -> bool:
    return row.direction is Direction.IN and row.channel not in PAPER_IN


@dataclass(frozen=True, slots=True)
class Worth:
    """What contacts online would have cost more by another channel, at one source's costs of a contact.

    pence_each, online_each: of the other channel and of the web. more: for all of them, in pence.
    """

    source: str
    channel: str
    pence_each: Decimal
    online_each: Decimal
    more: Decimal


ONLINE = "web"
"""The channel of a published cost that contacts moved to."""


def worth(moved: int, published: Mapping[str, Mapping[str, Decimal]]) -> tuple[Worth, ...]:
    """Each source's other channels beside its online one, the dearest first; a source without both says nothing."""
    return tuple(
        Worth(source, channel, each, costs[ONLINE], moved * (each - costs[ONLINE]))
        for source, costs in published.items()
        if ONLINE in costs
        for channel, each in sorted(costs.items(), key=lambda cost: (-cost[1], cost[0]))
        if channel != ONLINE
    )
