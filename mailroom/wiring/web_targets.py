"""The figures behind the managers' desk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mailroom.records import figure_rows
from mailroom.records.figure_listing import Ways
from mailroom.targets.report import pages
from mailroom.targets.report.documents import Reported
from mailroom.values.document import Document
from mailroom.values.month import Month
from mailroom.web.targets import machines
from mailroom.web.targets.machines import Asked, Download, Linker
from mailroom.wiring.reports import ReportFormat, Reports, file_name


@dataclass(frozen=True)
class WebFigures:
    """Fits mailroom.web.targets.machines.FiguresDesk."""

    reports: Reports

    def first_month(self) -> Month | None:
        """The first month with any mail on record."""
        return figure_rows.first_month()

    def page(self, part: str, asked: Asked, link: Linker) -> Document:
        """The overview ('') or one part of it."""
        view = self.reports.overview(asked.period, asked.service, asked.today)
        book = self.reports.figures.book()
        last = asked.period.last
        years = self.reports.years(last, asked.service, asked.today) if part == "years" else ()
        what = Reported(view, years, book.on(last.first), last in book.closed)
        return pages.page(part, what, self.reports.names(link))

    def download(self, asked: Asked, kind: str) -> Download:
        """The report as pdf, csv or json."""
        how = ReportFormat(kind)
        content = self.reports.make(asked.period, asked.service, how, asked.today)
        return Download(file_name(asked.period, asked.service, how), how.content_type, content)

    def ways(self) -> Ways:
        """How rows are told apart."""
        figures = self.reports.figures
        return Ways(
            figures.zone, figures.targets.sources, figures.targets.standard, tuple(figures.costs.cheaper_classes)
        )


def introduce_figures(site: Path | None = None) -> None:
    """Set the managers' desk going."""
    machines.use(WebFigures(Reports.read(site)))
