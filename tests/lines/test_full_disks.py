"""Watch folders while a real disk is full: nothing is lost, and nobody scans the paper twice."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailroom.config.mailroom import Intake
from mailroom.records.models import Batch
from tests.lines.watched_folders import Scene, scene, settle

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("this machine does not let a test mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_done_folder_is_said_so_that_nobody_scans_the_paper_again(scene: Scene, small_disk: Path) -> None:
    done = Intake(spool=str(scene.spool), done=str(small_disk / "done"))  # type: ignore[arg-type]
    scene.machines.config.intake = done
    filler = small_disk / "filler"
    with contextlib.suppress(OSError):
        filler.write_bytes(b"x" * 100_000)
    scene.drop("a.pdf", f"a letter {'x' * 8000}\nEND")
    watcher = scene.watcher()
    assert settle(scene, watcher) == 0
    assert Batch.objects.get().filename == "a.pdf"
    watcher.look()
    scene.after(901)
    (alarm,) = scene.alarms()
    assert "do not scan it again" in alarm and "No space left on device" in alarm
    filler.unlink()
    assert watcher.look().taken == 1
    assert scene.alarms() == []
    assert Batch.objects.count() == 1
    assert (small_disk / "done" / "2026-11-25" / "scanner-1" / "a.pdf").exists()
    assert list(scene.spool.iterdir()) == []


def test_a_full_spool_leaves_the_scan_in_its_folder_and_nothing_half_behind(scene: Scene, small_disk: Path) -> None:
    scene.machines.config.intake = Intake(spool=str(small_disk / "spool"))
    (small_disk / "spool").mkdir()
    filler = small_disk / "filler"
    with contextlib.suppress(OSError):
        filler.write_bytes(b"x" * 100_000)
    scene.drop("a.pdf", f"a letter {'x' * 8000}\nEND")
    watcher = scene.watcher()
    assert settle(scene, watcher) == 0
    assert list((small_disk / "spool").iterdir()) == []
    watcher.look()
    scene.after(901)
    assert "No space left on device" in scene.alarms()[0]
    filler.unlink()
    assert watcher.look().taken == 1
    assert scene.alarms() == []
