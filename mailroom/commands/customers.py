"""`mailroom customers import FILE` brings the customer file in; `mailroom customers show ID` prints one record."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from mailroom.records.customer_batch import ImportSummary

NAME = "customers"
HELP = "Import the council's customer file, or show one customer's record."
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import FILE [--cases FILE] [--json]; show ID [--json]."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="bring a customer file in; safe to repeat")
    importing.add_argument("file", type=Path, help="CSV laid out as config/customers.toml says")
    importing.add_argument("--cases", type=Path, metavar="FILE", help="CSV of case references and their customers")
    importing.add_argument("--json", action="store_true", help="print one JSON object")
    showing = actions.add_parser("show", help="print one record")
    showing.add_argument("id", help="the customer number")
    showing.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 1 when rows were skipped or the customer is not on record."""
    django.setup()
    from mailroom.wiring.data import prepare_database

    prepare_database()
    return _import(args) if args.action == "import" else _show(args)


def _import(args: argparse.Namespace) -> int:
    from django.utils import timezone
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from mailroom.config.customers import load_customers_config
    from mailroom.config.environment import read_environment
    from mailroom.errors import Reject
    from mailroom.records.customer_import import import_cases, import_customers

    for path in (args.file, args.cases):
        if path and not path.is_file():
            raise Reject(f"{path}: there is no such file. Give the path of the exported customer file.")
    config = load_customers_config(read_environment().site)
    with args.file.open("rb") as file:
        lines = sum(1 for _ in file) - 1
    columns = (TextColumn("Customers"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=args.json) as bar:
        task = bar.add_task("customers", total=max(lines, 0))
        summary = import_customers(args.file, config, timezone.now(), lambda done: bar.update(task, completed=done))
    if args.cases:
        import_cases(args.cases, config, summary)
    if args.json:
        print(json.dumps(dataclasses.asdict(summary)))
    else:
        _print(summary)
    return 1 if summary.skipped else 0


def _print(summary: ImportSummary) -> None:
    print(
        f"{summary.rows} rows: {summary.created} created, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{summary.skipped} skipped. {summary.moved} moved, {summary.renamed} changed their name, "
        f"{summary.consents} preferences recorded, {summary.cases} case references."
    )
    if summary.kept:
        print(f"{summary.kept} still have the address in the file that they told us they left; the new one was kept.")
    if summary.undated:
        print(f"{summary.undated} have email in the file without a date of consent; they stay on paper. Add the date.")
    for problem in summary.problems[:_SHOWN]:
        print(f"  line {problem.line}: {problem.column} {problem.problem}")
    if summary.skipped > _SHOWN:
        print(f"  and {summary.skipped - _SHOWN} more (--json lists the first thousand)")


def _show(args: argparse.Namespace) -> int:
    from mailroom.records.customers import facts_of

    found = facts_of([args.id])
    if not found:
        print(f"{args.id}: not on record. Check the number, or import the customer file again.")
        return 1
    facts = dataclasses.asdict(found[0])
    if args.json:
        print(json.dumps(facts, default=str))
        return 0
    for name, value in facts.items():
        if value not in ("", None, (), []):
            print(f"{name.replace('_', ' ')}: {value}")
    return 0
