"""`mailroom report --month 2026-10`: the monthly or yearly report of a service or the council."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import django

NAME = "report"
HELP = "Make the monthly report (--year: the yearly one) as PDF, JSON or CSV."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--month, --service, --year, --format, --output, --close."""
    parser.add_argument("--month", metavar="2026-10", help="the month to report (default: the last one that is over)")
    parser.add_argument("--service", default="", metavar="CODE", help="one service (default: the whole council)")
    parser.add_argument("--year", action="store_true", help="the financial year that month lies in, up to that month")
    parser.add_argument("--format", choices=("pdf", "json", "csv"), default="pdf", help="default: pdf")
    parser.add_argument("--output", type=Path, help="the file to write (default: named after the period, here)")
    parser.add_argument("--close", action="store_true", help="close the month: it keeps today's costs for good")


def run(args: argparse.Namespace) -> int:
    """0; 2 for a month or service that will not do."""
    django.setup()
    from django.utils import timezone

    from mailroom.values.month import Month
    from mailroom.values.period import Period
    from mailroom.wiring.reports import ReportFormat, Reports, file_name

    reports = Reports.read()
    now = timezone.now()
    today = now.astimezone(reports.figures.zone).date()
    if args.service and args.service not in reports.figures.catalogue.codes:
        print(
            f"{args.service}: no such service. There are: {', '.join(reports.figures.catalogue.codes)}.",
            file=sys.stderr,
        )
        return 2
    try:
        month = Month.parse(args.month) if args.month else Month.of(today).plus(-1)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    period = Period(month.financial_year_start, month) if args.year else Period.one(month)
    reports.figures.bring_up_to_date(now)
    if args.close:
        done = reports.close(month, "command", now)
        print(f"{month.name} is closed." if done else f"{month.name} was closed before; it keeps its costs.")
    kind = ReportFormat(args.format)
    output = args.output or Path(file_name(period, args.service, kind))
    output.write_bytes(reports.make(period, args.service, kind, today))
    print(f"Written to {output}.")
    return 0
