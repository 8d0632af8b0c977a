"""Emails that came back: the mailbox is marked, and the letter prints in the next run."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.preference import BOUNCES_BACK_TO_PAPER
from mailroom.outbound.steps.decide import decide_again
from mailroom.records.models import ContactPoint, Event, Letter, LetterStatus, Mailing, MailingStatus
from mailroom.values.bounces import Bounce, read_bounces

_GONE_OUT = (LetterStatus.EMAILED, LetterStatus.DELIVERED, LetterStatus.SENDING)


def take_report(machines: OutboundMachines, raw: bytes) -> int:
    """Read one message that came to the letters' mailbox. Returns how many of our letters it says did not arrive.

    Anything else (an answer, a holiday note) reports nothing and is left in the mailbox's done folder.
    """
    return sum(_take(machines, bounce) for bounce in read_bounces(raw) if bounce.is_final)


def _take(machines: OutboundMachines, bounce: Bounce) -> bool:
    """One bounce; whether it was news. The same report read twice counts once."""
    found = Letter.objects.filter(message_id=bounce.message_id, status__in=_GONE_OUT) if bounce.message_id else None
    letter = found.select_related("mailing").first() if found is not None else None
    if letter is None:
        return False
    with transaction.atomic():
        mark_mailbox(machines, letter, permanent=bounce.is_permanent)
        print_instead(machines, letter, "letter.bounced", bounce.status)
    return True


def mark_mailbox(machines: OutboundMachines, letter: Letter, *, permanent: bool) -> None:
    """Count an undelivered email against the mailbox. From the second, or one that is for good, the person is back on
    paper, and the service finds that among the events of its letters."""
    points = ContactPoint.objects.filter(kind="email", value=letter.email)
    if letter.customer_id:
        points = points.filter(customer_id=letter.customer_id)
    points.update(bounces=F("bounces") + 1)
    if permanent:
        points.update(dead=True)
    for point in points.select_related("customer"):
        if point.dead or point.bounces >= BOUNCES_BACK_TO_PAPER:
            Event.record("customer.back_to_paper", point.customer, service=letter.mailing.service, letter=letter.pk)


def print_instead(machines: OutboundMachines, letter: Letter, event: str, status: str) -> None:
    """The letter's email did not arrive: decide it again without any mailbox, so that it goes by post.

    Its must-arrive date stays, so the print run takes a faster class where the day asks for it.
    """
    with transaction.atomic():
        moved = Letter.objects.filter(pk=letter.pk, status__in=_GONE_OUT).update(
            status=LetterStatus.TO_EMAIL, bounced_at=machines.clock(), sent_at=None, work="", problem=""
        )
        if moved:
            Mailing.objects.filter(pk=letter.mailing_id, status=MailingStatus.DONE).update(status=MailingStatus.READY)
            Event.record(event, letter, status=status, mailing=letter.mailing_id)
            decide_again(machines, Letter.objects.filter(pk=letter.pk))
