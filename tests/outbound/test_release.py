"""Runs on printers that are out, refuse, jam or lose their answer: every sheet is printed once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.release_run import NoSuchSheet
from mailroom.records.models import PrintJob, PrintJobStatus, PrintRun, PrintRunStatus
from mailroom.values.print_progress import PrintProgress, PrintState
from mailroom.values.sheet_mark import read_sheet_mark
from tests.outbound import print_floor as floor
from tests.outbound.fake_printer import FakePrinter
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db


@pytest.fixture
def printer(tmp_path: Path) -> FakePrinter:
    return FakePrinter(tmp_path / "tray")


@pytest.fixture
def machines(tmp_path: Path, printer: FakePrinter) -> PrintMachines:
    return floor.machines(tmp_path, {"print-unit": printer})


@pytest.fixture
def run(machines: PrintMachines) -> PrintRun:
    floor.letters(floor.mailing(), 15)
    built = runs.build_run(machines, CUT_OFF, "robin")
    assert built is not None
    return built


def _printed(printer: FakePrinter) -> Counter[str]:
    """How often each sheet lies in the tray, by the mark on it."""
    sheets: Counter[str] = Counter()
    for name, sheet in printer.tray:
        with pdfium.PdfDocument(printer.folder / f"{name}.pdf") as pdf:
            grey = pdf[(sheet - 1) * 2].render(scale=200 / 72, grayscale=True).to_pil()
        marks = {
            m.printed
            for code in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.DataMatrix)
            if (m := read_sheet_mark(code.text, "WDC"))
        }
        (mark,) = marks
        sheets[mark] += 1
    return sheets


def _each_once(run: PrintRun) -> Counter[str]:
    return Counter(f"R{run.pk} P{p.number} {n}/{p.sheets}" for p in run.pieces.all() for n in range(1, p.sheets + 1))


def test_a_whole_run_prints_every_sheet_once(machines: PrintMachines, printer: FakePrinter, run: PrintRun) -> None:
    runs.release_run(machines, run, "robin")
    assert run.status == PrintRunStatus.PRINTED
    assert _printed(printer) == _each_once(run)


def test_a_printer_that_is_out_leaves_the_run_waiting_and_resume_prints_it_once(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.away = True
    jobs = runs.release_run(machines, run, "robin")
    assert all("does not answer" in j.problem for j in jobs)
    assert run.status == PrintRunStatus.RELEASED
    printer.away = False
    runs.resume_run(machines, run, "robin")
    assert _printed(printer) == _each_once(run)


def test_a_printer_that_refuses_says_why_and_takes_the_run_once_it_is_put_right(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.refuses = True
    assert {j.problem for j in runs.release_run(machines, run, "robin")} == {
        "The printer refuses: no paper of that kind."
    }
    assert {j.status for j in PrintJob.objects.all()} == {PrintJobStatus.HELD}
    printer.refuses = False
    PrintJob.objects.update(tried_at=machines.clock() - dt.timedelta(hours=1))
    runs.patrol_printers(machines)
    assert printer.tray == []
    runs.resume_run(machines, run, "robin")
    assert _printed(printer) == _each_once(run)


def test_a_printer_that_was_away_gets_the_run_by_itself_once_it_is_back(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.away = True
    runs.release_run(machines, run, "robin")
    printer.away = False
    runs.patrol_printers(machines)
    assert printer.tray == []
    PrintJob.objects.update(tried_at=machines.clock() - dt.timedelta(minutes=2))
    runs.patrol_printers(machines)
    assert _printed(printer) == _each_once(run)
    run.refresh_from_db()
    assert run.status == PrintRunStatus.PRINTED


def test_a_lost_answer_does_not_print_a_file_twice(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.answers = False
    runs.release_run(machines, run, "robin")
    printer.answers = True
    runs.resume_run(machines, run, "robin")
    assert _printed(printer) == _each_once(run)


@pytest.mark.parametrize("jam", [0, 1, 2, 3])
def test_a_jam_is_carried_on_from_the_next_sheet(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun, jam: int
) -> None:
    printer.jam_after = jam
    jobs = runs.release_run(machines, run, "robin")
    assert PrintJobStatus.STOPPED in {j.status for j in jobs}
    printer.jam_after = None
    runs.resume_run(machines, run, "robin")
    assert run.status == PrintRunStatus.PRINTED
    assert _printed(printer) == _each_once(run)


def test_a_persons_word_counts_more_than_the_printers(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.jam_after = 2
    runs.release_run(machines, run, "robin")
    printer.tray = [(name, sheet) for name, sheet in printer.tray if sheet < 2]  # the second sheet was torn
    printer.jam_after = None
    for file in runs.files_of(run):
        runs.resume_run(machines, run, "robin", file.name, 2)
    assert _printed(printer) == _each_once(run)
    with pytest.raises(NoSuchSheet):
        runs.resume_run(machines, run, "robin", runs.files_of(run)[0].name, 999)
    with pytest.raises(NoSuchSheet):
        runs.resume_run(machines, run, "robin", "other.pdf", 1)


def test_two_people_resuming_at_once_send_a_job_once(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.away = True
    runs.release_run(machines, run, "robin")
    printer.away = False
    PrintJob.objects.update(problem="", tried_at=machines.clock())  # a colleague's process is just sending
    runs.resume_run(machines, run, "sam")
    assert printer.tray == []
    PrintJob.objects.update(tried_at=machines.clock() - dt.timedelta(minutes=11))  # it died
    runs.resume_run(machines, run, "sam")
    assert _printed(printer) == _each_once(run)


def test_a_printer_that_forgot_how_far_it_was_waits_for_a_persons_word(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.jam_after = 2
    runs.release_run(machines, run, "robin")
    PrintJob.objects.update(status=PrintJobStatus.SENT)
    printer.jobs = {n: PrintProgress(PrintState.STOPPED, None, "job unknown") for n in printer.jobs}
    printer.jam_after = None
    jobs = runs.resume_run(machines, run, "robin")
    assert len(jobs) == len(runs.files_of(run))
    assert all("--from-sheet" in j.problem for j in jobs)
    for file in runs.files_of(run):
        runs.resume_run(machines, run, "robin", file.name, min(3, file.sheets + 1))
    assert _printed(printer) == _each_once(run)


def test_a_queue_that_says_done_with_too_few_sheets_waits_for_a_persons_word(
    machines: PrintMachines, printer: FakePrinter, run: PrintRun
) -> None:
    printer.jam_after = 4
    runs.release_run(machines, run, "robin")
    PrintJob.objects.update(status=PrintJobStatus.SENT, problem="")
    printer.jobs = {n: PrintProgress(PrintState.DONE, 4) for n in printer.jobs}
    jobs = runs.look_at_printers(machines, run)
    short = [j for j in jobs if j.sheets > 4]
    assert short and {j.status for j in short} == {PrintJobStatus.STOPPED}
    assert all("counted 4 of" in j.problem and not j.counted for j in short)
    assert run.status == PrintRunStatus.PRINTING
    for job in short:
        runs.resume_run(machines, run, "robin", job.file, job.sheets + 1)
    assert run.status == PrintRunStatus.PRINTED
