"""Taking a file in: the original safe in the store first, then the batch on record, then the work on the queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.db import IntegrityError, transaction

from mailroom.inbound.machines import Machines
from mailroom.records.models import Batch, BatchStatus, Event
from mailroom.values.file_name import recordable

AHEAD = "scan_day_not_ahead"
"""What a date of receipt rests on where a sub-folder named a day still to come: the scan day, and a person is asked."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file came from and what is known of it before anybody opens it.

    received_from says what the date of receipt rests on: sub_folder, file_name, scan_day, mailbox, told, or AHEAD.
    claim: a key of this one taking-in; a second call with the same claim returns the same batch.
    """

    filename: str
    source: str
    received: dt.date
    received_from: str = "scan_day"
    scanner: str = ""
    policy: str = "auto"
    duplex: bool = False
    service: str = ""
    scanned_at: dt.datetime | None = None
    actor: str = "line"
    claim: str = ""


def take_in(path: Path, provenance: Provenance, machines: Machines) -> Batch:
    """Store the original, record the batch and put it on the line. The file itself is left where it is.

    The same bytes twice give a second batch of status `duplicate`, pointing at the first: recorded, never dropped,
    and not worked twice. Where the first was discarded, nobody has read them, so the second is set aside for a person.
    Safe to repeat under the same claim.

    Raises:
        Retry: the store is full or away; nothing is recorded.
    """
    digest = machines.store.put(path)
    with transaction.atomic():
        batch = _first_or_duplicate(digest, provenance)
        if batch.status == BatchStatus.RECEIVED:
            transaction.on_commit(partial(machines.queues.put_batch, batch.pk, batch.attempts))
    return batch


def _first_or_duplicate(digest: str, provenance: Provenance) -> Batch:
    mine = Batch.objects.filter(claim=provenance.claim).first() if provenance.claim else None
    if mine:
        return mine
    columns = {
        "claim": provenance.claim,
        "filename": recordable(provenance.filename)[-255:],
        "source": provenance.source,
        "scanner": provenance.scanner,
        "policy": provenance.policy,
        "duplex": provenance.duplex,
        "service": provenance.service,
        "received": provenance.received,
        "received_from": provenance.received_from,
        "scanned_at": provenance.scanned_at,
    }
    first = Batch.objects.filter(original=digest, duplicate_of=None).first()
    if first is None:
        try:
            with transaction.atomic():
                first = Batch.objects.create(original=digest, **columns)
            Event.record("batch.taken_in", first, actor=provenance.actor, source=provenance.source)
            return first
        except IntegrityError:
            first = Batch.objects.get(original=digest, duplicate_of=None)
    if provenance.claim and first.claim == provenance.claim:
        return first  # another worker took it in at the same moment
    worked = _worked(digest) or first
    status, reason = _of_one_known(worked)
    again = Batch.objects.create(
        original=digest,
        **columns,
        status=status,
        duplicate_of=worked,
        page_count=worked.page_count,
        reason=reason,
    )
    Event.record("batch.duplicate", again, actor=provenance.actor, of=worked.pk)
    return again


def _worked(digest: str) -> Batch | None:
    """The batch of these bytes that is, or still may be, read."""
    set_aside = (BatchStatus.DISCARDED, BatchStatus.DUPLICATE)
    return Batch.objects.filter(original=digest).exclude(status__in=set_aside).order_by("pk").first()


def _of_one_known(before: Batch) -> tuple[BatchStatus, str]:
    """Where a batch stands whose bytes came before, and why in a clerk's words."""
    came = f"The same file was taken in before as {before.number}"
    if before.status == BatchStatus.DISCARDED:
        asks = "which was discarded unread. Retry this one if it is to be read; else discard it as well."
        return BatchStatus.QUARANTINED, f"{came}, {asks}"
    if before.status == BatchStatus.QUARANTINED:
        return BatchStatus.DUPLICATE, f"{came}, which is in quarantine and not read. Put that one right and retry it."
    return BatchStatus.DUPLICATE, f"{came}. Nothing was read or sent twice."
