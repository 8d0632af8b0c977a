"""Where figures meet the records: what is read, counted up to date, and handed to the pure figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from mailroom.config.costs import Costs, load_costs
from mailroom.config.mailroom import MailroomConfig
from mailroom.config.section import load_section
from mailroom.config.targets import Targets, load_targets
from mailroom.records import figure_rows
from mailroom.records.daily_counts import Counting
from mailroom.records.rolling import Rules
from mailroom.targets.overview import Facts
from mailroom.targets.savings import CostBook
from mailroom.values.month import Month


@dataclass(frozen=True, slots=True)
class Site:
    """The parts of the site that figures need."""

    council: str
    zone: ZoneInfo
    costs: Costs
    targets: Targets

    @classmethod
    def read(cls, folder: Path) -> Site:
        """Read them. Raises Misconfigured."""
        council = load_section(folder / "config" / "mailroom.toml", MailroomConfig).council
        return cls(council.name, ZoneInfo(council.timezone), load_costs(folder), load_targets(folder))

    @property
    def counting(self) -> Counting:
        """How this council counts."""
        levels = self.targets.service_level
        rules = Rules(self.targets.standard_of, levels.routed_within, levels.seen_within)
        return Counting(rules, self.zone, self.targets.sources.channel, frozenset(self.costs.cheaper_classes))

    @property
    def book(self) -> CostBook:
        """The prices, closed months with their own."""
        closed = {m: Costs.model_validate(kept) for m, kept in figure_rows.closed_costs().items()}
        return CostBook(self.costs, closed)


MONTHS_SHOWN = 25
"""Two years and the month: enough to see a season twice, and what each target's last twelve months need."""


def facts(site: Site, month: Month, today: dt.date, service: str = "") -> Facts:
    """Everything an overview of a month needs, read from the roll-ups."""
    first = _first_needed(site, month)
    by_day = [m for m in _price_months((site.costs, *site.book.closed.values())) if first <= m <= month]
    return Facts(
        council=site.council,
        service=service,
        month=month,
        today=today,
        counts=figure_rows.counts(first, month, service, by_day),
        baseline=figure_rows.baseline(),
        clocks=figure_rows.clocks(month, month, service),
        running=figure_rows.running(service),
        tallies=figure_rows.tallies(month.plus(-12), month, service),
        audited=figure_rows.audited(month, service),
        costs=site.book,
        targets=site.targets,
    )


def _first_needed(site: Site, month: Month) -> Month:
    """Far enough back for the charts and for each target's own start."""
    starts = [Month.of(t.starts) for t in site.targets.target]
    return min([month.plus(1 - MONTHS_SHOWN), *(s for s in starts if s <= month)])


def _price_months(costs: Iterable[Costs]) -> set[Month]:
    """Months in which a price begins on another day than the first."""
    dated = [day for c in costs for day in (*(p.starts for p in c.price), *(m.starts for m in c.minutes))]
    return {Month.of(day) for day in dated if day.day != 1}
