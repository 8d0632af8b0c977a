"""Reports made: the figures read, put into words, and typeset, as PDF, JSON or CSV."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mailroom.config.document_classes import load_document_classes
from mailroom.config.environment import read_environment
from mailroom.config.printing import load_printing
from mailroom.errors import Reject
from mailroom.gateways.report_pdf import ReportPdf
from mailroom.records import audit_sample, figure_rows
from mailroom.targets import years
from mailroom.targets.overview import Overview
from mailroom.targets.precision import draw
from mailroom.targets.report import data, documents, standards_page
from mailroom.targets.report.names import Linker, Names
from mailroom.targets.report.standards_page import Published
from mailroom.targets.volumes import Mail
from mailroom.values.document import Document
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.wiring.figures import Figures


class NotYet(Reject):
    """A month that has not begun has no report; name an earlier one."""


class ReportFormat(StrEnum):
    """What a report is written as."""

    PDF = "pdf"
    JSON = "json"
    CSV = "csv"

    @property
    def content_type(self) -> str:
        """Its MIME type."""
        return {"pdf": "application/pdf", "json": "application/json", "csv": "text/csv"}[self.value]


@dataclass(frozen=True)
class Reports:
    """Makes reports for one site."""

    site: Path
    figures: Figures

    @classmethod
    def read(cls, site: Path | None = None) -> Reports:
        """Read the site. Raises Misconfigured."""
        folder = site or read_environment().site
        return cls(folder, Figures.read(folder))

    def names(self, link: Linker = lambda wanted: "") -> Names:
        """The council's own words for codes."""
        classes = load_document_classes(self.site).document_class
        targets = self.figures.targets
        return Names(
            {s.code: s.name for s in self.figures.catalogue.services},
            {c.code: c.name for c in classes},
            {s.code: s.name for s in targets.standard},
            link,
        )

    def document(self, period: Period, service: str, today: dt.date) -> Document:
        """The report before it is typeset. Raises NotYet."""
        view = self.overview(period, service, today)
        months = figure_rows.closed_costs()
        book = self.figures.book()
        what = documents.Reported(
            view, self.years(period.last, service, today), book.on(period.last.first), period.last in months
        )
        return documents.report(what, self.names(), f"{today:%-d %B %Y}")

    def overview(self, period: Period, service: str, today: dt.date) -> Overview:
        """The figures. Raises NotYet."""
        if period.last.first > today:
            raise NotYet(f"{period.last.name} has not begun. Name a month that has, like {Month.of(today)}.")
        return self.figures.overview(period, today, service)

    def years(self, last: Month, service: str, today: dt.date, at_most: int = 5) -> tuple[Mail, ...]:
        """Financial years side by side, up to `last`."""
        known = figure_rows.first_month()
        first = max(known or last, last.plus(-12 * (at_most - 1)).financial_year_start)
        counts = figure_rows.counts(first.financial_year_start, last, service, services_from=last.plus(1))
        return years.compared(counts, figure_rows.baseline(), self.figures.targets, service, first, last, today)

    def make(self, period: Period, service: str, kind: ReportFormat, today: dt.date) -> bytes:
        """A report's bytes; the same rows on the same day give the same bytes."""
        if kind is ReportFormat.PDF:
            return self._typesetter().typeset(self.document(period, service, today))
        view = self.overview(period, service, today)
        return (data.as_json(view) if kind is ReportFormat.JSON else data.as_csv(view)).encode()

    def standards(self, period: Period, today: dt.date) -> str:
        """The public page of service standards."""
        targets = self.figures.targets
        clocks = figure_rows.answering_by_month(period.first, period.last)
        small = targets.equality.suppress_below
        return standards_page.page(Published(self.figures.council, period, today, targets.standard, clocks, small))

    def _typesetter(self) -> ReportPdf:
        faces = self.site / "templates" / "letters"
        kind = load_printing(self.site).type
        return ReportPdf(faces / kind.regular, faces / kind.bold)

    def draw_sample(self, month: Month, now: dt.datetime) -> int:
        """Draw the month's sample of auto-routed items, or what is missing of it. Returns how many were drawn."""
        return audit_sample.draw(month, self.figures.targets.audit.sample, draw, now)

    def close(self, month: Month, by: str, now: dt.datetime) -> bool:
        """Close a month with the costs that hold, once it is over. False when it was closed before.

        Raises NotYet.
        """
        if month.last >= now.astimezone(self.figures.zone).date():
            raise NotYet(f"{month.name} is not over, so it cannot be closed yet.")
        return figure_rows.close_month(month, self.figures.costs.model_dump(mode="json"), by, now)


def file_name(period: Period, service: str, kind: ReportFormat) -> str:
    """post-2026-10-council_tax.pdf."""
    when = str(period.first) if period.length == 1 else f"{period.first}-to-{period.last}"
    return "-".join(part for part in ("post", when, service) if part) + f".{kind.value}"
