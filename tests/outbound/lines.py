"""Driving the outgoing steps in the line's order, without the engine."""

from __future__ import annotations

from pathlib import Path

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import check, decide, email, match, parts
from mailroom.outbound.steps.submit import Handover, receive
from mailroom.records.models import Mailing


def handed_in(machines: OutboundMachines, path: Path, kind: str = "general_letter", **said: object) -> Mailing:
    template = said.pop("template", "" if path.suffix == ".pdf" else kind)
    handover = Handover(kind, actor="anna", source="web", template=str(template), **said)  # type: ignore[arg-type]
    return receive(machines, path, handover, check_now=True)


def decided(machines: OutboundMachines, mailing: Mailing) -> Mailing:
    match.match_positions(machines, mailing.pk, 1, mailing.letter_count)
    decide.decide_positions(machines, mailing.pk, 1, mailing.letter_count)
    return mailing


def run_line(machines: OutboundMachines, mailing: Mailing) -> Mailing:
    """What outbound/line.py does, step by step."""
    check.check_mailing(machines, mailing.pk)
    for first, last in parts.parts_to_match(machines, mailing.pk):
        match.match_positions(machines, mailing.pk, first, last)
    for first, last in parts.parts_to_decide(machines, mailing.pk):
        decide.decide_positions(machines, mailing.pk, first, last)
    for job in email.plan_emails(machines, mailing.pk, f"letters-{mailing.pk}-{mailing.attempts}"):
        email.send_letters(machines, job)
    mailing.refresh_from_db()
    return mailing
