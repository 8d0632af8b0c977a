"""`mailroom lost-file`: files that were claimed from a folder and are nowhere, and giving one up for lost."""

from __future__ import annotations

import argparse
import getpass
import json
import sys

import django

from mailroom.errors import Review

NAME = "lost-file"
HELP = "List files that were claimed from a folder and are nowhere; give one up for lost, which takes two people."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """NUMBER, --reason, --agree, --as, --json."""
    parser.add_argument("number", nargs="?", default="", help="F000042, as listed; without it, all are listed")
    parser.add_argument("--reason", default="", help="ask for it to be given up: what became of the paper")
    parser.add_argument("--agree", action="store_true", help="agree to what a colleague asked for; its alarm ends")
    parser.add_argument("--as", dest="actor", default=getpass.getuser(), help="who does it (default: you)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, one line a file")


def run(args: argparse.Namespace) -> int:
    """0; 1 when files are lost, or when this one cannot be given up."""
    django.setup()
    from mailroom.records import lost_files
    from mailroom.wiring.data import prepare_database

    prepare_database()
    if not args.number:
        return _list(args.json)
    if not args.agree and not args.reason.strip():
        print("Say what became of it: --reason 'scanned again as B000012'. A colleague agrees with --agree.")
        return 2
    try:
        if args.agree:
            lost_files.agree(args.number, args.actor)
        else:
            lost_files.ask(args.number, args.reason.strip(), args.actor)
    except Review as no:
        print(no, file=sys.stderr)
        return 1
    said = "given up for lost; the ledger says so" if args.agree else "a colleague agrees with --agree --as NAME"
    print(json.dumps({"number": args.number, "given_up": args.agree}) if args.json else f"{args.number}: {said}.")
    return 0


def _list(as_json: bool) -> int:
    from mailroom.records import lost_files

    found = list(lost_files.lost())
    for file in found:
        wish = lost_files.asked_by(file)
        asked = f" {wish.actor} asked to give it up: {wish.details['reason']}" if wish else ""
        row = {"number": file.number, "folder": file.folder, "name": file.name, "problem": file.problem + asked}
        print(json.dumps(row) if as_json else f"{file.number} {file.folder}/{file.name}: {row['problem']}")
    if not found and not as_json:
        print("No file is lost.")
    return int(bool(found))
