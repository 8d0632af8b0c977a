"""`mailroom check`: the site, the machine and everything the mailroom talks to, in green and red with the remedy."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from mailroom.wiring.checks import Finding

NAME = "check"
HELP = "Check the site and the machine before anything starts; exit 1 when something must be put right."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--json, --documents."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    help_ = "read every document of the store too, and name those that records name and that are lost; takes long"
    parser.add_argument("--documents", action="store_true", help=help_)


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong; notes are no fault."""
    django.setup()
    from mailroom.wiring.checks import Verdict, check_everything

    findings = list(check_everything(documents=args.documents))
    wrong = [f for f in findings if f.verdict is Verdict.WRONG]
    if args.json:
        print(json.dumps({"good": not wrong, "findings": [dataclasses.asdict(f) for f in findings]}))
    else:
        _print(findings, len(wrong))
    return int(bool(wrong))


def _print(findings: list[Finding], wrong: int) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    marks = {"good": "[green]good [/]", "note": "[yellow]note [/]", "wrong": "[red]WRONG[/]"}
    for finding in findings:
        console.print(f"{marks[finding.verdict]} {escape(finding.what)}: {escape(finding.found)}", soft_wrap=True)
        if finding.remedy:
            console.print(f"      {escape(finding.remedy)}", soft_wrap=True)
    console.print(f"[red]{wrong} must be put right." if wrong else "[green]Ready.")
