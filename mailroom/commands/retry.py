"""`mailroom retry NUMBER...`: put a quarantined batch, or an item or email that failed, on the line again."""

from __future__ import annotations

import argparse

import django

NAME = "retry"
HELP = "Put quarantined batches (B000012), failed items (B000012-03) or all that failed (--all) on the line again."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NUMBER..., --all."""
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="batch or item number")
    parser.add_argument("--all", action="store_true", help="every quarantined batch and undelivered item")


def run(args: argparse.Namespace) -> int:
    """Retry each; 1 when a number is unknown or needs no retry."""
    django.setup()
    from mailroom.inbound.steps.again import all_that_failed, retry
    from mailroom.wiring.data import prepare_database
    from mailroom.wiring.inbound import inbound_machines

    machines = inbound_machines()
    prepare_database()
    numbers = [*args.numbers, *(all_that_failed() if args.all else ())]
    outcomes = [retry(number, machines) for number in numbers]
    for outcome in outcomes:
        print(outcome.message)
    if not numbers:
        print("Nothing to retry.")
    return int(any(not outcome.done for outcome in outcomes))
