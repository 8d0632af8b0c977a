"""What a person may still do with a mailing or one letter: approve, schedule, pause, resume, cancel."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import F, QuerySet

from mailroom.errors import Review
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.decide import DECIDED, decide_again
from mailroom.outbound.steps.parts import lock_in_order
from mailroom.records.models import Event, Letter, LetterStatus, Mailing, MailingStatus
from mailroom.values.channel import Channel

_STOPPABLE = [s for s in LetterStatus if s.can_be_cancelled]
_PAUSABLE = (LetterStatus.QUEUED, LetterStatus.TO_EMAIL, LetterStatus.TO_PRINT)


class NotNow(Review):
    """The mailing is not in a state in which this can be done; the message tells the person why."""


def approve(machines: OutboundMachines, mailing_id: int, actor: str) -> Mailing:
    """Let it go. The second person must be another than the one who handed it in. Raises NotNow."""
    mailing = Mailing.objects.get(pk=mailing_id)
    if mailing.submitted_by == actor:
        raise NotNow(f"{mailing.number}: you handed this mailing in, so somebody else must approve it.")
    _turn(
        machines, mailing, MailingStatus.AWAITING_APPROVAL, MailingStatus.READY, actor, "mailing.approved",
        approved_by=actor, approved_at=machines.clock(),
    )  # fmt: skip
    return mailing


def schedule(machines: OutboundMachines, mailing_id: int, at: dt.datetime | None, actor: str) -> Mailing:
    """Hold it until then; None lets it go at once. Only while none of its letters has been decided. Raises NotNow."""
    mailing = Mailing.objects.get(pk=mailing_id)
    waiting = (MailingStatus.CHECKING, MailingStatus.AWAITING_APPROVAL, MailingStatus.READY)
    if mailing.status not in waiting or mailing.letters.exclude(status=LetterStatus.QUEUED).exists():
        raise NotNow(f"{mailing.number}: its letters are on their way, so its day cannot be changed. Pause it instead.")
    with transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(scheduled_for=at)
        Event.record("mailing.scheduled", mailing, actor=actor, at=at.isoformat() if at else "")
        if at is None and mailing.status == MailingStatus.READY:
            _put_on(machines, mailing)
    mailing.refresh_from_db()
    return mailing


def pause(machines: OutboundMachines, mailing_id: int, actor: str) -> int:
    """Stop everything of it that has not left. Returns how many letters stand still. Raises NotNow."""
    mailing = Mailing.objects.get(pk=mailing_id)
    with transaction.atomic():
        _set(mailing, MailingStatus.READY, MailingStatus.PAUSED, actor, "mailing.paused")
        standing = mailing.letters.filter(status__in=_PAUSABLE)
        lock_in_order(standing)
        return standing.update(status=LetterStatus.PAUSED, work="")


def resume(machines: OutboundMachines, mailing_id: int, actor: str) -> int:
    """Let it go on; what became known meanwhile counts. Returns how many letters. Raises NotNow."""
    mailing = Mailing.objects.get(pk=mailing_id)
    with transaction.atomic():
        _set(mailing, MailingStatus.PAUSED, MailingStatus.READY, actor, "mailing.resumed")
        standing = mailing.letters.filter(status=LetterStatus.PAUSED)
        count = standing.filter(decided_at=None).update(status=LetterStatus.QUEUED)
        for channel in (Channel.EMAIL, Channel.PRINT):
            count += standing.filter(channel=channel).update(status=DECIDED[channel])
        decide_again(machines, mailing.letters.all())
        _put_on(machines, mailing)
    return count


def cancel(machines: OutboundMachines, mailing_id: int, actor: str) -> int:
    """Cancel all of it that has not left. Returns how many letters. Raises NotNow when nothing can be stopped."""
    mailing = Mailing.objects.get(pk=mailing_id)
    if not MailingStatus(mailing.status).can_be_cancelled:
        raise NotNow(f"{mailing.number}: is {mailing.status}; there is nothing left to cancel.")
    with transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(status=MailingStatus.CANCELLED)
        count = _stop(mailing.letters.all())
        Event.record("mailing.cancelled", mailing, actor=actor, letters=count)
    return count


def cancel_letter(machines: OutboundMachines, letter_id: int, actor: str) -> None:
    """Cancel one letter. Raises NotNow once a printer or mail server may have it."""
    letter = Letter.objects.select_related("mailing").get(pk=letter_id)
    with transaction.atomic():
        if not _stop(Letter.objects.filter(pk=letter.pk)):
            raise NotNow(f"{letter.number}: is {letter.status.replace('_', ' ')}; it can no longer be stopped.")
        Event.record("letter.cancelled", letter, actor=actor, mailing=letter.mailing_id)
        left = letter.mailing.letters.exclude(status=LetterStatus.CANCELLED).exists()
        if not left:
            Mailing.objects.filter(pk=letter.mailing_id).update(status=MailingStatus.CANCELLED)


def _stop(letters: QuerySet[Letter]) -> int:
    stoppable = letters.filter(status__in=_STOPPABLE)
    lock_in_order(stoppable)
    return stoppable.update(status=LetterStatus.CANCELLED, work="")


def _turn(
    machines: OutboundMachines, mailing: Mailing, was: str, now: str, actor: str, event: str, **columns: object
) -> None:
    with transaction.atomic():
        _set(mailing, was, now, actor, event, **columns)
        _put_on(machines, mailing)


def _set(mailing: Mailing, was: str, now: str, actor: str, event: str, **columns: object) -> None:
    """From one status to another, if nobody was quicker. Raises NotNow."""
    if not Mailing.objects.filter(pk=mailing.pk, status=was).update(status=now, **columns):
        mailing.refresh_from_db()
        raise NotNow(f"{mailing.number}: is {mailing.status.replace('_', ' ')}, not {was.replace('_', ' ')}.")
    mailing.refresh_from_db()
    Event.record(event, mailing, actor=actor)


def _put_on(machines: OutboundMachines, mailing: Mailing) -> None:
    """Under a new attempt: the engine never runs the same name twice."""
    Mailing.objects.filter(pk=mailing.pk).update(attempts=F("attempts") + 1)
    mailing.refresh_from_db()
    transaction.on_commit(partial(machines.queues.put_mailing, mailing.pk, mailing.attempts))
