"""`mailroom print-run build|list|release|resume|reconcile|spoil|reprint|close|abandon|export|hand-offs`: by steps."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import getpass
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    from mailroom.outbound.print_machines import PrintMachines
    from mailroom.outbound.reconciliation import Balance
    from mailroom.records.models import PrintJob, PrintRun

NAME = "print-run"
HELP = "Build, release, reconcile and close print runs."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One action each for the steps of a run."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    build = _action(actions, "build", "build the run of letters ready at a cut-off; safe to repeat", needs_run=False)
    build.add_argument("--cut-off", type=dt.datetime.fromisoformat, help="e.g. 2026-11-25T15:00 (default: now)")
    listing = _action(actions, "list", "runs, or one run's files and printer jobs", needs_run=False)
    listing.add_argument("run", nargs="?", help="R000042")
    _action(actions, "release", "check the run whole and hand its files to the printers")
    resume = _action(actions, "resume", "carry on after a printer was out, refused or stopped half-way")
    resume.add_argument("--file", default="", help="one file of the run")
    resume.add_argument("--from-sheet", type=int, default=0, help="the first sheet of it that is not in the tray")
    reconcile = _action(actions, "reconcile", "scan sheets off or enter counts, and print the balance")
    reconcile.add_argument(
        "--scans", type=argparse.FileType("r"), help="file of scanned marks, one a line; - for keyboard"
    )
    reconcile.add_argument("--tray", type=Path, action="append", default=[], help="scan or photograph of a tray")
    reconcile.add_argument("--count", action="append", default=[], metavar="FILE=N", help="good pieces of a file")
    reconcile.add_argument("--take-back", action="append", default=[], metavar="MARK", help="take one scan back")
    spoil = _action(actions, "spoil", "a piece cannot go out")
    spoil.add_argument("piece", help="P12, or its mark")
    again = _action(actions, "reprint", "print one piece again; a second person agrees")
    again.add_argument("piece", help="P12, or its mark")
    again.add_argument("--reason", default="", help="why; needed by the one who asks")
    again.add_argument("--agree", action="store_true", help="agree to what a colleague asked for")
    again.add_argument("--withdraw", action="store_true", help="take the request back")
    _action(actions, "close", "close a run that balances: its letters are posted")
    abandon = _action(actions, "abandon", "take a run apart before it is released")
    abandon.add_argument("--reason", required=True, help="why, for the record")
    _action(actions, "hand-offs", "letters to be made elsewhere: braille, audio, other languages", needs_run=False)
    export = _action(actions, "export", "copy the run's files, manifest and docket to a folder")
    export.add_argument("folder", type=Path, help="where its files are written")


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, text: str, *, needs_run: bool = True
) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=text, description=text)
    if needs_run:
        parser.add_argument("run", help="R000042")
    parser.add_argument("--as", dest="actor", default=getpass.getuser(), help="who does it (default: you)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def run(args: argparse.Namespace) -> int:
    """0; 1 when a run does not balance or a printer has a problem."""
    django.setup()
    from mailroom.wiring.printing import print_machines

    if args.action == "list":
        return _list(args)
    if args.action == "hand-offs":
        return _hand_offs(args)
    return _ACTIONS[args.action](print_machines(), args)


def _hand_offs(args: argparse.Namespace) -> int:
    """Numbers, formats and days only: whom they are for stands on the page of the desk."""
    from mailroom.records.hand_offs import open_ones
    from mailroom.records.models import Letter, LetterStatus

    letters = list(open_ones(Letter.objects.filter(status__in=LetterStatus.handed_off())))
    rows = [(x.number, x.format, x.status, x.must_arrive.isoformat() if x.must_arrive else "") for x in letters]
    if args.json:
        keys = ("letter", "format", "status", "must_arrive")
        print(json.dumps({"letters": [dict(zip(keys, row, strict=True)) for row in rows]}))
        return 0
    for number, form, status, day in rows:
        print(f"{number}  {form.replace('_', ' '):12} {status.replace('_', ' '):12} {day or 'no day'}")
    print(f"{len(rows)} open.")
    return 0


def _build(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import build_run, unfinished_runs

    for begun in unfinished_runs(machines):
        build_run(machines, begun.cut_off, args.actor)
        _say(args, {"run": begun.number, "carried_on": True}, f"{begun.number} was begun before; it is built now.")
    now = machines.local_time(machines.clock())
    cut_off = args.cut_off or now
    built = build_run(machines, cut_off if cut_off.tzinfo else cut_off.replace(tzinfo=now.tzinfo), args.actor)
    if built is None:
        _say(args, {"run": None}, "No letter is ready for paper.")
        return 0
    words = (
        f"{built.number}: {built.letter_count} letters in {built.piece_count} envelopes, {built.sheet_count} sheets, "
        f"{built.weight_grams / 1000:.1f} kg, £{built.cost_pence / 100:,.2f}. Release it: mailroom print-run release "
        f"{built.number}"
    )
    _say(args, _facts(built), words)
    return 0


def _release(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import release_run

    return _print_jobs(args, release_run(machines, _find(args.run), args.actor))


def _resume(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import resume_run

    return _print_jobs(args, resume_run(machines, _find(args.run), args.actor, args.file, args.from_sheet))


def _reconcile(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import balance_of, enter_counts, scan_mark, scan_tray, take_back_scan

    found = _find(args.run)
    seen = [scan_mark(machines, found, line, args.actor) for line in args.scans or () if line.strip()]
    for picture in args.tray:
        seen += scan_tray(machines, found, picture, args.actor)
    seen += [take_back_scan(machines, found, mark, args.actor) for mark in args.take_back]
    for count in args.count:
        file, _, pieces = count.rpartition("=")
        enter_counts(machines, found, file, int(pieces), args.actor)
    for scanned in seen:
        if scanned.result != "good" and not args.json:
            print(scanned.message, file=sys.stderr)
    return _print_balance(args, found, balance_of(found))


def _spoil(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import spoil

    piece = spoil(machines, _find(args.run), args.piece, args.actor)
    _say(args, {"piece": piece.number}, f"P{piece.number} is noted as spoiled. Ask for a reprint of it.")
    return 0


def _reprint(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import agree_reprint, ask_reprint, withdraw_reprint

    found = _find(args.run)
    if args.withdraw:
        withdraw_reprint(machines, found, args.piece, args.actor)
        _say(args, {"withdrawn": True}, "The request is withdrawn.")
        return 0
    if args.agree:
        return _print_jobs(args, [agree_reprint(machines, found, args.piece, args.actor)])
    if not args.reason:
        print("Say why: --reason 'torn by the enveloper'. A colleague then agrees with --agree.", file=sys.stderr)
        return 2
    asked = ask_reprint(machines, found, args.piece, args.actor, args.reason)
    _say(args, {"piece": asked.piece}, f"Asked for P{asked.piece}. A colleague agrees with --agree --as NAME.")
    return 0


def _close(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import close_run

    closed = close_run(machines, _find(args.run), args.actor)
    _say(args, _facts(closed), f"{closed.number} balances and is closed: {closed.letter_count} letters are posted.")
    return 0


def _abandon(machines: PrintMachines, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import abandon_run

    gone = abandon_run(machines, _find(args.run), args.actor, args.reason)
    _say(args, _facts(gone), f"{gone.number} is abandoned; its letters wait for the next run.")
    return 0


def _export(machines: PrintMachines, args: argparse.Namespace) -> int:
    found = _find(args.run)
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, key in found.outputs.items():
        with machines.store.path_for_reading(key) as path:
            shutil.copyfile(path, args.folder / name)
    _say(args, {"files": list(found.outputs)}, f"{len(found.outputs)} files are in {args.folder}.")
    return 0


_ACTIONS = {
    "build": _build, "release": _release, "resume": _resume, "reconcile": _reconcile, "spoil": _spoil,
    "reprint": _reprint, "close": _close, "abandon": _abandon, "export": _export,
}  # fmt: skip


def _list(args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.print_runs import files_of
    from mailroom.records.models import PrintRun

    if args.run:
        found = _find(args.run)
        if not args.json:
            for file in files_of(found):
                print(f"{file.name}: {file.pieces} pieces, {file.sheets} sheets, {file.stock}")
        return _print_jobs(args, list(found.jobs.all()))
    runs = list(PrintRun.objects.order_by("-pk")[:50])
    lines = [
        f"{r.number} {r.status}: {r.letter_count} letters, {r.piece_count} envelopes, £{r.cost_pence / 100:,.2f}"
        for r in runs
    ]
    _say(args, [_facts(r) for r in runs], "\n".join(lines) or "No run yet.")
    return 0


def _find(number: str) -> PrintRun:
    from mailroom.errors import Reject
    from mailroom.records.models import PrintRun

    digits = number.upper().removeprefix("R")
    found = PrintRun.objects.filter(pk=int(digits)).first() if digits.isdecimal() else None
    if found is None:
        raise Reject(f"{number}: there is no such run. `mailroom print-run list` names them.")
    return found


def _facts(found: PrintRun) -> dict[str, object]:
    names = ("number", "status", "cut_off", "letter_count", "piece_count", "sheet_count", "weight_grams", "cost_pence")
    return {name: getattr(found, name) for name in names}


def _print_jobs(args: argparse.Namespace, jobs: list[PrintJob]) -> int:
    names = ("name", "printer", "status", "first_sheet", "sheets", "taken", "problem")
    lines = [f"{j.name} on {j.printer}: {j.status}, {j.taken} of {j.sheets} sheets. {j.problem}".strip() for j in jobs]
    _say(args, [{name: getattr(job, name) for name in names} for job in jobs], "\n".join(lines))
    return 1 if any(job.problem for job in jobs) else 0


def _print_balance(args: argparse.Namespace, found: PrintRun, balance: Balance) -> int:
    from mailroom.outbound.steps.print_runs import describe

    words = f"{found.number}: {balance.good} of {balance.expected_pieces} pieces are good. "
    words += f"Close it: mailroom print-run close {found.number}" if balance.balances else describe(balance)
    facts = {"run": found.number, "balances": balance.balances, **dataclasses.asdict(balance)}
    _say(args, facts, words)
    return 0 if balance.balances else 1


def _say(args: argparse.Namespace, facts: object, words: str) -> None:
    print(json.dumps(facts, default=str) if args.json else words)
