"""`mailroom work`: workers only, for further machines on one PostgreSQL database."""

from __future__ import annotations

import argparse
import signal
import threading

import django

NAME = "work"
HELP = "Run workers only: reading, cutting, deciding, sending. Start it on as many machines as you like (PostgreSQL)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--watch."""
    parser.add_argument("--watch", action="store_true", help="look at the watch folders too")


def run(args: argparse.Namespace) -> int:
    """Work until interrupted."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    django.setup()
    from mailroom.wiring.data import prepare_data
    from mailroom.wiring.worker import patrol, worker

    prepare_data()
    with worker() as at_work, patrol(at_work, with_folders=args.watch):
        print(f"Working as {at_work.executor_id}.", flush=True)
        stop.wait()
    return 0
