"""`mailroom rollup`: daily counts kept in step with the items and letters they come from."""

from __future__ import annotations

import argparse
import sys

import django

NAME = "rollup"
HELP = "Bring the daily counts up to date; --check makes them again from the rows and exits 1 when they differ."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--check, --rebuild."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--check", action="store_true", help="compare every day with its rows, change nothing")
    one.add_argument("--rebuild", action="store_true", help="make every day again")


def run(args: argparse.Namespace) -> int:
    """Catch up, check or rebuild."""
    django.setup()
    from django.utils import timezone

    from mailroom.config.environment import read_environment
    from mailroom.records import daily_counts
    from mailroom.wiring.figures import Figures

    figures = Figures.read(read_environment().site)
    counting = figures.counting
    if args.check:
        problems = daily_counts.differences(counting)
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
