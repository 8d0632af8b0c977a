"""`mailroom audit-sample draw`: the month's random sample of items routed without a person, for people to check."""

from __future__ import annotations

import argparse
import sys

import django

NAME = "audit-sample"
HELP = "Draw the random sample that measures how often automatic routing is right; `mailroom run` draws it too."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """draw [--month]; show [--month]."""
    parser.add_argument("action", choices=("draw", "show"), help="draw a sample, or show the one drawn")
    parser.add_argument("--month", metavar="2026-10", help="default: the last month that is over")


def run(args: argparse.Namespace) -> int:
    """0; 2 for a month that is none."""
    django.setup()
    from django.utils import timezone

    from mailroom.records import figure_rows
    from mailroom.targets.precision import precision
    from mailroom.values.month import Month
    from mailroom.wiring.reports import Reports

    reports = Reports.read()
    now = timezone.now()
    try:
        today = now.astimezone(reports.figures.zone).date()
        month = Month.parse(args.month) if args.month else Month.of(today).plus(-1)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    if args.action == "draw":
        print(f"{reports.draw_sample(month, now)} items drawn for {month.name}; they wait at /targets/audit/.")
        return 0
    found = precision(*figure_rows.audited(month, month))
    share = "not known" if found.share is None else f"{found.share:.1%} ({found.low:.0%} to {found.high:.0%})"
    print(f"{month.name}: {found.checked} checked, {found.right} right, precision {share}.")
    return 0
