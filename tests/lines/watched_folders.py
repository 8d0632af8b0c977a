"""A watch folder on a real disk, its machines and a clock that the test winds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from mailroom.config.mailroom import Engine, Intake, WatchFolder
from mailroom.gateways import watch_folder
from mailroom.gateways.scan_file import Incomplete
from mailroom.gateways.store import DiskStore
from mailroom.inbound.steps.watch import Watcher
from mailroom.records import executors, ledger
from tests.inbound.line_machines import NOON, line_machines
from tests.lines.quick_worker import QuickReader


@dataclass
class Scene:
    """A folder, the machines, and a clock that the test winds."""

    data: Path
    spool: Path
    now: dt.datetime = NOON
    machines: Any = field(init=False)

    def __post_init__(self) -> None:
        class Config:
            intake = Intake(spool=str(self.spool))
            engine = Engine()

        self.machines = line_machines(
            store=DiskStore(self.data / "store"), reader=QuickReader(), config=Config(), data=self.data,
            services=frozenset({"parking", "council_tax"}), clock=lambda: self.now,
        )  # fmt: skip
        self.folder.mkdir(parents=True)

    @property
    def folder(self) -> Path:
        return self.data / "in"

    def watcher(self, me: str = "") -> Watcher:
        settings = WatchFolder(name="scanner-1", path="in", settle_seconds=3, stuck_after_minutes=10)
        folders: Any = watch_folder
        return Watcher(settings, folders, self.machines, Incomplete, me or executors.sign_on())

    def drop(self, name: str, content: str = "a letter\nEND") -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def after(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    def alarms(self) -> list[str]:
        return [a.message for a in ledger.alarms(self.now, dt.timedelta(minutes=15)) if a.kind == "file"]

    def folders_away(self) -> list[str]:
        return [a.message for a in ledger.alarms(self.now, dt.timedelta(minutes=15)) if a.kind == "folder"]


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path, tmp_path / "spool")


def settle(scene: Scene, watcher: Watcher) -> int:
    watcher.look()
    scene.after(4)
    return watcher.look().taken


def elsewhere(scene: Scene, path: Path) -> Watcher:
    """A watcher of a share, which is none of Mailroom's own folders."""
    settings = WatchFolder(name="scanner-1", path=str(path), settle_seconds=3, stuck_after_minutes=10)
    folders: Any = watch_folder
    return Watcher(settings, folders, scene.machines, Incomplete, executors.sign_on())
