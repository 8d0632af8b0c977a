"""Releasing a run to the printers, and carrying on from a sheet after one was out, refused or stopped half-way."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from mailroom.errors import Misconfigured, Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.print_jobs import RunFile, files_of, hand_over, look_at_printers
from mailroom.records.models import (
    Event,
    Letter,
    LetterStatus,
    PrintJob,
    PrintJobStatus,
    PrintRun,
    PrintRunStatus,
)


class NotReleasable(Review):
    """The run is not one that can be printed; the message says why and what to do."""


class NoSuchSheet(Review):
    """The sheet to carry on from is not in the file, or lies behind where the printer can have been."""


def release_run(machines: PrintMachines, run: PrintRun, actor: str) -> list[PrintJob]:
    """Check the run whole, then hand its files to the printers. Repeated, it hands over what is still waiting.

    Raises:
        NotReleasable: it is not built, or its letters and envelopes do not add up.
        Misconfigured: no printer takes one of its papers.
    """
    files = files_of(run)
    printers = {file.name: _printer(machines, file) for file in files}
    with transaction.atomic():
        released = PrintRun.objects.filter(pk=run.pk, status=PrintRunStatus.BUILT).update(
            status=PrintRunStatus.RELEASED, released_by=actor, released_at=machines.clock()
        )
        run.refresh_from_db()
        if released:
            _check(machines, run, files)
            for file in files:
                _job(machines, run, file, printers[file.name], actor)
            Event.record("print_run.released", run, actor=actor, files=len(files))
    if not run.status_now.can_be_reconciled:
        raise NotReleasable(f"{run.number} is {run.status}; only a built run can be released.")
    return hand_over(machines, run)


def resume_run(
    machines: PrintMachines, run: PrintRun, actor: str, file: str = "", from_sheet: int = 0
) -> list[PrintJob]:
    """Carry on: hand over what waits, and print the rest of files that stopped half-way, from the next sheet.

    from_sheet: the first sheet of `file` that is not in the tray; a person's word counts more than the printer's.

    A file whose printer did not count waits for that word.

    Raises:
        NoSuchSheet: that sheet is not in the file.
    """
    look_at_printers(machines, run)
    stopped = [j for j in run.jobs.filter(piece=0).order_by("file", "-sequence") if not j.status_now.is_settled]
    if file:
        stopped = [j for j in run.jobs.filter(piece=0, file=file).order_by("-sequence")[:1]]
        if not stopped:
            raise NoSuchSheet(f"{run.number} has no file '{file}'. `mailroom print-run list {run.number}` names them.")
    for job in stopped:
        if (job.status == PrintJobStatus.STOPPED and job.counted) or (file and from_sheet):
            _carry_on(machines, run, job, actor, from_sheet if file else 0)
    return hand_over(machines, run)


def _carry_on(machines: PrintMachines, run: PrintRun, job: PrintJob, actor: str, from_sheet: int) -> None:
    """A new job with the rest of the file."""
    whole = next(f for f in files_of(run) if f.name == job.file)
    start = from_sheet or job.first_sheet + job.taken
    if not 1 <= start <= whole.sheets + 1:
        raise NoSuchSheet(f"{job.file} has {whole.sheets} sheets; name one of them, or {whole.sheets + 1} for none.")
    with transaction.atomic():
        carried = (
            PrintJob.objects.filter(pk=job.pk)
            .exclude(status=PrintJobStatus.RESUMED)
            .update(status=PrintJobStatus.RESUMED, taken=max(start - job.first_sheet, 0))
        )
        if carried and start <= whole.sheets:
            _job(machines, run, whole, job.printer, actor, start, job.sequence + 1)
        Event.record("print_run.resumed", run, actor=actor, file=job.file, sheet=start)


def _check(machines: PrintMachines, run: PrintRun, files: Iterable[RunFile]) -> None:
    """Every letter of the run in one envelope, every envelope in a file, every file in the store as it was written."""
    letters = Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN)
    loose = letters.filter(mailpiece=None).count()
    total, pieces = letters.count(), run.pieces.count()
    if loose or total != run.letter_count or pieces != run.piece_count:
        raise NotReleasable(
            f"{run.number} does not add up: {total} letters and {pieces} envelopes on record, {run.letter_count} and "
            f"{run.piece_count} built, {loose} letters without an envelope. Abandon it and build again."
        )
    lost = [file.name for file in files if not machines.store.exists(run.outputs[file.name])]
    if lost:
        raise NotReleasable(f"{run.number}: {', '.join(lost)} is not in the store. Abandon the run and build again.")


def _printer(machines: PrintMachines, file: RunFile) -> str:
    name = machines.printer_for(file.stock)
    if not name:
        raise Misconfigured(
            f"config/printing.toml: no printer takes the paper '{file.stock}' of {file.name}. Add it to a [[printer]]."
        )
    return name


def _job(
    machines: PrintMachines, run: PrintRun, file: RunFile, printer: str, actor: str, start: int = 1, sequence: int = 1
) -> PrintJob:
    job, _ = PrintJob.objects.get_or_create(
        run=run,
        file=file.name,
        sequence=sequence,
        defaults={
            "first_sheet": start,
            "sheets": file.sheets - start + 1,
            "printer": printer,
            "asked_by": actor,
            "asked_at": machines.clock(),
        },
    )
    return job
