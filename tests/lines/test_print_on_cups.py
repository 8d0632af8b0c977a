"""A run through a real CUPS queue to a real IPP printer, with what goes wrong between them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailroom.gateways.printer import IppPrinter, PrinterAway
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.close_run import DoesNotBalance
from mailroom.records.models import PrintJob, PrintJobStatus, PrintRun, PrintRunStatus
from mailroom.values.print_progress import PrintState
from mailroom.values.sheet_mark import SheetMark
from tests.cups_queue import CupsQueue, cups_queue
from tests.gateways.letters import letter, set_all
from tests.ipp_server import IppServer, ipp_server
from tests.lines.test_print_on_ipp import _marks
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db


@pytest.fixture
def printer(tmp_path: Path) -> Iterator[IppServer]:
    with ipp_server(tmp_path / "ipp") as server:
        yield server


@pytest.fixture
def queue(printer: IppServer) -> Iterator[CupsQueue]:
    with cups_queue(printer.uri) as made:
        yield made


@pytest.fixture
def machines(tmp_path: Path, queue: CupsQueue) -> PrintMachines:
    return floor.machines(tmp_path, {"print-unit": IppPrinter(queue.uri, 10)})


@pytest.fixture
def document(tmp_path: Path) -> Path:
    set_all(tmp_path / "letters.pdf", letter(0), letter(1))
    return tmp_path / "letters.pdf"


def released(machines: PrintMachines) -> PrintRun:
    floor.letters(floor.mailing(), 12, format="standard")
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None
    runs.release_run(machines, run, "robin")
    return run


def until(look: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def expected(run: PrintRun) -> Counter[str]:
    return Counter(
        SheetMark("WDC", run.pk, p.number, n, p.sheets).payload
        for p in run.pieces.all()
        for n in range(1, p.sheets + 1)
    )


def test_a_run_printed_through_a_queue_arrives_whole_in_order_and_on_both_sides(
    machines: PrintMachines, printer: IppServer
) -> None:
    run = released(machines)
    until(lambda: runs.look_at_printers(machines, run)[0].status == PrintJobStatus.DONE)
    assert run.status == PrintRunStatus.PRINTED
    (arrived,) = printer.received
    marks = _marks(arrived, 1000)
    assert marks == [
        SheetMark("WDC", run.pk, p.number, n, p.sheets).payload
        for p in run.pieces.order_by("number")
        for n in range(1, p.sheets + 1)
    ]
    assert printer.sides == ["two-sided-long-edge"]


def test_whatever_the_queue_says_of_a_job_its_printer_gave_up_the_run_closes_only_when_every_sheet_was_seen_once(
    machines: PrintMachines, printer: IppServer
) -> None:
    """CUPS calls such a job canceled, or completed with too few sheets, or even completed with all of them."""
    printer.jam_after(10)
    run = released(machines)
    until(lambda: runs.look_at_printers(machines, run)[0].status in (PrintJobStatus.STOPPED, PrintJobStatus.DONE))
    (job,) = run.jobs.all()
    assert job.status == PrintJobStatus.DONE or not job.counted
    runs.resume_run(machines, run, "robin")
    assert PrintJob.objects.filter(run=run).count() == 1
    for mark in _marks(printer.received[0], 5):
        runs.scan_mark(machines, run, mark, "sam")
    with pytest.raises(DoesNotBalance):
        runs.close_run(machines, run, "sam")
    printer.clear_jam()
    runs.resume_run(machines, run, "robin", job.file, 6)
    until(lambda: all(j.status_now.is_settled for j in runs.look_at_printers(machines, run)))
    rest = _marks(printer.received[1], 1000)
    assert Counter(_marks(printer.received[0], 5)) + Counter(rest) == expected(run)
    for mark in rest:
        runs.scan_mark(machines, run, mark, "sam")
    runs.close_run(machines, run, "sam")
    assert run.status == PrintRunStatus.POSTED


def test_a_printer_that_is_off_gets_its_file_from_the_queue_when_it_is_on_again_and_once(
    machines: PrintMachines, printer: IppServer, queue: CupsQueue
) -> None:
    printer.switch_off()
    run = released(machines)
    time.sleep(1)
    assert runs.look_at_printers(machines, run)[0].status == PrintJobStatus.SENT
    printer.switch_on()
    until(lambda: runs.look_at_printers(machines, run)[0].status == PrintJobStatus.DONE, 60)
    assert Counter(_marks(printer.received[-1], 1000)) == expected(run)
    assert len(printer.received) == 1


def test_a_queue_that_was_stopped_keeps_the_file_and_one_that_rejects_jobs_is_tried_again(
    machines: PrintMachines, printer: IppServer, queue: CupsQueue, document: Path
) -> None:
    through = IppPrinter(queue.uri, 10)
    queue.tell("cupsdisable", "print-unit")
    ticket = through.send("held", document, True)
    assert through.progress(ticket).state is PrintState.WAITING
    assert through.find("held") == ticket
    queue.tell("cupsenable", "print-unit")
    until(lambda: through.progress(ticket).state is PrintState.DONE)
    queue.tell("cupsreject", "print-unit")
    with pytest.raises(PrinterAway):
        through.send("rejected", document, True)
    queue.tell("cupsaccept", "print-unit")
    assert through.find("rejected") == ""


def test_a_job_is_known_by_its_name_after_cupsd_was_restarted_and_one_that_is_down_is_away(
    queue: CupsQueue, document: Path
) -> None:
    through = IppPrinter(queue.uri, 10)
    ticket = through.send("R000042-DL-01-1", document, True)
    until(lambda: through.progress(ticket).state is PrintState.DONE)
    queue.stop()
    with pytest.raises(PrinterAway):
        through.find("R000042-DL-01-1")
    queue.start()
    assert through.find("R000042-DL-01-1") == ticket
    assert through.progress(ticket).state is PrintState.DONE
