"""The watch folders on real disks: who takes a file, when, and what its place says."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from mailroom.gateways import watch_folder
from mailroom.inbound.steps.found_again import take_in_spooled
from mailroom.inbound.steps.watch import Watcher
from mailroom.records import executors
from mailroom.records.models import Batch, Executor, WatchedFile
from tests.inbound.line_machines import NOON
from tests.lines.watched_folders import Scene, scene, settle

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def across_disks(tmp_path: Path) -> Iterator[Scene]:
    """The spool on another disk than the watch folder."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk")
    spool = shared / f"mailroom-{uuid.uuid4().hex}"
    try:
        yield Scene(tmp_path, spool)
    finally:
        shutil.rmtree(spool, ignore_errors=True)


def test_a_file_is_taken_once_it_is_still_and_then_lies_in_the_dated_done_folder(scene: Scene) -> None:
    scene.drop("a.pdf")
    watcher = scene.watcher()
    assert watcher.look().taken == 0
    scene.after(4)
    assert watcher.look().taken == 1
    assert (scene.data / "done" / "2026-11-25" / "scanner-1" / "a.pdf").exists()
    assert Batch.objects.get().filename == "a.pdf"
    assert [p.name for p in scene.folder.iterdir()] == [watch_folder.MARK]


def test_sub_folders_carry_the_service_and_the_day_of_receipt_and_so_may_the_name(scene: Scene) -> None:
    scene.drop("parking/2026-11-20/a.pdf", "one\nEND")
    scene.drop("Council Tax/b.pdf", "two\nEND")
    scene.drop("0042_20261123.pdf", "three\nEND")
    scene.drop("plans_20301123.pdf", "of a day to come\nEND")
    scene.drop("2030-11-20/d.pdf", "in a folder of a day to come\nEND")
    assert settle(scene, scene.watcher()) == 5
    found = {b.filename: (b.service, b.received.isoformat(), b.received_from) for b in Batch.objects.all()}
    assert found == {
        "a.pdf": ("parking", "2026-11-20", "sub_folder"),
        "b.pdf": ("council_tax", "2026-11-25", "scan_day"),
        "0042_20261123.pdf": ("", "2026-11-23", "file_name"),
        "plans_20301123.pdf": ("", "2026-11-25", "scan_day"),
        "d.pdf": ("", "2026-11-25", "scan_day_not_ahead"),
    }


def test_a_file_still_being_written_waits_is_an_alarm_after_ten_minutes_and_taken_when_whole(scene: Scene) -> None:
    path = scene.drop("a.pdf", "a lett")
    watcher = scene.watcher()
    assert settle(scene, watcher) == 0
    assert scene.alarms() == []
    scene.after(601)
    watcher.look()
    assert scene.alarms() == ["The file is cut off."]
    assert path.exists()
    path.write_text("a letter, whole\nEND")
    assert settle(scene, watcher) == 1
    assert scene.alarms() == []


def test_a_file_that_never_stops_changing_is_an_alarm_and_stays(scene: Scene) -> None:
    watcher = scene.watcher()
    for n in range(302):
        path = scene.drop("a.pdf", f"grows {'x' * n}\nEND")
        watcher.look()
        scene.after(2)
    assert scene.alarms() == ["The file has not stopped changing. Check the scanner."]
    assert path.exists()


def test_a_link_is_an_alarm_and_never_followed(scene: Scene) -> None:
    (scene.data / "secret.pdf").write_text("secret\nEND")
    (scene.folder / "a.pdf").symlink_to(scene.data / "secret.pdf")
    assert settle(scene, scene.watcher()) == 0
    assert "a link to a file elsewhere" in scene.alarms()[0]
    assert not Batch.objects.exists()


def test_a_file_somebody_took_away_again_is_no_longer_waited_for(scene: Scene) -> None:
    path = scene.drop("a.pdf", "half")
    watcher = scene.watcher()
    watcher.look()
    scene.after(700)
    watcher.look()
    path.unlink()
    watcher.look()
    assert scene.alarms() == []
    assert WatchedFile.objects.get().status == "gone"


