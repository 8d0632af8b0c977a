"""`mailroom init FOLDER`: a site of one's own to edit, copied from the example."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from mailroom.config.environment import example_site
from mailroom.errors import Misconfigured

NAME = "init"
HELP = "Copy the example council's site (classifiers, templates, config) to a folder, for you to edit."

_PARTS = ("classifiers", "templates", "config")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER."""
    parser.add_argument("folder", type=Path, help="a new or empty folder")


def run(args: argparse.Namespace) -> int:
    """Copy the three parts; refuses to write over anything."""
    folder: Path = args.folder
    if folder.exists() and any(folder.iterdir()):
        raise Misconfigured(f"{folder} is not empty. Name a new folder, so that no site is written over.")
    for part in _PARTS:
        shutil.copytree(example_site() / part, folder / part, ignore=shutil.ignore_patterns("model"))
    print(f"Your site is in {folder}. Edit config/mailroom.toml and config/routing.toml first, then:")
    print(f"  export MAILROOM_SITE={folder.resolve()}")
    print("  mailroom check")
    return 0
