"""`mailroom mailing ...`: check, hand in, follow, approve, hold and cancel mailings."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import django

from mailroom.errors import MailroomError, Reject

if TYPE_CHECKING:
    from mailroom.outbound.machines import OutboundMachines
    from mailroom.outbound.steps.submit import Handover
    from mailroom.records.models import Mailing
    from mailroom.values.attachment import GivenFile

NAME = "mailing"
HELP = "Hand letters in by spreadsheet or PDF, and follow, approve, pause, resume or cancel what was handed in."

_SHOWN = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """check, submit, status, approve, pause, resume, cancel."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, words in (("check", "say what is wrong with a file, and change nothing"), ("submit", "hand a file in")):
        handing = actions.add_parser(name, help=words)
        handing.add_argument("file", type=Path, help="CSV or XLSX with --template, or a PDF with letters")
        handing.add_argument("--class", dest="document_class", required=True, metavar="CODE", help="document class")
        handing.add_argument("--template", default="", metavar="CODE", help="letter template for a spreadsheet")
        handing.add_argument(
            "--attach", type=Path, action="append", default=[], metavar="PDF", help="goes with every letter"
        )
        handing.add_argument(
            "--attach-named", type=Path, metavar="PLACE", help="folder or ZIP of PDFs that rows name as 'attachment'"
        )
        handing.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "submit":
            _submit_arguments(handing)
    status = actions.add_parser("status", help="how far it has got; without a number, the latest")
    status.add_argument("number", nargs="?", metavar="NUMBER", help="of one mailing (default: all)")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    for name, words in (
        ("approve", "let a mailing go, as the second person"),
        ("pause", "stop what has not left"),
        ("resume", "let a paused mailing go on"),
        ("cancel", "cancel what has not left"),
    ):
        acting = actions.add_parser(name, help=words)
        acting.add_argument("number", metavar="NUMBER", help="M000012" + (", or L00000012" if name == "cancel" else ""))
        acting.add_argument("--as", dest="actor", required=True, metavar="NAME", help="who says so; kept on record")


def _submit_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="actor", required=True, metavar="NAME", help="who hands it in; kept on record")
    parser.add_argument("--title", default="", help="what people will know it by")
    parser.add_argument("--at", type=dt.datetime.fromisoformat, help="hold it until then, e.g. 2026-12-01T09:00")
    parser.add_argument("--must-arrive", type=dt.date.fromisoformat, help="the day it must be there by")
    parser.add_argument("--again", action="store_true", help="although the same file was handed in lately")


def run(args: argparse.Namespace) -> int:
    """0; 1 when the file has problems, or the mailing is not in a state for it."""
    django.setup()
    actions: Mapping[str, Callable[[argparse.Namespace], int]] = {
        "check": _check,
        "submit": _submit,
        "status": _status,
    }
    return actions.get(args.action, _act)(args)


def _check(args: argparse.Namespace) -> int:
    from mailroom.commands.progress import counting
    from mailroom.outbound.steps.attached import template_files
    from mailroom.outbound.steps.check import examine
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    if args.template:
        machines.template(args.template)
    files = (*template_files(machines, args.template), *_attachments(machines, args))
    kind = machines.kind(args.document_class)
    with counting("Checking", silent=args.json) as looked:
        examined = examine(machines, _file(args.file), kind, args.template, files, looked=looked)
    if args.json:
        answer = {"letters": examined.letter_count, "sound": examined.is_sound, "problems": examined.problems}
        print(json.dumps(answer))
    else:
        _tell(examined.problems)
        said = "Sound" if examined.is_sound else f"{examined.problem_count} problems; nothing of it can be queued"
        print(f"{args.file}: {examined.letter_count} letters. {said}.")
    return int(not examined.is_sound)