def test_one_file_that_cannot_be_moved_does_not_stop_the_others(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.drop("bad.pdf", "bad\nEND")
    scene.drop("good.pdf", "good\nEND")
    really = watch_folder.claim

    def claim(folder: Path, seen: Any, spool: Path, name: str) -> Path:
        if seen.name == "bad.pdf":
            raise OSError("the share says no")
        return really(folder, seen, spool, name)

    monkeypatch.setattr(watch_folder, "claim", claim)
    assert settle(scene, scene.watcher()) == 1
    assert [b.filename for b in Batch.objects.all()] == ["good.pdf"]
    monkeypatch.undo()
    assert scene.watcher().look().taken >= 0
    scene.after(4)
    Executor.objects.update(ended_at=scene.now)
    watcher = scene.watcher()
    watcher.look()
    scene.after(4)
    watcher.look()
    assert sorted(b.filename for b in Batch.objects.all()) == ["bad.pdf", "good.pdf"]


def test_a_spool_on_another_disk_gets_a_whole_copy_before_the_file_goes(across_disks: Scene) -> None:
    across_disks.drop("a.pdf")
    assert settle(across_disks, across_disks.watcher()) == 1
    assert (across_disks.data / "done" / "2026-11-25" / "scanner-1" / "a.pdf").read_text() == "a letter\nEND"
    assert not list(across_disks.spool.iterdir())


def test_a_claim_cut_short_is_finished_by_another_only_when_its_owner_is_gone(scene: Scene) -> None:
    scene.drop("a.pdf")
    dead = scene.watcher()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    object.__setattr__(dead, "_bring_in", dies)
    dead.look()
    scene.after(4)
    with pytest.raises(KeyboardInterrupt):
        dead.look()
    other = scene.watcher()
    assert other.look().taken == 0
    executors.sign_off(dead.me)
    assert other.look().taken == 1
    assert Batch.objects.count() == 1


def test_many_watchers_on_one_folder_take_each_file_once(scene: Scene) -> None:
    for n in range(6):
        scene.drop(f"{n}.pdf", f"letter {n}\nEND")
    watchers = [scene.watcher() for _ in range(3)]
    watchers[0].look()
    scene.after(4)
    start = Barrier(3)

    def look(watcher: Watcher) -> None:
        """As the rounds do: what the database could not do at this look, the next one does."""
        start.wait()
        try:
            for _ in range(5):
                with contextlib.suppress(OperationalError):
                    watcher.look()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(look, watchers))
    for watcher in watchers:
        watcher.look()
    assert sorted(b.filename for b in Batch.objects.all()) == [f"{n}.pdf" for n in range(6)]
    assert not Batch.objects.exclude(duplicate_of=None).exists()
    assert len(list((scene.data / "done" / "2026-11-25" / "scanner-1").iterdir())) == 6


