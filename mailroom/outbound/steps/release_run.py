"""Releasing a run to the printers, and carrying on after one was out, refused or stopped half-way.

A job is `sending` on record before the printer is spoken to and `sent` after it accepted. In between, a repeat asks the
printer for a job of that name first, so no file is printed twice; what is printed is carried on from a sheet.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Max, Min, Sum

from mailroom.errors import Misconfigured, Retry, Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.models import (
    Event,
    Letter,
    LetterStatus,
    PrintJob,
    PrintJobStatus,
    PrintRun,
    PrintRunStatus,
)
from mailroom.values.print_progress import PrintState

_TO_HAND_OVER = (PrintJobStatus.WAITING, PrintJobStatus.SENDING)


class NotReleasable(Review):
    """The run is not one that can be printed; the message says why and what to do."""


class NoSuchSheet(Review):
    """The sheet to carry on from is not in the file, or lies behind where the printer can have been."""


@dataclass(frozen=True, slots=True)
class RunFile:
    """A print file of a run, from its pieces."""

    name: str
    sheets: int
    pieces: int
    duplex: bool
    stock: str

    @property
    def sides_a_sheet(self) -> int:
        """Pages of the PDF to a sheet of paper."""
        return 2 if self.duplex else 1


def files_of(run: PrintRun) -> list[RunFile]:
    """The run's print files in the order of printing."""
    rows = (
        run.pieces.order_by()
        .values("file", "duplex", "stock")
        .annotate(sheets=Sum("sheets"), first=Min("number"), last=Max("number"))
        .order_by("first")
    )
    return [RunFile(r["file"], r["sheets"], r["last"] - r["first"] + 1, r["duplex"], r["stock"]) for r in rows]


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


def hand_over(machines: PrintMachines, run: PrintRun) -> list[PrintJob]:
    """Give every waiting job to its printer. A printer that is away or refuses leaves its jobs waiting, with why."""
    for job in run.jobs.filter(status__in=_TO_HAND_OVER).order_by("pk"):
        _hand_over(machines, run, job)
    return look_at_printers(machines, run)


def look_at_printers(machines: PrintMachines, run: PrintRun) -> list[PrintJob]:
    """Ask the printers how far they are, and note it. Returns every job of the run."""
    for job in run.jobs.filter(status=PrintJobStatus.SENT):
        _look(machines, job)
    jobs = list(run.jobs.order_by("pk"))
    _note_progress(run, jobs)
    return jobs


def resume_run(
    machines: PrintMachines, run: PrintRun, actor: str, file: str = "", from_sheet: int = 0
) -> list[PrintJob]:
    """Carry on: hand over what waits, and print the rest of files that stopped half-way, from the next sheet.

    from_sheet: the first sheet of `file` that is not in the tray; a person's word counts more than the printer's.

    Raises:
        NoSuchSheet: that sheet is not in the file.
        Review: the printer does not count, so a person has to say from which sheet.
    """
    look_at_printers(machines, run)
    stopped = [j for j in run.jobs.filter(piece=0).order_by("file", "-sequence") if not j.status_now.is_settled]
    if file:
        stopped = [j for j in run.jobs.filter(piece=0, file=file).order_by("-sequence")[:1]]
        if not stopped:
            raise NoSuchSheet(f"{run.number} has no file '{file}'. `mailroom print-run list {run.number}` names them.")
    for job in stopped:
        if job.status == PrintJobStatus.STOPPED or (file and from_sheet):
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


def _hand_over(machines: PrintMachines, run: PrintRun, job: PrintJob) -> None:
    """One job to its printer, unless the printer has it already or another process is just sending it."""
    now = machines.clock()
    tried_before = job.status == PrintJobStatus.SENDING
    if tried_before and not job.problem and job.tried_at and now - job.tried_at < machines.sending_takes:
        return
    mine = PrintJob.objects.filter(pk=job.pk, status=job.status, tries=job.tries).update(
        status=PrintJobStatus.SENDING, tries=job.tries + 1, tried_at=now, problem=""
    )
    if not mine:
        return
    printer = machines.printers[job.printer]
    try:
        ticket = printer.find(job.name) if tried_before else ""
        if not ticket:
            ticket = _send(machines, run, job)
    except (Retry, Review) as problem:
        PrintJob.objects.filter(pk=job.pk).update(problem=str(problem))
        return
    PrintJob.objects.filter(pk=job.pk).update(
        status=PrintJobStatus.SENT, ticket=ticket, problem="", sent_at=machines.clock()
    )
    Event.record("print_run.handed_over", run, file=job.file, sheet=job.first_sheet, printer=job.printer)


def _send(machines: PrintMachines, run: PrintRun, job: PrintJob) -> str:
    """The file, or its rest, to the printer; returns the ticket."""
    pieces = run.pieces.filter(number=job.piece) if job.piece else run.pieces.filter(file=job.file)
    duplex = pieces.values_list("duplex", flat=True)[0]
    printer = machines.printers[job.printer]
    key = run.outputs[job.file]
    with machines.store.path_for_reading(key) as path:
        _same_bytes(path, key, job.file)
        if job.first_sheet == 1:
            return printer.send(job.name, path, duplex)
        machines.work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{job.name}-", dir=machines.work) as folder:
            rest = Path(folder) / "rest.pdf"
            machines.files.cut(path, job.first_sheet, 2 if duplex else 1, rest)
            return printer.send(job.name, rest, duplex)


def _same_bytes(path: Path, key: str, file: str) -> None:
    with path.open("rb") as content:
        if hashlib.file_digest(content, "sha256").hexdigest() != key:
            raise NotReleasable(f"{file} in the store is not what was built and checked. Restore it from the backup.")


def _look(machines: PrintMachines, job: PrintJob) -> None:
    try:
        progress = machines.printers[job.printer].progress(job.ticket)
    except (Retry, Review) as away:
        PrintJob.objects.filter(pk=job.pk).update(problem=str(away))
        return
    match progress.state:
        case PrintState.DONE:
            changes = {"status": PrintJobStatus.DONE, "taken": job.sheets, "problem": ""}
        case PrintState.STOPPED:
            changes = {"status": PrintJobStatus.STOPPED, "taken": progress.sheets or 0, "problem": progress.reason}
        case _:
            changes = {"taken": progress.sheets or 0, "problem": progress.reason}
    PrintJob.objects.filter(pk=job.pk, status=PrintJobStatus.SENT).update(**changes)


def _note_progress(run: PrintRun, jobs: list[PrintJob]) -> None:
    """The run is printing once a printer has something, printed when all files are through."""
    of_files = [j for j in jobs if not j.piece]
    if of_files and all(j.status_now.is_settled for j in of_files):
        now = PrintRunStatus.PRINTED
    elif any(j.status not in _TO_HAND_OVER for j in of_files):
        now = PrintRunStatus.PRINTING
    else:
        now = PrintRunStatus.RELEASED
    open_ones = [s for s in PrintRunStatus if s.can_be_reconciled]
    PrintRun.objects.filter(pk=run.pk, status__in=open_ones).update(status=now)
    run.refresh_from_db()
