"""`mailroom preferences import|show|what-if`: what people chose, since when, and what it would have changed."""

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
    """import FILE --as NAME; show ID; what-if MAILING."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    importing = actions.add_parser("import", help="CSV: customer_id, choice, document_class, given_on, source")
    importing.add_argument("file", type=Path, help="CSV of choices")
    importing.add_argument("--as", dest="actor", required=True, metavar="NAME", help="who says so; kept on record")
    showing = actions.add_parser("show", help="a customer's choices, and what they mean for each document class today")
    showing.add_argument("id", help="the customer number")
    asking = actions.add_parser("what-if", help="decide a past mailing again as if its class might be emailed")
    asking.add_argument("mailing", metavar="NUMBER", help="M000012")
    asking.add_argument("--consent-to-all", action="store_true", help="and each consent had been for every class")


def run(args: argparse.Namespace) -> int:
    """0; 1 when rows were wrong, and then nothing was added."""
    django.setup()
    if args.action == "what-if":
        return _what_if(args.mailing, args.consent_to_all)
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
    from mailroom.outbound.preference import decide_channel, still_counting
    from mailroom.outbound.recipient_facts import facts_of
    from mailroom.records.recipients import recipients
    from mailroom.wiring.outbound import outbound_machines

    machines = outbound_machines()
    since = machines.bounces_since()
    found = recipients([number]).get(number)
    if found is None:
        raise MailroomError(f"{number}: no such customer.")
    for choice in found.choices:
        what = choice.document_class or "every class"
        print(f"{choice.given_on:%d/%m/%Y}  {choice.choice:12} {what:24} source: {choice.source}")
    for email in found.emails:
        undelivered = still_counting(email.bounces, email.bounced_on, since)
        state = "dead" if email.dead else f"{undelivered} undelivered" if undelivered else "good"
        print(f"Email address {email.key}: {'proven' if email.verified else 'not proven'}, {state}")
    print("\nA letter sent today would go:")
    today: dt.date = machines.today()
    facts = facts_of(found, (), "", matched=True, bounces_since=since)
    for kind in machines.classes.document_class:
        decision = decide_channel(facts, kind, today)
        print(f"  {kind.code:24} {decision.channel:9} {decision.format:12} {decision.reasons[-1]}")
    return 0


def _what_if(number: str, consent_to_all: bool) -> int:
    from mailroom.outbound.steps.decide import WhatIf, what_if
    from mailroom.records.mailing_figures import find_mailing
    from mailroom.wiring.outbound import outbound_machines

    mailing = find_mailing(number)
    if mailing is None:
        raise MailroomError(f"{number}: no such mailing. They look like M000012.")
    world = WhatIf(frozenset({mailing.document_class}), consent_to_all)
    told = what_if(outbound_machines(), mailing.letters.all(), world)
    for channel in sorted({*told.before, *told.after}):
        print(f"  {channel:10} was {told.before.get(channel, 0):>7}, would have been {told.after.get(channel, 0):>7}")
    for (was, would), count in sorted(told.changed.items()):
        print(f"{count} letters would have gone by {would} instead of {was}.")
    return 0
