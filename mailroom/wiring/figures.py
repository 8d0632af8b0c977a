"""Where figures meet the records: what is read, counted up to date, and handed to the pure figures."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from mailroom.config.costs import Costs, load_costs
from mailroom.config.document_classes import load_document_classes
from mailroom.config.mailroom import MailroomConfig
from mailroom.config.section import load_section
from mailroom.config.services import ServiceCatalogue, load_services
from mailroom.config.targets import Targets, load_targets
from mailroom.gateways.forecast import EtsForecaster
from mailroom.records import daily_counts, figure_rows, monthly_counts, second_letters
from mailroom.records.daily_counts import Counting
from mailroom.records.models import PaperReaders
from mailroom.records.rolling import Rules
from mailroom.targets.equality import OnPaper, age_band, sector
from mailroom.targets.overview import Facts, Overview, overview
from mailroom.targets.savings import CostBook
from mailroom.targets.shift import Funnel
from mailroom.values.month import Month
from mailroom.values.period import Period

MONTHS_SHOWN = 25
"""Two years and the month: enough to see a season twice, and what each target's last twelve months need."""


@dataclass(frozen=True)
class Figures:
    """The parts of the site that figures need, and the figures themselves."""

    council: str
    zone: ZoneInfo
    costs: Costs
    targets: Targets
    catalogue: ServiceCatalogue
    may_email: Mapping[str, bool]

    @classmethod
    def read(cls, folder: Path) -> Figures:
        """Read them. Raises Misconfigured."""
        council = load_section(folder / "config" / "mailroom.toml", MailroomConfig).council
        classes = load_document_classes(folder)
        return cls(
            council.name,
            ZoneInfo(council.timezone),
            load_costs(folder),
            load_targets(folder),
            load_services(folder / "classifiers"),
            {c.code: c.may_email for c in classes.document_class},
        )

    @cached_property
    def counting(self) -> Counting:
        """How this council counts."""
        levels = self.targets.service_level
        rules = Rules(
            self.targets.standard_of, levels.routed_within, levels.seen_within, self.targets.acknowledged_within
        )
        return Counting(rules, self.zone, self.targets.sources.channel, frozenset(self.costs.cheaper_classes))

    def book(self) -> CostBook:
        """The prices, closed months with their own."""
        closed = {m: Costs.model_validate(kept) for m, kept in figure_rows.closed_costs().items()}
        return CostBook(self.costs, closed)

    def overview(self, period: Period, today: dt.date, service: str = "") -> Overview:
        """The figures of a period, of one service or of the council."""
        return overview(self.facts(period, today, service), EtsForecaster())

    def facts(self, period: Period, today: dt.date, service: str = "") -> Facts:
        """Everything an overview needs, read from the roll-ups."""
        first, last, book = period.first, period.last, self.book()
        earliest = self._first_needed(period)
        by_day = [m for m in _price_months((self.costs, *book.closed.values())) if earliest <= m <= last]
        people_in = monthly_counts.month_of_readers(last, service)
        groups = monthly_counts.groups_of_readers(people_in, service) if people_in else ()
        return Facts(
            council=self.council,
            service=service,
            period=period,
            today=today,
            counts=figure_rows.counts(earliest, last, service, by_day, services_from=first),
            matters=figure_rows.matters_in(
                first, last, service, [(f.service, f.kind) for f in self.targets.online_form]
            ),
            paper=figure_rows.on_paper(first, last, service),
            baseline=figure_rows.baseline(),
            clocks=figure_rows.clocks(first, last, service),
            running=figure_rows.running(service),
            tallies=figure_rows.tallies(period.before.first, last, service),
            audited=figure_rows.audited(first, last, service),
            costs=book,
            targets=self.targets,
            funnels=[Funnel(*row) for row in monthly_counts.prompts(first, last, service)],
            people=[OnPaper(*row) for row in groups],
            people_in=people_in,
            may_email=self.may_email,
        )

    def _first_needed(self, period: Period) -> Month:
        """Far enough back for the charts and for each target's own start."""
        starts = [Month.of(t.starts) for t in self.targets.target]
        return min([period.last.plus(1 - MONTHS_SHOWN), period.first, *(s for s in starts if s <= period.last)])

    def bring_up_to_date(self, now: dt.datetime) -> int:
        """Link second letters, roll up what changed since last time, and once a day count by month.

        Returns how many days were rolled up.
        """
        second_letters.link_decided_since(daily_counts.rolled_up_through(), self.targets.second_letter.within_days)
        days = daily_counts.catch_up(now, self.counting)
        today = now.astimezone(self.zone).date()
        for month in monthly_counts.months_to_count(today, figure_rows.first_month()):
            monthly_counts.keep(month, self._groups(month), self.zone, today)
        return days

    def _groups(self, month: Month) -> Iterable[PaperReaders]:
        bands = self.targets.equality.age_bands
        people = Counter(
            (r.service, sector(r.postcode), age_band(r.born, month.last, bands), r.why)
            for r in monthly_counts.readers(month, self.zone)
        )
        for (service, area, band, why), n in people.items():
            yield PaperReaders(month=month.first, service=service, sector=area, age_band=band, why=why, people=n)


def _price_months(costs: Iterable[Costs]) -> set[Month]:
    """Months in which a price begins on another day than the first."""
    dated = [day for c in costs for day in (*(p.starts for p in c.price), *(m.starts for m in c.minutes))]
    return {Month.of(day) for day in dated if day.day != 1}
