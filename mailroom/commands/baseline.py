"""`mailroom baseline`: what targets are measured against, imported from CSV or measured from the rows on record."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import django

NAME = "baseline"
HELP = "Import the baseline year from a CSV of counts, measure it from what is on record, or show it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import FILE; measure --from MONTH; show."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="month,service,direction,channel,items[,set_aside,reason,source]")
    importing.add_argument("file", type=Path, help="CSV of the months before")
    measuring = actions.add_parser("measure", help="take twelve months of what was counted here")
    measuring.add_argument("--from", dest="first", required=True, metavar="2025-04", help="the first of the months")
    actions.add_parser("show", help="items by month, in and out, and what is set aside")


def run(args: argparse.Namespace) -> int:
    """0; 2 for a file or month that will not do (nothing is imported then)."""
    django.setup()
    return {"import": _import, "measure": _measure, "show": _show}[args.action](args)


def _import(args: argparse.Namespace) -> int:
    from mailroom.records import figure_rows
    from mailroom.targets.baseline import read_baseline

    try:
        text = args.file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as why:
        print(f"{args.file}: cannot be read as text ({why}). Save it as CSV in UTF-8.", file=sys.stderr)
        return 2
    rows = read_baseline(text)
    _warn_of_unknown_services({r.service for r in rows})
    print(f"{figure_rows.keep_baseline(rows)} rows kept; {sum(r.set_aside for r in rows)} items set aside.")
    return 0


def _warn_of_unknown_services(codes: set[str]) -> None:
    from mailroom.config.environment import read_environment
    from mailroom.config.services import load_services

    strange = sorted(codes - set(load_services(read_environment().site / "classifiers").codes) - {""})
    if strange:
        print(f"No service has the code {', '.join(strange)}; their items count for the council only.", file=sys.stderr)


def _measure(args: argparse.Namespace) -> int:
    from mailroom.records import figure_rows
    from mailroom.targets.baseline import measured
    from mailroom.values.month import Month

    try:
        first = Month.parse(args.first)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    rows = measured(figure_rows.counts(first, first.plus(11)), first)
    print(f"{figure_rows.keep_baseline(rows)} rows measured from {first.name} to {first.plus(11).name}.")
    return 0 if rows else 2


def _show(args: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from mailroom.records import figure_rows

    table = Table("Month", "Post in", "Post out", "Set aside", "Why", title="Baseline")
    rows = figure_rows.baseline()
    for month in sorted({r.month for r in rows}):
        mine = [r for r in rows if r.month == month]
        both = [str(sum(r.counted for r in mine if r.direction == way)) for way in ("in", "out")]
        reasons = "; ".join(sorted({r.reason for r in mine if r.reason}))
        table.add_row(str(month), *both, str(sum(r.set_aside for r in mine)), reasons)
    Console().print(table)
    return 0
