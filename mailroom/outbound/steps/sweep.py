"""The sweep: finds outgoing work that a crash or a long outage left behind and puts it on the line again.

The record's status is the truth. What is due now (a scheduled mailing) is found the same way.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.email import give_to_jobs, waits_until
from mailroom.records.models import Event, Letter, LetterStatus, Mailing, MailingStatus

# Long enough for a commit to reach the queue, so that the sweep does not race the ordinary way.
_GRACE = dt.timedelta(seconds=10)
_MOST = 5000
_ON_ITS_WAY = [s for s in LetterStatus if s.is_on_its_way]


def sweep(machines: OutboundMachines) -> dict[str, int]:
    """One round. Returns how many mailings and emails were put on again, and how many mailings are done."""
    return {
        "mailings": _sweep_mailings(machines),
        "emails": _sweep_emails(machines),
        "done": close_finished(machines),
    }


def _sweep_mailings(machines: OutboundMachines) -> int:
    """Mailings still unchecked, or with letters nobody has decided, that the engine does not hold."""
    moved = 0
    for mailing in _left_behind(machines):
        if machines.queues.is_unfinished(f"mailing-{mailing.pk}-{mailing.attempts}"):
            continue
        with transaction.atomic():
            Mailing.objects.filter(pk=mailing.pk).update(attempts=F("attempts") + 1)
            transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts + 1))
        if mailing.attempts == machines.attempts:
            Event.record("mailing.stuck", mailing, attempts=mailing.attempts)
        moved += 1
    return moved


def _left_behind(machines: OutboundMachines) -> QuerySet[Mailing]:
    now = machines.clock()
    undecided = Letter.objects.filter(mailing=OuterRef("pk"), status=LetterStatus.QUEUED)
    due = Q(scheduled_for=None) | Q(scheduled_for__lte=now)
    unchecked = Q(status=MailingStatus.CHECKING)
    return Mailing.objects.filter(
        unchecked | (Q(status=MailingStatus.READY) & due & Exists(undecided)), submitted_at__lt=now - _GRACE
    ).order_by("pk")


def _sweep_emails(machines: OutboundMachines) -> int:
    """Letters to be emailed that no unfinished job holds, and whose wait after a failed try is over."""
    now = machines.clock()
    waiting = Letter.objects.filter(
        status__in=(LetterStatus.TO_EMAIL, LetterStatus.SENDING), mailing__status=MailingStatus.READY
    )
    held = {
        work
        for work in waiting.exclude(work="").values_list("work", flat=True).distinct()
        if machines.queues.is_unfinished(work)
    }
    free = waiting.exclude(work__in=held).filter(Q(decided_at=None) | Q(decided_at__lt=now - _GRACE)).order_by("pk")
    due = [x.pk for x in free[:_MOST] if (until := waits_until(machines, x)) is None or until <= now]
    for job in give_to_jobs(due, f"letters-again-{now:%Y%m%d%H%M%S%f}"):
        machines.queues.put_letter_emails(job)
    return len(due)


def close_finished(machines: OutboundMachines) -> int:
    """Mailings of which nothing is on its way any more are done. Returns how many."""
    open_letters = Letter.objects.filter(mailing=OuterRef("pk"), status__in=_ON_ITS_WAY)
    finished = Mailing.objects.filter(~Exists(open_letters), status=MailingStatus.READY, letter_count__gt=0)
    closed = 0
    for mailing in finished:
        if Mailing.objects.filter(pk=mailing.pk, status=MailingStatus.READY).update(status=MailingStatus.DONE):
            Event.record("mailing.done", mailing)
            closed += 1
    return closed
