"""The rounds of a process that is told to stop end when told, not when their clocks next strike."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from mailroom.config.mailroom import WatchFolder
from mailroom.gateways import watch_folder
from mailroom.gateways.folder_events import Hints
from mailroom.gateways.scan_file import Incomplete
from mailroom.inbound.steps.patrol import Errand, Patrol
from mailroom.inbound.steps.watch import Watcher
from mailroom.records import executors
from tests.lines.watched_folders import Scene, scene

__all__ = ["scene"]
pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600.0


class Looks(Watcher):
    """Says that it looked."""

    looked: threading.Event

    def look(self) -> Any:
        found = super().look()
        self.looked.set()
        return found


def test_a_folder_looked_at_every_hour_does_not_keep_a_mailroom_from_stopping(scene: Scene) -> None:
    settings = WatchFolder(name="scanner-1", path="in", scan_every_seconds=HOUR)
    folders: Any = watch_folder
    watcher = Looks(settings, folders, scene.machines, Incomplete, executors.sign_on())
    watcher.looked = threading.Event()
    errand = threading.Event()
    with Patrol(scene.machines, [watcher], Hints, errands=[Errand("an errand", errand.set, HOUR)]):
        assert watcher.looked.wait(30) and errand.wait(30)
        time.sleep(0.5)  # now each waits for its clock
    names = {"sweep", "watch scanner-1", "an errand"}
    assert not names & {thread.name for thread in threading.enumerate()}
