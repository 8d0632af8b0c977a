"""Closing a run: only when every piece is accounted for; then its letters are posted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from mailroom.errors import Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.reconcile_run import balance_of, describe, must_be_open
from mailroom.records.models import Event, Letter, LetterStatus, PrintRun, PrintRunStatus, Reprint

_ROWS = 1000


class DoesNotBalance(Review):
    """Pieces are missing, doubled, spoiled or miscounted, so the run cannot close."""


def close_run(machines: PrintMachines, run: PrintRun, actor: str) -> PrintRun:
    """Close a run that balances: its letters are posted. Repeated, it changes nothing.

    Raises:
        DoesNotBalance: naming what is missing, doubled, spoiled or miscounted, or a reprint nobody agreed to yet.
    """
    if run.status == PrintRunStatus.POSTED:
        return run
    must_be_open(run)
    balance = balance_of(run)
    if not balance.balances:
        raise DoesNotBalance(f"{run.number} does not balance. {describe(balance)}")
    if Reprint.objects.filter(run=run, agreed_at=None).exists():
        raise DoesNotBalance(f"{run.number} has a reprint that nobody agreed to. Agree to it, or withdraw it.")
    now = machines.clock()
    with transaction.atomic():
        open_ones = [s for s in PrintRunStatus if s.can_be_reconciled]
        closed = PrintRun.objects.filter(pk=run.pk, status__in=open_ones).update(
            status=PrintRunStatus.POSTED, closed_by=actor, closed_at=now
        )
        if closed:
            keys = list(Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN).values_list("pk", flat=True))
            Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN).update(
                status=LetterStatus.POSTED, sent_at=now
            )
            _note_posted(run, keys, actor)
            Event.record("print_run.posted", run, actor=actor, letters=len(keys))
    run.refresh_from_db()
    return run


def _note_posted(run: PrintRun, keys: Iterable[int], actor: str) -> None:
    Event.objects.bulk_create(
        (
            Event(kind="letter.posted", subject="letter", subject_key=str(key), actor=actor, details={"run": run.pk})
            for key in keys
        ),
        batch_size=_ROWS,
    )
