"""`mailroom init FOLDER`: a site of one's own to edit, copied from the example."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

from mailroom.config.environment import example_site
from mailroom.errors import Misconfigured

NAME = "init"
HELP = "Copy the example council's site (classifiers, templates, config) to a folder, for you to edit."

_PARTS = ("classifiers", "templates", "config")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FOLDER, --json."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="a new folder, or one with nothing of a site in it")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Copy the three parts; refuses to write over anything."""
    folder: Path = args.folder
    if folder.exists() and not folder.is_dir():
        raise Misconfigured(f"{folder} is a file. Name a folder.")
    if folder.exists() and (held := _in_the_way(folder)):
        raise Misconfigured(
            f"{folder} is not empty: it holds {held[0]}. Name a new folder, so that no site is written over."
        )
    copy_site(example_site(), folder)
    if args.json:
        print(json.dumps({"site": str(folder.resolve()), "parts": list(_PARTS)}))
        return 0
    print(f"Your site is in {folder}. Edit config/mailroom.toml and config/routing.toml first, then:")
    print(f"  export MAILROOM_SITE={folder.resolve()}")
    print("  mailroom check")
    return 0


def copy_site(site: Path, folder: Path) -> None:
    """Copy what makes a site, and nothing that was learnt or made from it."""
    for part in _PARTS:
        shutil.copytree(site / part, folder / part, ignore=shutil.ignore_patterns("model"))


def _in_the_way(folder: Path) -> list[str]:
    """What is no bookkeeping of a version control or of a file system: a fresh repository or share may hold that."""
    return sorted(entry.name for entry in folder.iterdir() if not _is_bookkeeping(entry.name))


def _is_bookkeeping(name: str) -> bool:
    return name.startswith(".") or name == "lost+found"
