"""`mailroom bounces FILE...`: read delivery reports from files, or from a mail server's pipe."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import django

NAME = "bounces"
HELP = "Read reports that letters' emails did not arrive, from files or, with -, from a mail server's pipe."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE... or -."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="an email as saved (.eml), or - for standard input")


def run(args: argparse.Namespace) -> int:
    """0; 1 when something is no report about a letter of ours, so that a person looks at it."""
    django.setup()
    from mailroom.outbound.steps.bounces import take_message
    from mailroom.wiring.data import prepare_database
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    prepare_database()
    strange = 0
    for name in args.files:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        understood = take_message(machines, raw)
        strange += not understood
        print(f"{name}: {'taken' if understood else 'no report about a letter of ours. Look at it.'}")
    return int(bool(strange))
