"""Watch folders that cannot be reached, or are not the ones they were: shares not mounted, machines that disagree."""

from __future__ import annotations

import datetime as dt
import socket
from pathlib import Path
from typing import Any

import pytest

from mailroom.config.mailroom import WatchFolder
from mailroom.errors import Retry
from mailroom.gateways import watch_folder
from mailroom.gateways.scan_file import Incomplete
from mailroom.inbound.steps.watch import Watcher
from mailroom.records import executors, ledger
from mailroom.records.folders_away import forget_all_but
from mailroom.records.models import WatchedFile
from tests.lines.watched_folders import Scene, elsewhere, scene, settle

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_folder_out_of_reach_is_in_the_ledger_until_it_is_back(scene: Scene) -> None:
    watcher = scene.watcher()
    watcher.look()
    scene.folder.rename(scene.data / "off")
    for _ in range(3):
        with pytest.raises(Retry, match="Check the share"):
            watcher.look()
        assert scene.folders_away() == []
        scene.after(300)
    with pytest.raises(Retry):
        watcher.look()
    assert len(scene.folders_away()) == 1
    assert "Check the share" in scene.folders_away()[0]
    (scene.data / "off").rename(scene.folder)
    watcher.look()
    assert scene.folders_away() == []


def test_a_folder_taken_out_of_the_site_is_no_longer_missed(scene: Scene) -> None:
    scene.watcher().look()
    scene.folder.rename(scene.data / "off")
    with pytest.raises(Retry):
        scene.watcher().look()
    scene.after(3600)
    assert scene.folders_away()
    forget_all_but(["reception"])
    assert scene.folders_away() == []


def test_an_empty_mount_point_is_a_folder_out_of_reach_and_claims_of_it_wait(scene: Scene) -> None:
    watcher = scene.watcher()
    watcher.look()
    scene.drop("a.pdf")
    watcher.look()
    hidden = watch_folder.hidden_name(scene.folder, "a.pdf", "0123.pdf")
    (scene.folder / "a.pdf").rename(hidden)
    WatchedFile.objects.update(status="claimed", claimed_as="0123.pdf", claimed_by=watcher.me)
    scene.folder.rename(scene.data / "share")
    scene.folder.mkdir()
    for _ in range(2):
        with pytest.raises(Retry, match=r"its mark .mailroom-folder is missing and it is empty"):
            watcher.look()
        scene.after(901)
    assert "Mount it" in scene.folders_away()[0]
    assert list(scene.folder.iterdir()) == []
    assert WatchedFile.objects.get().status == "claimed"
    scene.folder.rmdir()
    (scene.data / "share").rename(scene.folder)
    assert watcher.look().taken == 1
    assert scene.folders_away() == []


def test_a_folder_moved_elsewhere_in_the_configuration_is_marked_anew(scene: Scene) -> None:
    scene.watcher().look()
    (scene.data / "new").mkdir()
    settings = WatchFolder(name="scanner-1", path="new", settle_seconds=3, stuck_after_minutes=10)
    folders: Any = watch_folder
    Watcher(settings, folders, scene.machines, Incomplete, executors.sign_on()).look()
    assert (scene.data / "new" / watch_folder.MARK).exists()


def test_a_share_not_mounted_at_the_very_first_start_is_missed_and_not_marked(scene: Scene) -> None:
    (scene.data / "mnt").mkdir()
    watcher = elsewhere(scene, scene.data / "mnt")
    for _ in range(2):
        with pytest.raises(Retry, match="has no mark"):
            watcher.look()
        scene.after(901)
    assert "put an empty file named .mailroom-folder in it" in scene.folders_away()[0]
    assert list((scene.data / "mnt").iterdir()) == []
    (scene.data / "mnt" / "a.pdf").write_text("the share is mounted\nEND")
    assert settle(scene, watcher) == 1
    assert scene.folders_away() == []


def test_two_machines_that_see_different_folders_at_one_path_are_told_apart(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """mail-1 has the share; on mail-2 it is not mounted, and what lies at its path is a folder of its own."""
    share, mount_point = scene.data / "share", scene.data / "mount point"
    path = scene.data / "mnt"

    def on(machine: str, folder: Path) -> None:
        monkeypatch.setattr(socket, "gethostname", lambda: machine)
        path.unlink(missing_ok=True)
        path.symlink_to(folder)

    for folder in (share, mount_point):
        folder.mkdir()
    (share / "a.pdf").write_text("still being scan")
    first, second = elsewhere(scene, path), elsewhere(scene, path)
    for _ in range(4):
        on("mail-1", share)
        first.look()
        on("mail-2", mount_point)
        with pytest.raises(Retry):
            second.look()
        scene.after(301)
    (alarm,) = [a for a in ledger.alarms(scene.now, dt.timedelta(minutes=15)) if a.kind == "folder"]
    assert (alarm.key, "Mount it" in alarm.message) == ("scanner-1 on mail-2", True)
    assert scene.alarms() == ["The file is cut off."], "what mail-2 does not see is not gone"
    assert WatchedFile.objects.count() == 1
