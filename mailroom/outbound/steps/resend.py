"""A letter that came back by post, sent once more by email where its reader consented to that."""

from __future__ import annotations

from functools import partial

from django.db import transaction

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.decide import decide_positions
from mailroom.outbound.steps.email import give_to_jobs
from mailroom.records.models import Event, Letter, LetterStatus, Mailing, MailingStatus

RESENT_FROM = 1_000_000
"""Positions from here on are letters sent again: no mailing has a million rows, and a repeat meets the same one."""

_SAME = (
    "customer", "matched", "match_probability", "name", "reference", "client_reference", "fields", "address_lines",
    "postcode", "first_page", "page_count", "must_arrive", "attached", "attached_pages",
)  # fmt: skip


def email_instead(machines: OutboundMachines, letter: Letter) -> bool:
    """Put the letter on by email, if every rule of email is met now; whether it was. The posted one stays as it is."""
    with transaction.atomic():
        position = RESENT_FROM + letter.position
        again, made = Letter.objects.get_or_create(
            mailing=letter.mailing, position=position, defaults={name: getattr(letter, name) for name in _SAME}
        )
        if not made:
            return again.status != LetterStatus.WITHHELD
        decide_positions(machines, letter.mailing_id, position, position)
        again.refresh_from_db()
        if again.status != LetterStatus.TO_EMAIL:
            again.delete()
            return False
        # A mailing whose letters had all left is done; for this one more it is open again until the sweep closes it.
        Mailing.objects.filter(pk=letter.mailing_id, status=MailingStatus.DONE).update(status=MailingStatus.READY)
        Event.record("letter.resent", letter, by_email_as=again.pk)
        for job in give_to_jobs([again.pk], f"returned-{letter.pk}"):
            transaction.on_commit(partial(machines.queues.put_letter_emails, job))
    return True
