"""`mailroom intake FILE...`: take files in by hand."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import django

from mailroom.errors import Misconfigured
from mailroom.gateways.file_kind import READ

if TYPE_CHECKING:
    from mailroom.records.models import Batch

NAME = "intake"
HELP = "Take files in by hand, as if a scanner had dropped them. The files stay where they are."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE..., --received, --policy, --service, --json."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=f"a scan: {READ}")
    parser.add_argument(
        "--received", type=dt.date.fromisoformat, help="date of receipt, e.g. 2026-11-24 (default: today)"
    )
    parser.add_argument(
        "--policy",
        choices=["auto", "sheets", "one_item", "signs"],
        default="auto",
        help="cut at separator sheets, by the signs of first pages, or not; auto (default): at sheets if there are any",
    )
    parser.add_argument("--service", default="", help="code of the service, if it is known")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, one line a file")


def run(args: argparse.Namespace) -> int:
    """Store and record each file; the workers (`mailroom run` or `mailroom work`) do the rest. 1 if any is missing."""
    django.setup()
    from django.utils import timezone

    from mailroom.inbound.steps.take_in import Provenance, take_in
    from mailroom.wiring.data import prepare_database
    from mailroom.wiring.inbound import inbound_machines

    machines = inbound_machines()
    if args.service and args.service not in machines.services:
        raise Misconfigured(f"--service {args.service}: no such service. Use a code of classifiers/services.")
    prepare_database()
    if args.received and args.received > timezone.localdate():
        raise Misconfigured(f"--received {args.received}: that day lies ahead. Give the day on which the post came.")
    failed = False
    for path in args.files:
        if not path.is_file() or path.is_symlink():
            _say(args, path, None)
            failed = True
            continue
        provenance = Provenance(
            filename=path.name,
            source="command",
            received=args.received or timezone.localdate(),
            received_from="told" if args.received else "scan_day",
            policy=args.policy,
            service=args.service,
        )
        _say(args, path, take_in(path, provenance, machines))
    return int(failed)


def _say(args: argparse.Namespace, path: Path, batch: Batch | None) -> None:
    """What became of one file; no batch for one that is none."""
    if batch is None:
        status, outcome = "refused", "not a file. Nothing was taken in."
    else:
        status, outcome = batch.status, batch.reason or "taken in"
    if args.json:
        number = batch.number if batch else None
        print(json.dumps({"file": str(path), "batch": number, "status": status, "outcome": outcome}), flush=True)
    else:
        print(f"{path}: {f'{batch.number}, ' if batch else ''}{outcome}", flush=True)
