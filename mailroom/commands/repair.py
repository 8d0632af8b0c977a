"""`mailroom repair M000012 [REPAIR]`: what could be repaired in a refused mailing's PDF, and repairing it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import django

from mailroom.errors import Reject
from mailroom.values.repair import RepairKind

if TYPE_CHECKING:
    from mailroom.outbound.machines import OutboundMachines
    from mailroom.outbound.steps.repair import Offer
    from mailroom.records.models import Mailing

NAME = "repair"
HELP = "List the repairs that would help a refused mailing's PDF, or apply one; the file as it came is kept."
_WIDTH = 900


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A mailing, and a repair to apply."""
    parser.add_argument("number", metavar="NUMBER", help="M000012")
    parser.add_argument("repair", nargs="?", choices=[kind.value for kind in RepairKind], help="apply this one")
    parser.add_argument("--as", dest="actor", default="", metavar="NAME", help="who says so; needed to apply one")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="write a page before and after each repair")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """0; 1 when no repair helps, or the mailing is still refused after it."""
    django.setup()
    from mailroom.records.mailing_figures import find_mailing
    from mailroom.wiring.outbound import outbound_machines

    mailing, machines = find_mailing(args.number), outbound_machines()
    if mailing is None:
        raise Reject(f"{args.number}: no such mailing. They look like M000012; `mailroom mailing status` lists them.")
    return _apply(machines, mailing, args) if args.repair else _list(machines, mailing, args)


def _list(machines: OutboundMachines, mailing: Mailing, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.repair import offers
    from mailroom.records.models import MailingStatus

    found: tuple[Offer, ...] = ()
    if mailing.status == MailingStatus.REFUSED and not mailing.template:
        kind = machines.kind(mailing.document_class)
        found = offers(machines, mailing.pages_from, kind, mailing.repair_codes)
    if args.pictures:
        _draw(machines, mailing, found, args.pictures)
    if args.json:
        print(json.dumps([{"repair": o.kind, "words": o.words, "problems": o.problems} for o in found]))
    else:
        for offer in found:
            left = f"{offer.problems} problems and {offer.warnings} warnings would stay"
            print(f"{offer.kind}: {offer.words} {left}.")
        if not found:
            print(f"{mailing.number}: no repair would help.")
    return int(not found)


def _apply(machines: OutboundMachines, mailing: Mailing, args: argparse.Namespace) -> int:
    from mailroom.outbound.steps.check import check_mailing
    from mailroom.outbound.steps.repair import apply_repair
    from mailroom.records.models import MailingStatus

    if not args.actor:
        raise Reject("Say who repairs it: --as NAME.")
    apply_repair(machines, mailing.pk, RepairKind(args.repair), args.actor)
    status = check_mailing(machines, mailing.pk)
    mailing.refresh_from_db()
    if args.json:
        print(json.dumps({"number": mailing.number, "status": status, "problems": mailing.problems}))
    else:
        stopping = sum(not problem.get("warning") for problem in mailing.problems)
        print(f"{mailing.number}: {mailing.letter_count} letters, {status.replace('_', ' ')}, {stopping} problems")
    return int(status == MailingStatus.REFUSED)


def _draw(machines: OutboundMachines, mailing: Mailing, found: tuple[Offer, ...], folder: Path) -> None:
    """Two pictures for each repair, named by it."""
    from mailroom.config.reading import Limits
    from mailroom.gateways.page_picture import page_picture

    folder.mkdir(parents=True, exist_ok=True)
    for offer in found:
        for side, key, page in (
            ("before", mailing.pages_from, offer.page),
            ("after", offer.key, offer.page_after),
        ):
            with machines.store.path_for_reading(key) as path:
                picture = page_picture(path, page, 0, _WIDTH, Limits())
            (folder / f"{mailing.number}-{offer.kind}-{side}.png").write_bytes(picture)
