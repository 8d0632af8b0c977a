from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.api import limits, machines
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, System, make_door, make_system
from tests.outbound.conftest import committed_at_once

__all__ = ["committed_at_once"]


@pytest.fixture(autouse=True)
def fresh_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUCKETS", limits.Buckets())


@pytest.fixture
def door(tmp_path: Path) -> ApiDoor:
    made = make_door(tmp_path)
    machines.use(made)
    return made


@pytest.fixture
def system(door: ApiDoor) -> System:
    return make_system(door)


@pytest.fixture
def caller(system: System) -> Caller:
    return Caller(system)
