"""`mailroom restore FILE`: bring a backup back into an empty data folder, or only the documents that are lost."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

NAME = "restore"
HELP = "Bring a backup back into an empty data folder (and, with PostgreSQL, an empty database)."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --documents."""
    parser.add_argument("file", type=Path, help="a file that `mailroom backup` wrote")
    help_ = "only put back documents that the store has lost; records stay as they are, and the mailroom may work"
    parser.add_argument("--documents", action="store_true", help=help_)


def run(args: argparse.Namespace) -> int:
    """0 when all is back; start the mailroom afterwards, and it takes up what was unfinished."""
    django.setup()
    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.gateways.store import open_store
    from mailroom.wiring.backup import bring_documents_back, restore

    environment = read_environment()
    file, store = args.file.resolve(), open_store(load_site().store, environment.data)
    if args.documents:
        done = bring_documents_back(file, store)
        print(f"{done.documents:,} documents of the backup are in the store. `mailroom check --documents` looks again.")
        return 0
    done = restore(file, environment, store)
    print(f"Restored: records ({done.records_bytes:,} bytes) and {done.documents:,} documents.")
    print("Numbers go on a million later. Before you start the mailroom, think of what left since the backup:")
    print("print runs, emails, a shared mailbox. docs/operations.md, 'Backup', says what to do about each.")
    return 0
