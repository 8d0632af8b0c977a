"""`mailroom inspect FILE...`: what would become of these files, without storing or sending anything."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from mailroom.gateways.file_kind import READ

if TYPE_CHECKING:
    from mailroom.inbound.inspection import Inspection

NAME = "inspect"
HELP = "Run all stations on files and say what would become of each item. Stores nothing, sends nothing."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE..., --json, --received, --policy."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=f"a scan: {READ}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, one line an item")
    parser.add_argument(
        "--received", type=dt.date.fromisoformat, help="date of receipt (default: in the name, or today)"
    )
    parser.add_argument(
        "--policy",
        choices=["auto", "sheets", "one_item", "signs"],
        default="auto",
        help="cut at separator sheets, by the signs of first pages, or not; auto (default): at sheets if there are any",
    )


def run(args: argparse.Namespace) -> int:
    """Print the reports in the order of the files; 1 when one is no file, or has no item and needs a person."""
    django.setup()
    from rich.console import Console
    from rich.progress import track

    from mailroom.inbound.intake import day_in_filename
    from mailroom.wiring.data import prepare_database, prepare_model
    from mailroom.wiring.inbound import inspector

    missing = [path for path in args.files if not path.is_file()]
    for path in missing:
        print(f"{path}: {'not a file' if path.exists() else 'no such file'}.", file=sys.stderr)
    there = [path for path in args.files if path not in missing]
    if not there:
        return 1
    prepare_database()
    prepare_model()
    today = dt.datetime.now(dt.UTC).date()
    with inspector() as inspect, ThreadPoolExecutor(max_workers=4) as files:

        def inspected(path: Path) -> Inspection:
            received = args.received or day_in_filename(path.name) or today
            return inspect.inspect(path, received, args.policy)

        without_item = 0
        done = track(files.map(inspected, there), "Reading", total=len(there), console=Console(stderr=True))
        for found in done:
            for report in found.reports:
                print(json.dumps(report, ensure_ascii=False) if args.json else _in_words(report), flush=True)
            if found.without_item:
                without_item += 1
                print(found.without_item, file=sys.stderr)
    return int(bool(missing or without_item))


def _in_words(report: dict[str, Any]) -> str:
    """A few lines a clerk can read."""
    span = f"{report['file']}, pages {report['first_page']} to {report['last_page']}"
    if report["decision"] == "quarantine":
        return f"{report['file']}: QUARANTINE\n  {report['reasons'][0]}\n"
    service, customer = report["service"], report["customer"]
    lines = [
        f"{span}: {report['decision'].upper()} to {report['team']}, due {report['due']}",
        f"  service   {service['code']} ({service['probability']:.0%}): {'; '.join(service['reasons'])}",
        f"  customer  {customer['id'] or 'not attached'}: {'; '.join(customer['reasons'])}",
    ]
    if report["flags"]:
        lines.append(f"  flags     {', '.join(report['flags'])}")
    lines += [f"  because   {reason}" for reason in report["reasons"]]
    return "\n".join(lines) + "\n"
