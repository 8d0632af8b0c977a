"""`mailroom rollup`: daily counts kept in step with the items and letters they come from."""

from __future__ import annotations

import argparse
import sys

import django

NAME = "rollup"
HELP = "Bring the daily counts up to date; --check makes them again from the rows and exits 1 when they differ."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--check, --month, --rebuild."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--check", action="store_true", help="compare every day with its rows, change nothing")
    one.add_argument("--rebuild", action="store_true", help="make every day again")
    parser.add_argument(
        "--month", action="append", default=[], metavar="2026-10", help="with --check: only that month, or more of them"
    )


def run(args: argparse.Namespace) -> int:
    """Catch up, check or rebuild."""
    django.setup()
    from django.utils import timezone

    from mailroom.config.environment import read_environment
    from mailroom.records import daily_counts
    from mailroom.values.month import Month
    from mailroom.wiring.figures import Figures

    figures = Figures.read(read_environment().site)
    counting = figures.counting
    if args.check:
        try:
            months = [Month.parse(text) for text in args.month] or None
        except ValueError as wrong:
            print(wrong, file=sys.stderr)
            return 2
        problems = daily_counts.differences(counting, months)
        for problem in problems:
            print(problem, file=sys.stderr)
        print("Run `mailroom rollup --rebuild`." if problems else "The daily counts are what the rows say.")
        return 1 if problems else 0
    if args.rebuild:
        days = daily_counts.make_again(daily_counts.all_days(counting.zone), counting)
    else:
        days = figures.bring_up_to_date(timezone.now())
    print(f"{days} days counted again.")
    return 0
