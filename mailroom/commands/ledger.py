"""`mailroom ledger`: the balance of every sheet fed, per batch and per day."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from mailroom.records.ledger import Alarm, BatchLine, DayLine
    from mailroom.records.lost_files import GivenUp

NAME = "ledger"
HELP = "Print the balance of every sheet fed, per batch and per day; exit 1 when something does not add up or is stuck."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--day, --json, --days-only."""
    parser.add_argument("--day", type=dt.date.fromisoformat, help="day of receipt, e.g. 2026-11-24 (default: all days)")
    parser.add_argument("--days-only", action="store_true", help="leave out the batches")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print the ledger; 0 when it balances and nothing is stuck."""
    django.setup()
    from django.utils import timezone

    from mailroom.config.site import load_site
    from mailroom.records import ledger, lost_files
    from mailroom.wiring.data import prepare_database

    stuck_after = dt.timedelta(minutes=load_site().mailroom.engine.stuck_after_minutes)
    prepare_database()
    lines = ledger.batch_lines(args.day)
    days = ledger.day_lines(lines)
    alarms = ledger.alarms(timezone.now(), stuck_after)
    if not args.day:
        alarms += [ledger.Alarm("item", "", words) for words in ledger.balances_of_items()]
    given_up = [one for one in lost_files.given_up() if args.day in (None, timezone.localdate(one.at))]
    balanced = all(line.balances for line in lines) and not alarms
    if args.json:
        print(json.dumps(_as_json(lines, days, alarms, given_up, balanced), default=str))
    else:
        _print_tables([] if args.days_only else lines, days, alarms, balanced)
        _print_given_up(given_up)
    return 0 if balanced else 1


def _as_json(
    lines: list[BatchLine], days: list[DayLine], alarms: list[Alarm], given_up: list[GivenUp], balanced: bool
) -> dict[str, object]:
    groups: dict[str, Sequence[BatchLine | DayLine | Alarm | GivenUp]] = {
        "batches": lines,
        "days": days,
        "alarms": alarms,
        "given_up": given_up,
    }
    return {"balanced": balanced, **{name: [dataclasses.asdict(row) for row in rows] for name, rows in groups.items()}}


def _print_given_up(given_up: list[GivenUp]) -> None:
    """Paper that is not in the books, because two people said so."""
    from django.utils import timezone

    for one in given_up:
        print(
            f"Given up for lost on {timezone.localtime(one.at):%d/%m/%Y}: {one.file}: {one.reason} "
            f"(asked for by {one.asked_by}, agreed by {one.agreed_by})."
        )


def _print_tables(lines: list[BatchLine], days: list[DayLine], alarms: list[Alarm], balanced: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 160)  # a file or a pipe has no width of its own
    kinds = ["fed", "item_pages", "separators", "blanks", "unread", "quarantined", "items"]
    if lines:
        table = Table("Batch", "Received", "Status", *(k.replace("_", " ") for k in kinds), "Balance", title="Batches")
        for line in lines:
            verdict = "in work" if line.in_work else ("[green]balances" if line.balances else "[red]DOES NOT BALANCE")
            table.add_row(
                line.number, str(line.received), line.status, *(str(getattr(line, k)) for k in kinds), verdict
            )
        console.print(table)
    table = Table("Day of receipt", "Batches", *(k.replace("_", " ") for k in kinds), "Balance", title="Days")
    for day in days:
        verdict = "[green]balances" if day.balances else "[red]DOES NOT BALANCE"
        table.add_row(str(day.day), str(day.batches), *(str(getattr(day, k)) for k in kinds), verdict)
    console.print(table)
    for line in lines:
        for problem in line.problems:
            console.print(f"[red]{line.number}[/]: {problem}.")
    for alarm in alarms:
        console.print(f"[red]{alarm.kind} {alarm.key}[/]: {alarm.message}", highlight=False)
    console.print("[green]Everything adds up." if balanced else "[red]Something needs a person: see above.")
