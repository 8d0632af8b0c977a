"""`mailroom returns MARK --reason gone_away`: an envelope that came back, by its mark, reply code or letter number."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import django

from mailroom.values.return_reason import ReturnReason

if TYPE_CHECKING:
    from mailroom.outbound.print_machines import PrintMachines
    from mailroom.outbound.steps.returns import Returned
    from mailroom.outbound.steps.undo_return import Undone

NAME = "returns"
HELP = "Record returned mail: the exact letter and person, no more post to that address, the service told."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """MARK... or --scan FILE, --reason, --tell."""
    parser.add_argument("mark", nargs="*", help="a scanned mark, 'R42 P7' as in the window, a reply code, or L00000042")
    parser.add_argument("--scan", type=Path, action="append", default=[], help="scan of returned envelopes")
    parser.add_argument(
        "--reason",
        choices=[r.value for r in ReturnReason],
        default=ReturnReason.GONE_AWAY.value,
        help="what the envelope says (default: gone away)",
    )
    parser.add_argument("--undo", action="store_true", help="take back what was noted by mistake for these marks")
    parser.add_argument("--tell", action="store_true", help="send the services their emails now")
    parser.add_argument("--as", dest="actor", default=getpass.getuser(), help="who does it (default: you)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 1 when a mark is not ours or a service could not be told."""
    django.setup()
    from mailroom.outbound.steps.returns import returns_on_scan
    from mailroom.outbound.steps.tell_services import tell_services
    from mailroom.wiring.printing import print_machines

    machines, reason = print_machines(), ReturnReason(args.reason)
    found, undone, problems = _marks(machines, args, reason)
    for scan in args.scan:
        seen = returns_on_scan(machines, scan, reason, args.actor)
        found += seen.returned
        problems += [f"{scan.name}: {mark} is no posted letter of ours. Look at the envelope." for mark in seen.unknown]
        if not seen.envelopes:
            problems.append(f"{scan.name}: no mark of ours on it. Open the envelopes and scan the sheets' own marks.")
    told = tell_services(machines) if args.tell else {}
    problems += [f"{service} could not be told. {why}" for service, why in told.items() if why]
    for problem in problems:
        print(problem, file=sys.stderr)
    if args.json:
        facts = {"returned": _plain(found), "undone": _plain(undone), "told": told, "problems": problems}
        print(json.dumps(facts, default=str))
    else:
        _say(found, undone)
    return 1 if problems else 0


def _marks(
    machines: PrintMachines, args: argparse.Namespace, reason: ReturnReason
) -> tuple[list[Returned], list[Undone], list[str]]:
    """Each mark noted, or taken back with --undo; and what went wrong."""
    from mailroom.errors import Review
    from mailroom.outbound.steps.returns import letters_of_mark, record_return
    from mailroom.outbound.steps.undo_return import undo_return

    found, undone, problems = [], [], []
    for mark in args.mark:
        try:
            if args.undo:
                undone.append(undo_return(machines, letters_of_mark(machines, mark)[0], args.actor))
            else:
                found.append(record_return(machines, mark, reason, args.actor))
        except Review as unknown:
            problems.append(str(unknown))
    return found, undone, problems


def _plain(rows: Sequence[Returned | Undone]) -> list[dict[str, object]]:
    return [dataclasses.asdict(row) for row in rows]


def _say(found: Sequence[Returned], undone: Sequence[Undone]) -> None:
    for returned in found:
        ends = ", no more post goes there" if returned.address_stopped else ""
        again = f", sent again by email: {', '.join(returned.resent)}" if returned.resent else ""
        print(f"{', '.join(returned.letters)}: {returned.reason.words}{ends}{again}.")
    for taken_back in undone:
        print(f"{', '.join(taken_back.letters)}: did not come back; it counts as posted.")
