from __future__ import annotations

import datetime as dt
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from mailroom.errors import Retry
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.returns_folder import LOOK_AT, ReturnsFolder
from mailroom.records.models import FolderAway, Letter, LetterStatus, PrintRun
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF

pytestmark = pytest.mark.django_db


@pytest.fixture
def machines(tmp_path: Path) -> PrintMachines:
    return floor.machines(tmp_path, clock=lambda: dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))


@pytest.fixture
def folder(machines: PrintMachines, tmp_path: Path) -> ReturnsFolder:
    made = ReturnsFolder(machines, tmp_path / "returns", tmp_path / "done")
    made.look()
    return made


@pytest.fixture
def run(machines: PrintMachines) -> PrintRun:
    floor.letters(floor.mailing(), 4, format="standard")
    run = runs.build_run(machines, CUT_OFF, "robin")
    assert run is not None
    return floor.post(machines, run)


def _fronts(machines: PrintMachines, run: PrintRun, to: Path, *pages: int) -> None:
    """The windows of some envelopes, as a scanner with one side would give them."""
    (file,) = runs.files_of(run)
    with machines.store.path_for_reading(run.outputs[file.name]) as path, pikepdf.open(path) as pdf:
        kept = pikepdf.new()
        for page in pages:
            kept.pages.append(pdf.pages[page])
        kept.save(to)


def test_envelopes_scanned_into_their_reasons_folder_are_recorded_and_the_scan_is_kept(
    machines: PrintMachines, folder: ReturnsFolder, run: PrintRun
) -> None:
    _fronts(machines, run, folder.path / "gone_away" / "scan.pdf", 0, 2)
    _fronts(machines, run, folder.path / "refused" / "scan.pdf", 4)
    assert folder.look() == 3
    reasons = Letter.objects.filter(status=LetterStatus.RETURNED).values_list("return_reason", flat=True)
    assert sorted(reasons) == ["gone_away", "gone_away", "refused"]
    assert len(list(folder.done.rglob("scan.pdf"))) == 2
    assert folder.look() == 0


def test_a_scan_with_an_envelope_nobody_knows_waits_for_a_person(
    machines: PrintMachines, folder: ReturnsFolder, run: PrintRun
) -> None:
    _fronts(machines, run, folder.path / "gone_away" / "scan.pdf", 0, 1)
    assert folder.look() == 1
    assert [p.name for p in (folder.path / LOOK_AT).iterdir()] == ["gone_away-scan.pdf"]
    Image.new("L", (400, 300), 255).save(folder.path / "other" / "blank.png")
    (folder.path / "other" / "notes.pdf").write_bytes(b"%PDF-1.4 cut off")
    assert folder.look() == 0
    assert len(list((folder.path / LOOK_AT).iterdir())) == 3
    assert not list(folder.done.rglob("*.pdf"))
    waiting = {p: p.stat().st_mtime_ns for p in (folder.path / LOOK_AT).iterdir()}
    assert folder.look() == 0
    assert {p: p.stat().st_mtime_ns for p in (folder.path / LOOK_AT).iterdir()} == waiting


def test_a_file_that_is_still_being_written_is_left_alone(tmp_path: Path, run: PrintRun) -> None:
    quick = floor.machines(tmp_path, clock=lambda: dt.datetime.now(dt.UTC))
    folder = ReturnsFolder(quick, tmp_path / "returns", tmp_path / "done")
    folder.look()
    _fronts(quick, run, folder.path / "gone_away" / "scan.pdf", 0)
    assert folder.look() == 0
    assert (folder.path / "gone_away" / "scan.pdf").exists()


def test_nothing_is_made_in_the_empty_mount_point_of_a_share_that_is_off(folder: ReturnsFolder) -> None:
    share = folder.path.rename(folder.path.with_name("share"))
    folder.path.mkdir()
    with pytest.raises(Retry, match="Mount it"):
        folder.look()
    assert list(folder.path.iterdir()) == []
    assert FolderAway.objects.get().folder.startswith("returns on ")
    folder.path.rmdir()
    share.rename(folder.path)
    folder.look()
    assert not FolderAway.objects.exists()