def test_a_file_claimed_while_the_spool_is_full_is_an_alarm_and_is_taken_when_there_is_room(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.drop("a.pdf")
    watcher = scene.watcher()

    def full(*_: object) -> Path:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(watch_folder, "bring_to_spool", full)
        assert settle(scene, watcher) == 0
        scene.after(901)
        assert watcher.look().taken == 0
    (alarm,) = scene.alarms()
    assert "No space left on device" in alarm and ".mailroom-" in alarm
    assert watcher.look().taken == 1
    assert scene.alarms() == []
    assert Batch.objects.get().filename == "a.pdf"
    assert [p.name for p in scene.folder.iterdir()] == [watch_folder.MARK]


def test_a_file_replaced_while_it_is_claimed_is_taken_as_well_as_the_one_in_its_place(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scene.drop("a.pdf", "the first\nEND")
    watcher = scene.watcher()
    watcher.look()
    scene.after(4)
    really = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self == path:
            path.write_text("the first, and more of it\nEND")
            moved = really(self, target)
            path.write_text("the next scan\nEND")
            return moved
        return really(self, target)

    with monkeypatch.context() as busy:
        busy.setattr(Path, "rename", rename)
        assert watcher.look().taken == 0
    for _ in range(3):
        scene.after(4)
        watcher.look()
    assert sorted(b.filename for b in Batch.objects.all()) == ["a (2).pdf", "a.pdf"]
    assert [p.name for p in scene.folder.iterdir()] == [watch_folder.MARK]


def test_a_file_hidden_by_a_claim_that_is_on_no_record_is_found_again(scene: Scene) -> None:
    scene.drop(".mailroom-0123.pdf", "hidden before the database was restored\nEND")
    watcher = scene.watcher()
    watcher.look()
    assert settle(scene, watcher) == 1
    assert Batch.objects.get().filename == "found-again-0123.pdf"
    assert "on no record" in scene.alarms()[0] and "found-again-0123.pdf" in scene.alarms()[0]
    scene.now = timezone.now() + dt.timedelta(days=1, minutes=1)
    assert scene.alarms() == []


def test_a_scan_that_lies_in_the_spool_on_no_record_is_taken_in_once_and_said(scene: Scene) -> None:
    """The records were restored from yesterday's backup; the spool is as it was when the machine went down."""
    scene.spool.mkdir()
    claim = f"{uuid.uuid4().hex}.pdf"
    (scene.spool / claim).write_text("claimed before the restore\nEND")
    os.utime(scene.spool / claim, (NOON.timestamp() - 86400 * 2,) * 2)
    (scene.spool / f"{uuid.uuid4().hex}.pdf.copy").write_text("half")
    assert take_in_spooled(scene.machines, watch_folder.move_aside) == 1
    assert take_in_spooled(scene.machines, watch_folder.move_aside) == 0
    batch = Batch.objects.get()
    assert (batch.filename, batch.received) == (f"found-again-{claim}", dt.date(2026, 11, 23))
    assert (scene.data / "done" / "2026-11-25" / "spool" / f"found-again-{claim}").exists()
    assert f"found-again-{claim}" in scene.alarms()[0]


def test_a_claim_on_another_machine_is_not_given_up_when_its_scanner_uses_the_name_again(scene: Scene) -> None:
    """The other machine went down with the scan in its own spool; here only its record is known."""
    path = scene.drop("scan.pdf", "the first\nEND")
    watcher = scene.watcher()
    watcher.look()
    Executor.objects.create(id="gone", host="mail-2", pid=1, ended_at=NOON)
    claim = f"{uuid.uuid4().hex}.pdf"
    WatchedFile.objects.update(status="claimed", claimed_as=claim, claimed_by="gone")
    elsewhere = path.rename(scene.data / "the other machine's spool")
    scene.drop("scan.pdf", "the second scan\nEND")
    for _ in range(3):
        scene.after(4)
        watcher.look()
    assert [b.filename for b in Batch.objects.all()] == ["scan.pdf"]
    scene.after(901)
    assert "in the spool of the machine mail-2: start Mailroom there" in scene.alarms()[0]
    elsewhere.rename(scene.spool / claim)
    assert watcher.look().taken == 1
    assert {b.filename for b in Batch.objects.all()} == {"scan.pdf", f"scan (claim {claim[:8]}).pdf"}
    assert scene.alarms() == []


def test_a_file_that_vanished_while_it_was_claimed_is_said_to_be_nowhere(scene: Scene) -> None:
    path = scene.drop("a.pdf")
    watcher = scene.watcher()
    watcher.look()
    WatchedFile.objects.update(status="claimed", claimed_as="0123.pdf", claimed_by=watcher.me)
    path.unlink()
    watcher.look()
    scene.after(901)
    number = WatchedFile.objects.get().number
    assert scene.alarms() == [
        "It is neither in its folder nor in the spool. Ask who moved it, and scan the paper again. "
        f"If it is lost for good: `mailroom lost-file {number}`."
    ]


def test_a_folder_that_lets_nothing_be_taken_is_an_alarm_for_each_file_in_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.drop("a.pdf")
    watcher = scene.watcher()

    def read_only(*_: object) -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "rename", read_only)
    assert settle(scene, watcher) == 0
    assert scene.alarms() == []
    scene.after(601)
    watcher.look()
    assert "Read-only file system" in scene.alarms()[0]


def test_a_file_waits_no_longer_when_the_clock_is_put_back(scene: Scene) -> None:
    scene.drop("a.pdf")
    scene.drop("b.pdf", "a lett")
    watcher = scene.watcher()
    watcher.look()
    scene.after(-7200)
    assert settle(scene, watcher) == 1
    scene.after(601)
    watcher.look()
    assert scene.alarms() == ["The file is cut off."]
