"""`mailroom returns MARK --reason gone_away`: an envelope that came back, by its mark, reply code or letter number."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import json
import sys
from pathlib import Path

import django

from mailroom.values.return_reason import ReturnReason

NAME = "returns"
HELP = "Record returned mail: the exact letter and person, no more post to that address, the service told."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """MARK... or --scan FILE, --reason, --tell."""
    parser.add_argument("mark", nargs="*", help="a scanned mark, 'R42 P7' as in the window, a reply code, or L00000042")
    parser.add_argument("--scan", type=Path, action="append", default=[], help="scan of returned envelopes")
    parser.add_argument("--reason", choices=[r.value for r in ReturnReason], default=ReturnReason.GONE_AWAY.value)
    parser.add_argument("--tell", action="store_true", help="send the services their emails now")
    parser.add_argument("--as", dest="actor", default=getpass.getuser(), help="who does it (default: you)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 1 when a mark is not ours or a service could not be told."""
    django.setup()
    from mailroom.errors import Review
    from mailroom.outbound.steps.returns import record_return, returns_on_scan
    from mailroom.outbound.steps.tell_services import tell_services
    from mailroom.wiring.printing import print_machines

    machines, reason = print_machines(), ReturnReason(args.reason)
    found, problems = [], []
    for mark in args.mark:
        try:
            found.append(record_return(machines, mark, reason, args.actor))
        except Review as unknown:
            problems.append(str(unknown))
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
        facts = {"returned": [dataclasses.asdict(r) for r in found], "told": told, "problems": problems}
        print(json.dumps(facts, default=str))
    else:
        for returned in found:
            ends = ", no more post goes there" if returned.address_stopped else ""
            again = f", sent again by email: {', '.join(returned.resent)}" if returned.resent else ""
            print(f"{', '.join(returned.letters)}: {returned.reason.words}{ends}{again}.")
    return 1 if problems else 0
