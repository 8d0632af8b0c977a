"""`mailroom intake FILE...`: take files in by hand."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import django

NAME = "intake"
HELP = "Take files in by hand, as if a scanner had dropped them. The files stay where they are."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE..., --received, --policy, --service."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument(
        "--received", type=dt.date.fromisoformat, help="date of receipt, e.g. 2026-11-24 (default: today)"
    )
    parser.add_argument("--policy", choices=["auto", "sheets", "one_item", "signs"], default="auto")
    parser.add_argument("--service", default="", help="code of the service, if it is known")


def run(args: argparse.Namespace) -> int:
    """Store and record each file; the workers (`mailroom run` or `mailroom work`) do the rest. 1 if any is missing."""
    django.setup()
    from django.utils import timezone

    from mailroom.inbound.steps.take_in import Provenance, take_in
    from mailroom.records.models import BatchStatus
    from mailroom.wiring.data import prepare_database
    from mailroom.wiring.inbound import inbound_machines

    machines = inbound_machines()
    prepare_database()
    failed = False
    for path in args.files:
        if not path.is_file() or path.is_symlink():
            print(f"{path}: not a file. Nothing was taken in.")
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
        batch = take_in(path, provenance, machines)
        outcome = batch.reason if batch.status == BatchStatus.DUPLICATE else "taken in"
        print(f"{path}: {batch.number}, {outcome}")
    return int(failed)
