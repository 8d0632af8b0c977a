"""The parts in which a mailing is worked: positions from and to, so that a killed worker loses one part's work only."""

from __future__ import annotations

from django.db.models import QuerySet

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.match import CHUNK
from mailroom.records.models import Letter, LetterStatus, Mailing, MailingStatus

_DECIDED_AT_ONCE = 1000


def lock_in_order(letters: QuerySet[Letter]) -> None:
    """Take these letters' rows for the transaction, in the one order in which every step takes them.

    A person pauses or cancels while the line decides and gives out emails: with rows taken in any order, each would
    wait for the other's, and PostgreSQL ends one of the two with an error.
    """
    for _ in letters.order_by("pk").select_for_update().values_list("pk", flat=True).iterator():
        pass


def parts_to_match(machines: OutboundMachines, mailing_id: int) -> list[list[int]]:
    """Parts of a mailing that is ready and due; none of one that waits for a person or its day."""
    return _parts(machines, mailing_id, CHUNK)


def parts_to_decide(machines: OutboundMachines, mailing_id: int) -> list[list[int]]:
    """The same in smaller parts."""
    return _parts(machines, mailing_id, _DECIDED_AT_ONCE)


def _parts(machines: OutboundMachines, mailing_id: int, size: int) -> list[list[int]]:
    mailing = Mailing.objects.get(pk=mailing_id)
    due = mailing.scheduled_for is None or mailing.scheduled_for <= machines.clock()
    if mailing.status != MailingStatus.READY or not due:
        return []
    waiting = Letter.objects.filter(mailing=mailing, status=LetterStatus.QUEUED).order_by("position")
    positions = list(waiting.values_list("position", flat=True))
    return [[positions[n], positions[min(n + size, len(positions)) - 1]] for n in range(0, len(positions), size)]
