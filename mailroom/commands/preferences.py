"""`mailroom preferences import FILE` and `mailroom preferences show ID`: what people chose, and since when."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import django

from mailroom.errors import MailroomError

NAME = "preferences"
HELP = "Bring in choices of email, post and formats made elsewhere, or show a customer's."
_SHOWN = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """import FILE --as NAME; show ID."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="CSV: customer_id, choice, document_class, given_on, source")
    importing.add_argument("file", type=Path)
    importing.add_argument("--as", dest="actor", required=True, metavar="NAME", help="who says so; kept on record")
    showing = actions.add_parser("show", help="a customer's choices, and what they mean for each document class today")
    showing.add_argument("id", help="the customer number")


def run(args: argparse.Namespace) -> int:
    """0; 1 when rows were wrong, and then nothing was added."""
    django.setup()
    return _import(args.file, args.actor) if args.action == "import" else _show(args.id)


def _import(path: Path, actor: str) -> int:
    from django.utils import timezone

    from mailroom.config.site import load_site
    from mailroom.records.choice_import import import_choices

    classes = frozenset(c.code for c in load_site().document_classes.document_class)
    done = import_choices(path, timezone.localdate(), classes, actor)
    for line, problem in done.problems[:_SHOWN]:
        print(f"  line {line}: {problem}")
    if done.problems:
        print(f"{len(done.problems)} of {done.rows} rows are wrong; nothing was added.")
        return 1
    print(f"{done.rows} rows: {done.added} choices added, {done.known} on record before.")
    return 0


def _show(number: str) -> int:
    from mailroom.outbound.preference import decide_channel
    from mailroom.outbound.recipient_facts import facts_of
    from mailroom.records.recipients import recipients
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    found = recipients([number]).get(number)
    if found is None:
        raise MailroomError(f"{number}: no such customer.")
    for choice in found.choices:
        what = choice.document_class or "every class"
        print(f"{choice.given_on:%d/%m/%Y}  {choice.choice:12} {what:24} source: {choice.source}")
    for email in found.emails:
        state = "dead" if email.dead else f"{email.bounces} undelivered" if email.bounces else "good"
        print(f"Email address {email.key}: {'proven' if email.verified else 'not proven'}, {state}")
    print("\nA letter sent today would go:")
    today: dt.date = machines.today()
    for kind in machines.classes.document_class:
        decision = decide_channel(facts_of(found, (), "", matched=True), kind, today)
        print(f"  {kind.code:24} {decision.channel:9} {decision.format:12} {decision.reasons[-1]}")
    return 0
