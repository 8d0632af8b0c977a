"""Discarding a quarantined batch: one person asks with a reason, a second agrees. The original stays in the store."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from mailroom.errors import Review
from mailroom.records.models import Batch, BatchStatus, Event

_ASKED = "batch.discard_asked"


class SecondPersonNeeded(Review):
    """The one who asked for the discard cannot agree to it."""


def asked_by(batch: Batch) -> Event | None:
    """The open wish to discard the batch, if there is one."""
    return Event.objects.filter(kind=_ASKED, subject="batch", subject_key=str(batch.pk)).order_by("-pk").first()


def all_asked(batches: Sequence[Batch]) -> dict[int, Event]:
    """The open wishes among many batches, by the batch's key, in one question to the database."""
    keys = [str(batch.pk) for batch in batches]
    wishes = Event.objects.filter(kind=_ASKED, subject="batch", subject_key__in=keys).order_by("pk")
    return {int(wish.subject_key): wish for wish in wishes}


def ask(batch: Batch, reason: str, actor: str) -> None:
    """Ask for the batch to be discarded."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk, status=BatchStatus.QUARANTINED).update(
            reason=f"{batch.reason} Discard asked for: {reason}"
        )
        Event.record(_ASKED, batch, actor=actor)


def agree(batch: Batch, actor: str) -> None:
    """Discard it.

    Raises:
        SecondPersonNeeded: nobody asked, or the same person did.
    """
    wish = asked_by(batch)
    if wish is None or wish.actor == actor:
        raise SecondPersonNeeded(f"{batch.number}: a second person has to agree before it is discarded.")
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk, status=BatchStatus.QUARANTINED).update(status=BatchStatus.DISCARDED)
        Event.record("batch.discarded", batch, actor=actor)
