"""A run asked for at the desk: on record at once, then claimed and built by a worker, while a page says how far it is.

Asking twice is one run. A worker that dies leaves the job to another, which goes on from the claim; what neither holds
is put on again by the sweep, until it has been tried as often as a mailing would be.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import F

from mailroom.errors import MailroomError, Retry, Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.build_run import build_claimed, claim_letters, job_of, live_runs
from mailroom.outbound.steps.run_files import note_progress
from mailroom.records.models import BuildStage, Event, PrintRun, PrintRunStatus

_GRACE = dt.timedelta(seconds=10)
"""Long enough for a commit to reach the queue, so that the sweep does not race the ordinary way."""
_MADE = [s for s in PrintRunStatus if s.is_being_made]
STOPPED = "Building it was begun {} times and never finished. Look at the workers' log, then put it on again."


class NotBuilding(Review):
    """The run is built, or was taken apart, so there is nothing to put on again."""


def ask_for_run(machines: PrintMachines, cut_off: dt.datetime | None, actor: str) -> PrintRun:
    """The run of that cut-off, put on a queue to be built if it is new. None: now, or the one being made for now."""
    if cut_off is None:
        under_way = PrintRun.objects.filter(status__in=_MADE, built_by=actor, problem="").order_by("pk").last()
        if under_way is not None:
            return under_way
    now = machines.clock()
    with transaction.atomic():
        run, made = live_runs().get_or_create(
            cut_off=cut_off or now,
            defaults={"built_by": actor, "status": PrintRunStatus.ASKED, "asked_at": now},
        )
        if made:
            Event.record("print_run.asked", run, actor=actor)
            _put_on(machines, run)
    return run


def ask_again(machines: PrintMachines, run: PrintRun, actor: str) -> PrintRun:
    """Put a run whose building stopped on again. Raises NotBuilding."""
    with transaction.atomic():
        if not PrintRun.objects.filter(pk=run.pk, status__in=_MADE).update(problem="", asked_at=machines.clock()):
            raise NotBuilding(f"{run.number} is not being built.")
        Event.record("print_run.asked_again", run, actor=actor)
        _put_on(machines, run)
    return run


def build_asked(machines: PrintMachines, run_id: int, attempt: int) -> str:
    """Claim and build a run that was asked for; what a person must put right is kept on it. Returns its status.

    Raises:
        Retry: passing trouble; the job is repeated.
    """
    run = PrintRun.objects.get(pk=run_id)
    if not run.status_now.is_being_made or run.attempts != attempt:
        return run.status
    try:
        if run.status == PrintRunStatus.ASKED:
            note_progress(run, BuildStage.CLAIMING, 0, 0)
        claimed = claim_letters(machines, run.cut_off, run.built_by)
        if claimed is not None:
            build_claimed(machines, claimed, run.built_by)
        PrintRun.objects.filter(pk=run.pk).update(problem="")  # of an earlier attempt; it was got over
    except MailroomError as why:
        PrintRun.objects.filter(pk=run.pk, attempts=attempt).update(problem=str(why))
        if isinstance(why, Retry):
            raise
    return PrintRun.objects.get(pk=run_id).status


def sweep_runs(machines: PrintMachines) -> int:
    """Put on again the runs asked for that no engine holds. Returns how many."""
    asked_before = machines.clock() - _GRACE
    left = PrintRun.objects.filter(status__in=_MADE, attempts__gt=0, asked_at__lt=asked_before).order_by("pk")
    moved = 0
    for run in left:
        if machines.queues.is_unfinished(job_of(run)) or run.problem:
            continue
        if run.attempts >= machines.attempts:
            PrintRun.objects.filter(pk=run.pk).update(problem=STOPPED.format(run.attempts))
            Event.record("print_run.stuck", run, attempts=run.attempts)
            continue
        with transaction.atomic():
            _put_on(machines, run)
        moved += 1
    return moved


def _put_on(machines: PrintMachines, run: PrintRun) -> None:
    """Under a new attempt: the engine never runs the same name twice."""
    PrintRun.objects.filter(pk=run.pk).update(attempts=F("attempts") + 1)
    run.refresh_from_db()
    transaction.on_commit(partial(machines.queues.put_print_run, run.pk, run.attempts))
