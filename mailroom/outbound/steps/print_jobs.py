"""Print jobs: a file handed to its printer once, and how far the printer is with it.

A job is `sending` on record before the printer is spoken to and `sent` after it accepted. In between, a repeat asks the
printer for a job of that name first, so no file is printed twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Max, Min, Q, Sum

from mailroom.errors import Retry, Review
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.models import Event, PrintJob, PrintJobStatus, PrintRun, PrintRunStatus
from mailroom.values.print_progress import PrintProgress, PrintState

_TO_HAND_OVER = (PrintJobStatus.WAITING, PrintJobStatus.SENDING, PrintJobStatus.HELD)
_AGAIN_BY_ITSELF = (PrintJobStatus.WAITING, PrintJobStatus.SENDING)
_PAUSE = dt.timedelta(minutes=1)
"""Between two tries on a printer that was away."""


class NotAsBuilt(Review):
    """A file in the store is not the one that was built and checked, so no printer gets it."""


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


def hand_over(machines: PrintMachines, run: PrintRun) -> list[PrintJob]:
    """Give every waiting job to its printer. A printer that is away or refuses leaves its jobs waiting, with why."""
    for job in run.jobs.filter(status__in=_TO_HAND_OVER).order_by("pk"):
        _hand_over(machines, run, job)
    return look_at_printers(machines, run)


def patrol_printers(machines: PrintMachines) -> int:
    """A round: jobs of printers that were away are tried again, and every run in print is looked at. Returns the runs.

    What a printer refused, and what stopped half-way, waits for a person.
    """
    runs = PrintRun.objects.filter(status__in=(PrintRunStatus.RELEASED, PrintRunStatus.PRINTING))
    for run in runs:
        due = Q(tried_at=None) | Q(tried_at__lt=machines.clock() - _PAUSE)
        for job in run.jobs.filter(due, status__in=_AGAIN_BY_ITSELF).order_by("pk"):
            _hand_over(machines, run, job)
        look_at_printers(machines, run)
    return len(runs)


def look_at_printers(machines: PrintMachines, run: PrintRun) -> list[PrintJob]:
    """Ask the printers how far they are, and note it. Returns every job of the run."""
    for job in run.jobs.filter(status=PrintJobStatus.SENT):
        _look(machines, job)
    jobs = list(run.jobs.order_by("pk"))
    _note_progress(run, jobs)
    return jobs


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
    except Retry as away:
        PrintJob.objects.filter(pk=job.pk).update(problem=str(away))
        return
    except Review as refused:
        PrintJob.objects.filter(pk=job.pk).update(status=PrintJobStatus.HELD, problem=str(refused))
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
            raise NotAsBuilt(f"{file} in the store is not what was built and checked. Restore it from the backup.")


def _look(machines: PrintMachines, job: PrintJob) -> None:
    try:
        progress = machines.printers[job.printer].progress(job.ticket)
    except (Retry, Review) as away:
        PrintJob.objects.filter(pk=job.pk).update(problem=str(away))
        return
    PrintJob.objects.filter(pk=job.pk, status=PrintJobStatus.SENT).update(**_changes(job, progress))


def _changes(job: PrintJob, progress: PrintProgress) -> dict[str, object]:
    """What the printer's word changes on the job's record."""
    sheets = job.taken if progress.sheets is None else min(progress.sheets, job.sheets)
    if progress.state is PrintState.DONE and progress.sheets is not None and sheets < job.sheets and not job.piece:
        return {"status": PrintJobStatus.STOPPED, "counted": False, "taken": sheets, "problem": _too_few(job, sheets)}
    if progress.state is PrintState.DONE:
        return {"status": PrintJobStatus.DONE, "taken": job.sheets, "problem": ""}
    if progress.state is not PrintState.STOPPED:
        return {"taken": sheets, "problem": progress.reason}
    if progress.sheets is not None:
        return {"status": PrintJobStatus.STOPPED, "taken": sheets, "problem": progress.reason}
    asks = f"{progress.reason} Look at the last sheet in the tray, and resume with --file and --from-sheet.".strip()
    return {"status": PrintJobStatus.STOPPED, "counted": False, "problem": asks}


def _too_few(job: PrintJob, sheets: int) -> str:
    """A print server says 'done' too when the printer behind it gave the job up."""
    last = job.first_sheet + job.sheets
    return (
        f"The printer says it is done, but it counted {sheets} of {job.sheets} sheets. Look at the last sheet in the "
        f"tray, and resume with --file and --from-sheet: the first that is missing, or {last} if none is."
    )


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
