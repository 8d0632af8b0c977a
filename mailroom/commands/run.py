"""`mailroom run`: the whole mailroom in one process: web pages, watch folders, workers."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

import django

from mailroom.wiring.stopping import leave_unfinished, told_to_stop

NAME = "run"
HELP = "Run the whole mailroom in one process: web pages, watch folders and workers."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--host, --port, --no-web."""
    parser.add_argument("--host", default="127.0.0.1", help="address the web pages listen on")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages (default: 8000)")
    parser.add_argument("--no-web", action="store_true", help="no web pages")


def run(args: argparse.Namespace) -> int:
    """Run until interrupted (Ctrl-C or SIGTERM); work under way is finished or taken up again at the next start."""
    wait_until_told = told_to_stop()
    django.setup()
    from mailroom.wiring.data import prepare_data
    from mailroom.wiring.web import web_server
    from mailroom.wiring.worker import patrol, worker

    prepare_data()
    with ExitStack() as stack:
        at_work = stack.enter_context(worker())
        stack.enter_context(patrol(at_work, with_folders=True))
        if not args.no_web:
            stack.enter_context(web_server(at_work.machines, at_work.reader, args.host, args.port))
            print(f"The web pages are at http://{args.host}:{args.port}", flush=True)
        _say_where_folders_are()
        wait_until_told()
        print("Stopping: work under way is finished first.", flush=True)
    leave_unfinished()
    return 0


def _say_where_folders_are() -> None:
    from mailroom.wiring.data import watched_paths

    for name, path in watched_paths():
        print(f"Watching {path} ({name})", flush=True)
