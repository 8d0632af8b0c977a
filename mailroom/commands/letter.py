"""`mailroom letter explain NUMBER`: why a letter goes the way it goes."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

import django

from mailroom.errors import MailroomError

if TYPE_CHECKING:
    from mailroom.records.models import Letter

NAME = "letter"
HELP = "Explain why a letter goes by email or on paper, in which format, and what became of it."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """explain NUMBER [--json]."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    explaining = actions.add_parser("explain", help="the rule, the reasons, and what they rested on")
    explaining.add_argument("number", metavar="NUMBER", help="L00000012")
    explaining.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print it; nothing printed names the person."""
    django.setup()
    from mailroom.records.mailing_figures import find_letter

    letter = find_letter(args.number)
    if letter is None:
        raise MailroomError(f"{args.number}: no such letter. They look like L00000012.")
    if args.json:
        print(json.dumps(_facts(letter)))
        return 0
    print(f"{letter.number} of {letter.mailing.number}: {letter.status.replace('_', ' ')}")
    if letter.channel:
        print(f"Goes by {letter.channel.replace('_', ' ')} as {letter.format.replace('_', ' ')}"
              f"{', Welsh and English' if letter.bilingual else ''}.")  # fmt: skip
    for number, reason in enumerate(letter.reasons, 1):
        print(f"  {number}. {reason}")
    print(f"Settled by rule '{letter.rule}', version {letter.rule_version} of the rules.")
    for event in _events(letter):
        print(f"  {event['at'][:16].replace('T', ' ')}  {event['kind']}")
    return 0


def _facts(letter: Letter) -> dict[str, object]:
    return {
        "letter": letter.number,
        "mailing": letter.mailing.number,
        "document_class": letter.mailing.document_class,
        "status": letter.status,
        "channel": letter.channel,
        "format": letter.format,
        "rule": letter.rule,
        "rule_version": letter.rule_version,
        "reasons": letter.reasons,
        "facts": letter.facts,
        "events": _events(letter),
    }


def _events(letter: Letter) -> list[dict[str, str]]:
    from mailroom.records.models import Event

    found = Event.objects.filter(subject="letter", subject_key=str(letter.pk)).order_by("at", "pk")
    return [{"at": e.at.isoformat(), "kind": e.kind, "actor": e.actor} for e in found]