def _submit(args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.submit import receive
    from mailroom.records.models import MailingStatus
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    handover = dataclasses.replace(_handover(args), files=_attachments(machines, args))
    mailing = receive(machines, _file(args.file), handover, check_now=True)
    if args.json:
        print(json.dumps({"number": mailing.number, "status": mailing.status, "problems": mailing.problems}))
    else:
        _tell(mailing.problems)
        print(f"{mailing.number}: {mailing.letter_count} letters, {mailing.status.replace('_', ' ')}")
    return int(mailing.status == MailingStatus.REFUSED)


def _attachments(machines: OutboundMachines, args: argparse.Namespace) -> tuple[GivenFile, ...]:
    """The PDFs that were named, in the store."""
    from mailroom.gateways.pdf_bundle import pdfs_in
    from mailroom.outbound.steps.given_files import keep_all

    place: Path | None = args.attach_named
    named = sorted(place.glob("*.pdf")) if place and place.is_dir() else [place] if place else []
    chosen = [(path, True) for path in args.attach] + [(path, False) for path in named]
    return tuple(
        kept.file
        for path, everybody in chosen
        for kept in keep_all(machines, _file(path), path.name, pdfs_in, everybody=everybody)
    )


def _handover(args: argparse.Namespace) -> Handover:
    from django.utils import timezone

    from mailroom.outbound.steps.submit import Handover

    at = timezone.make_aware(args.at) if args.at and timezone.is_naive(args.at) else args.at
    source = "spreadsheet" if args.template else "pdf"
    return Handover(
        args.document_class,
        args.actor,
        source,
        title=args.title or args.file.name,
        template=args.template,
        scheduled_for=at,
        must_arrive=args.must_arrive,
        again=args.again,
    )


def _status(args: argparse.Namespace) -> int:
    from mailroom.records.mailing_figures import figures_of, latest_mailings

    if args.number is None:
        for mailing in latest_mailings():
            print(f"{mailing.number}  {mailing.status:18} {mailing.letter_count:>7}  {mailing.title}")
        return 0
    figures = figures_of(_mailing(args.number))
    if args.json:
        print(json.dumps(dataclasses.asdict(figures)))
        return 0
    print(f"{figures.number} {figures.title} ({figures.service}): {figures.status}, {figures.letters} letters")
    for heading, counts in (("Standing", figures.by_status), ("Format", figures.by_format), ("Why", figures.reasons)):
        for what, count in counts.items():
            print(f"  {heading:9} {count:>7}  {what.replace('_', ' ')}")
    return 0


def _act(args: argparse.Namespace) -> int:
    from mailroom.outbound.steps import mailings
    from mailroom.outbound.steps.mailings import NotNow
    from mailroom.records.mailing_figures import find_letter
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    try:
        if args.number.upper().startswith("L"):
            letter = find_letter(args.number)
            if letter is None or args.action != "cancel":
                raise Reject(f"{args.number}: no such letter, or this is not done to one letter.")
            mailings.cancel_letter(machines, letter.pk, args.actor)
            print(f"{letter.number}: cancelled")
            return 0
        mailing = _mailing(args.number)
        getattr(mailings, args.action)(machines, mailing.pk, args.actor)
    except NotNow as why:
        print(why)
        return 1
    mailing.refresh_from_db()
    print(f"{mailing.number}: {mailing.status.replace('_', ' ')}")
    return 0


def _file(path: Path) -> Path:
    if not path.is_file():
        raise Reject(f"{path}: there is no such file.")
    return path


def _mailing(number: str) -> Mailing:
    from mailroom.records.mailing_figures import find_mailing

    found = find_mailing(number)
    if found is None:
        raise MailroomError(f"{number}: no such mailing. They look like M000012; `mailroom mailing status` lists them.")
    return found


def _tell(problems: Iterable[Mapping[str, object]]) -> None:
    listed = list(problems)
    for problem in listed[:_SHOWN]:
        kind = " (warning)" if problem.get("warning") else ""
        print(f"  {_place_of(problem)}: {problem['message']}{kind}")
    if len(listed) > _SHOWN:
        print(f"  ... and {len(listed) - _SHOWN} more; --json lists them")


def _place_of(problem: Mapping[str, object]) -> str:
    """Row and column, page, or the attachment and its page."""
    if problem.get("file"):
        page = f", page {problem['page']}" if problem["page"] else ""
        row = f", of row {problem['row']}" if problem["row"] else ""
        return f"{problem['file']}{page}{row}"
    if problem["column"] == "page":
        return f"page {problem['row']}"
    if not problem["row"]:
        return "the file"
    return f"row {problem['row']}" + (f", {problem['column']}" if problem["column"] else "")
