"""`mailroom restore FILE`: bring a backup back into an empty data folder."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

NAME = "restore"
HELP = "Bring a backup back into an empty data folder (and, with PostgreSQL, an empty database)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", type=Path, help="a file that `mailroom backup` wrote")


def run(args: argparse.Namespace) -> int:
    """0 when all is back; start the mailroom afterwards, and it takes up what was unfinished."""
    django.setup()
    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.gateways.store import open_store
    from mailroom.wiring.backup import restore

    environment = read_environment()
    done = restore(args.file.resolve(), environment, open_store(load_site().store, environment.data))
    print(f"Restored: records ({done.records_bytes:,} bytes) and {done.documents:,} documents.")
    print("Numbers go on a million later. Before you start the mailroom, think of what left since the backup:")
    print("print runs, emails, a shared mailbox. docs/operations.md, 'Backup', says what to do about each.")
    return 0
