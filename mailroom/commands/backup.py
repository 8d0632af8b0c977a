"""`mailroom backup FILE`: records, documents, secret key and site in one file, while the mailroom works."""

from __future__ import annotations

import argparse
from pathlib import Path

import django

NAME = "backup"
HELP = "Write records, all documents, the secret key and the site to one tar file. Safe while the mailroom works."

_OLDER = (
    "The records are of an earlier release, so whether every document they name is there was not looked at. Start "
    "Mailroom once, then run `mailroom check --documents`."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE."""
    parser.add_argument("file", type=Path, help="a new file, on another disk than the data folder")


def run(args: argparse.Namespace) -> int:
    """0 when every document that the records name is in the file; 1 when some are not. Keep it as safe as letters."""
    django.setup()
    from django.utils import timezone

    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.gateways.store import open_store
    from mailroom.wiring.backup import back_up
    from mailroom.wiring.document_tally import REMEDY, in_words

    environment = read_environment()
    store = open_store(load_site().store, environment.data)
    done = back_up(args.file.resolve(), environment, store, timezone.now())
    print(f"{args.file}: records ({done.records_bytes:,} bytes) and {done.documents:,} documents.")
    if not done.is_compared:
        print(_OLDER)
    if done.lacking:
        print(in_words(done.lacking))
        print(f"The backup is made without them. {REMEDY}")
    return int(bool(done.lacking))
