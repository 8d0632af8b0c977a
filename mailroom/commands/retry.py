"""`mailroom retry NUMBER...`: put a quarantined batch, or an item or email that failed, on the line again."""

from __future__ import annotations

import argparse
import dataclasses
import json

import django

from mailroom.errors import Misconfigured

NAME = "retry"
HELP = "Put quarantined batches (B000012), failed items (B000012-03) or all that failed (--all) on the line again."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NUMBER..., --all, --json."""
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="batch or item number")
    parser.add_argument("--all", action="store_true", help="every quarantined batch and undelivered item")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, one line a number")


def run(args: argparse.Namespace) -> int:
    """Retry each; 1 when a number is unknown or needs no retry."""
    if not args.numbers and not args.all:
        raise Misconfigured("Name what to retry, a batch (B000012) or an item (B000012-03), or say --all.")
    django.setup()
    from mailroom.inbound.steps.again import all_that_failed, retry
    from mailroom.wiring.data import prepare_database
    from mailroom.wiring.inbound import inbound_machines

    machines = inbound_machines()
    prepare_database()
    numbers = [*args.numbers, *(all_that_failed() if args.all else ())]
    outcomes = [retry(number, machines) for number in numbers]
    for number, outcome in zip(numbers, outcomes, strict=True):
        print(json.dumps({"number": number, **dataclasses.asdict(outcome)}) if args.json else outcome.message)
    if not numbers and not args.json:
        print("Nothing to retry.")
    return int(any(not outcome.done for outcome in outcomes))
