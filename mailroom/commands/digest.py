"""`mailroom digest`: what teams, leaders, the print unit and managers are told today; --send sends it once."""

from __future__ import annotations

import argparse
import datetime as dt
import sys

import django

NAME = "digest"
HELP = "Show the day's digests; --send sends those not sent yet. `mailroom run` does it by itself."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--day, --send."""
    parser.add_argument("--day", metavar="2026-11-13", help="the day to tell about (default: today)")
    parser.add_argument("--send", action="store_true", help="send them; a second time sends nothing again")


def run(args: argparse.Namespace) -> int:
    """0; 2 for a day that is none."""
    django.setup()
    from django.utils import timezone

    from mailroom.wiring.notices import Notices

    notices, now = Notices.read(), timezone.now()
    try:
        day = dt.date.fromisoformat(args.day) if args.day else now.astimezone(notices.reports.figures.zone).date()
    except ValueError:
        print(f"'{args.day}' is no day; write it like 2026-11-13.", file=sys.stderr)
        return 2
    notices.reports.figures.bring_up_to_date(now)
    if args.send:
        print(f"{notices.send_digests(day, now)} digests sent.")
        return 0
    for one in notices.digests(day):
        print(f"To {one.recipient}\n{one.subject}\n\n{one.plain}\n")
    return 0
