"""A run on a real IPP printer (ippeveprinter of CUPS) that jams, is switched off, and comes back."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import zxingcpp

from mailroom.gateways.printer import IppPrinter
from mailroom.outbound.steps import print_runs as runs
from mailroom.records.models import PrintJobStatus, PrintRunStatus
from mailroom.values.sheet_mark import SheetMark
from tests.ipp_server import ipp_server
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db


def _marks(path: Path, sheets: int) -> list[str]:
    """The margin marks of the first so many sheets of a duplex file."""
    with pdfium.PdfDocument(path) as pdf:
        pictures = [
            pdf[n * 2].render(scale=200 / 72, grayscale=True).to_pil() for n in range(min(sheets, len(pdf) // 2))
        ]
    read = [zxingcpp.read_barcodes(p, formats=zxingcpp.BarcodeFormat.DataMatrix) for p in pictures]
    return [next(iter({code.text for code in codes})) for codes in read]


def test_a_run_jammed_on_an_ipp_printer_and_carried_on_prints_every_sheet_once(tmp_path: Path) -> None:
    with ipp_server(tmp_path / "ipp") as server:
        machines = floor.machines(tmp_path, {"print-unit": IppPrinter(server.uri, 10)})
        floor.letters(floor.mailing(), 12, format="standard")
        run = runs.build_run(machines, CUT_OFF, "robin")
        assert run is not None
        server.jam_after(10)
        runs.release_run(machines, run, "robin")
        for _ in range(50):
            (job,) = runs.look_at_printers(machines, run)
            if job.status == PrintJobStatus.STOPPED:
                break
            time.sleep(0.1)
        assert job.taken == 5
        server.switch_off()
        (job, *_) = runs.resume_run(machines, run, "robin")
        assert run.status == PrintRunStatus.PRINTING
        server.clear_jam()
        server.switch_on()
        for _ in range(50):
            runs.resume_run(machines, run, "robin")
            if run.status == PrintRunStatus.PRINTED:
                break
            time.sleep(0.1)
        first, rest = server.received
        printed = Counter(_marks(first, 5)) + Counter(_marks(rest, 1000))
    expected = [
        SheetMark("WDC", run.pk, p.number, n, p.sheets).payload
        for p in run.pieces.all()
        for n in range(1, p.sheets + 1)
    ]
    assert printed == Counter(expected)
    for mark in printed:
        runs.scan_mark(machines, run, mark, "sam")
    runs.close_run(machines, run, "sam")
    assert run.status == PrintRunStatus.POSTED
