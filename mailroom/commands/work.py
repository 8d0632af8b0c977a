"""`mailroom work`: workers only, for further machines on one PostgreSQL database."""

from __future__ import annotations

import argparse

import django
from prometheus_client import start_http_server

from mailroom.wiring.stopping import leave_unfinished, told_to_stop

NAME = "work"
HELP = "Run workers only: reading, cutting, deciding, sending. Start it on as many machines as you like (PostgreSQL)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--watch, --metrics-port."""
    parser.add_argument("--watch", action="store_true", help="look at the watch folders too")
    parser.add_argument("--metrics-port", type=int, help="answer Prometheus on this port of 127.0.0.1: seconds by step")


def run(args: argparse.Namespace) -> int:
    """Work until interrupted."""
    wait_until_told = told_to_stop()
    django.setup()
    from mailroom.wiring.data import prepare_data
    from mailroom.wiring.worker import patrol, worker

    prepare_data()
    if args.metrics_port:
        start_http_server(args.metrics_port, addr="127.0.0.1")
    with worker() as at_work, patrol(at_work, with_folders=args.watch):
        print(f"Working as {at_work.executor_id}.", flush=True)
        wait_until_told()
    leave_unfinished()
    return 0
