"""`mailroom sheets`: separator sheets and batch headers, ready to print."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from mailroom.config.environment import read_environment
from mailroom.errors import Misconfigured

NAME = "sheets"
HELP = "Make a PDF of separator sheets (and a batch header) to print and put between letters."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--count, --service, --received, --scanner, --header, --expected, --one-sided, --output."""
    parser.add_argument("--count", type=int, default=20, help="separator sheets (default: 20)")
    parser.add_argument("--service", default="", help="code of the service every item behind these sheets is for")
    parser.add_argument("--received", type=dt.date.fromisoformat, help="date of receipt, 2026-11-25")
    parser.add_argument("--scanner", default="", help="name of the scanner they are for")
    parser.add_argument("--header", action="store_true", help="a batch header on top")
    parser.add_argument("--expected", type=int, help="items in the batch, printed on its header")
    parser.add_argument("--one-sided", action="store_true", help="no backs, for a printer that prints one side")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the PDF to write")


def run(args: argparse.Namespace) -> int:
    """Write the PDF and say how to print it."""
    from mailroom.wiring.sheets import SheetPrinter

    if args.expected is not None and not args.header:
        raise Misconfigured("--expected is printed on the batch header: add --header.")
    printer = SheetPrinter(read_environment().site)
    said = {"received": args.received, "scanner": args.scanner, "header": args.header, "expected": args.expected}
    try:
        order = printer.order(args.count, args.service, **said)
        sides = printer.write(order, args.output, not args.one_sided)
    except ValueError as wrong:
        raise Misconfigured(f"Cannot print these sheets: {wrong}.") from None
    how = "on one side" if args.one_sided else "on both sides, flipped on the long edge"
    print(f"{args.output}: {sides} pages. Print it {how}, at 100%.")
    return 0
