"""`mailroom standards --output FOLDER`: the public page of service standards, as static HTML."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

NAME = "standards"
HELP = "Write the public page of service standards and how far they were kept, ready for the council's web server."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--output, --months."""
    parser.add_argument("--output", type=Path, required=True, help="the folder to write index.html into")
    parser.add_argument("--months", type=int, default=12, help="how many months that are over (default 12)")


def run(args: argparse.Namespace) -> int:
    """Always 0."""
    django.setup()
    from django.utils import timezone

    from mailroom.values.month import Month
    from mailroom.values.period import Period
    from mailroom.wiring.reports import Reports

    reports, now = Reports.read(), timezone.now()
    reports.figures.bring_up_to_date(now)
    today = now.astimezone(reports.figures.zone).date()
    last = Month.of(today).plus(-1)
    args.output.mkdir(parents=True, exist_ok=True)
    page = args.output / "index.html"
    page.write_text(reports.standards(Period(last.plus(1 - max(1, args.months)), last), today), encoding="utf-8")
    print(f"Written to {page}.")
    return 0
