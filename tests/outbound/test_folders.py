from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.config.outgoing import PrintFolder
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import folders
from mailroom.outbound.steps.check import check_mailing
from mailroom.outbound.steps.folders import PrintFolderWatch
from mailroom.records.models import Mailing, MailingStatus, WatchedFile, WatchedFileStatus
from tests.outbound.machines import Clock
from tests.outbound.people import customer, row, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def watch(machines: OutboundMachines, tmp_path: Path) -> PrintFolderWatch:
    folder = PrintFolder(name="housing", path="out/housing", document_class="general_letter", template="general_letter")
    (tmp_path / "out" / "housing").mkdir(parents=True)
    return PrintFolderWatch(folder, machines, tmp_path / "spool", tmp_path / "done")


def _later(watch: PrintFolderWatch, **by: float) -> None:
    assert isinstance(watch.machines.clock, Clock)
    watch.machines.clock.later(**by)


def _drop(watch: PrintFolderWatch, name: str = "letters.csv") -> Path:
    return spreadsheet(watch.machines.data / "out" / "housing", row(customer("C1")), name=name)


def test_a_file_that_stands_still_becomes_a_mailing_of_the_folders_class_and_moves_to_the_dated_done_folder(
    watch: PrintFolderWatch,
) -> None:
    dropped = _drop(watch)
    content = dropped.read_bytes()
    assert watch.look() == 0
    _later(watch, seconds=6)
    assert watch.look() == 1
    mailing = Mailing.objects.get()
    assert (mailing.source, mailing.document_class, mailing.filename) == ("folder", "general_letter", "letters.csv")
    assert check_mailing(watch.machines, mailing.pk) == MailingStatus.READY
    assert not dropped.exists()
    assert (watch.done / "2026-11-23" / "housing" / "letters.csv").read_bytes() == content


def test_a_file_that_still_changes_waits_and_one_cut_off_raises_an_alarm(watch: PrintFolderWatch) -> None:
    path = watch.machines.data / "out" / "housing" / "letters.pdf"
    path.write_bytes(b"%PDF-1.7\nhalf of it")
    watch.look()
    _later(watch, seconds=6)
    assert watch.look() == 0
    assert WatchedFile.objects.get().status == WatchedFileStatus.SETTLING
    _later(watch, minutes=11)
    watch.look()
    sighting = WatchedFile.objects.get()
    assert (sighting.status, "ends in the middle" in sighting.problem) == (WatchedFileStatus.STUCK, True)
    assert path.exists()


@pytest.mark.parametrize("at", ["receive", "move_aside"])
def test_a_crash_while_a_file_is_taken_is_finished_at_the_next_look_and_the_file_goes_once(
    watch: PrintFolderWatch, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    _drop(watch)
    watch.look()
    _later(watch, seconds=6)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(folders if at == "receive" else folders.watch_folder, at, killed)
        watch.look()
    assert watch.look() == 1
    assert watch.look() == 0
    assert Mailing.objects.count() == 1
    assert WatchedFile.objects.get().status == WatchedFileStatus.TAKEN


def test_a_file_somebody_takes_away_again_is_no_longer_waited_for(watch: PrintFolderWatch) -> None:
    path = _drop(watch)
    watch.look()
    path.unlink()
    watch.look()
    assert WatchedFile.objects.get().status == WatchedFileStatus.GONE
