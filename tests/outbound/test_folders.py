from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from mailroom.config.outgoing import PrintFolder
from mailroom.errors import Retry
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import folders
from mailroom.outbound.steps.check import check_mailing
from mailroom.outbound.steps.folders import PrintFolderWatch
from mailroom.records import executors
from mailroom.records.models import FolderAway, Mailing, MailingStatus, WatchedFile, WatchedFileStatus
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


def _full(*_: object) -> Path:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_cannot_be_brought_in_holds_no_other_up_and_is_found_again(
    watch: PrintFolderWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(watch, "first.csv")
    watch.look()
    _later(watch, seconds=6)
    with monkeypatch.context() as disk:
        disk.setattr(folders.watch_folder, "bring_to_spool", _full)
        assert watch.look() == 0
    claimed = WatchedFile.objects.get()
    assert (claimed.status, "No space left" in claimed.problem) == (WatchedFileStatus.CLAIMED, True)
    spreadsheet(watch.machines.data / "out" / "housing", row(customer("C2")), name="second.csv")
    watch.look()
    _later(watch, seconds=6)
    watch.look()
    assert sorted(Mailing.objects.values_list("filename", flat=True)) == ["first.csv", "second.csv"]
    assert {p.name for p in (watch.machines.data / "out" / "housing").iterdir()} == {folders.watch_folder.MARK}


def test_one_claim_that_fails_again_does_not_keep_the_folder_from_being_looked_at(
    watch: PrintFolderWatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    WatchedFile.objects.create(
        folder="letters/housing", name="old.csv", status="claimed", claimed_as="0123.csv",
        first_seen=watch.machines.clock(), still_since=watch.machines.clock(),
    )  # fmt: skip
    watch.spool.mkdir()
    (watch.spool / "0123.csv").write_text("no spreadsheet of letters")
    monkeypatch.setattr(folders.watch_folder, "move_aside", _full)
    _drop(watch)
    watch.look()
    assert WatchedFile.objects.filter(name="letters.csv", status="settling").exists()


def test_another_processs_claims_are_left_to_it_while_it_lives(watch: PrintFolderWatch) -> None:
    _drop(watch)
    watch.look()
    other = executors.sign_on()
    watch.spool.mkdir()
    (watch.machines.data / "out" / "housing" / "letters.csv").rename(watch.spool / "0123.csv")
    WatchedFile.objects.update(status="claimed", claimed_as="0123.csv", claimed_by=other)
    assert watch.look() == 0
    executors.sign_off(other)
    assert watch.look() == 1


def test_an_empty_mount_point_of_a_print_folder_is_out_of_reach(watch: PrintFolderWatch) -> None:
    watch.look()
    (watch.machines.data / "out" / "housing" / folders.watch_folder.MARK).unlink()
    with pytest.raises(Retry, match="Mount it"):
        watch.look()
    assert FolderAway.objects.get().folder == f"letters/housing on {socket.gethostname()[:40]}"
    assert list((watch.machines.data / "out" / "housing").iterdir()) == []
