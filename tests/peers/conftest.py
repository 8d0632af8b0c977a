"""The unmodified client that councils use with GOV.UK Notify, against a live server of ours.

The installed version always; others from the folders named in MAILROOM_NOTIFY_CLIENTS (`make peers` fetches one).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from mailroom.api import limits, machines
from mailroom.wiring.api import ApiDoor
from tests.api.door import System, make_door, make_system

PACKAGE = "notifications_python_client"
OTHERS = [f for f in os.environ.get("MAILROOM_NOTIFY_CLIENTS", "").split(os.pathsep) if f]


@pytest.fixture(autouse=True)
def fresh_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUCKETS", limits.Buckets())


@pytest.fixture
def door(tmp_path: Path) -> ApiDoor:
    made = make_door(tmp_path)
    machines.use(made)
    return made


@pytest.fixture
def system(transactional_db: None, door: ApiDoor) -> System:
    return make_system(door)


@pytest.fixture(params=["", *OTHERS], ids=lambda folder: Path(folder).name or "installed")
def peer(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """The client's package, of one version."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == PACKAGE}
    if request.param:
        sys.path.insert(0, request.param)
    try:
        package = importlib.import_module(PACKAGE)
        importlib.import_module(f"{PACKAGE}.notifications")
        yield package
    finally:
        if request.param:
            sys.path.remove(request.param)
        for name in [n for n in sys.modules if n.split(".")[0] == PACKAGE]:
            del sys.modules[name]
        sys.modules.update(kept)


@pytest.fixture
def client_with(peer: ModuleType, live_server: LiveServer) -> Iterator[Callable[[str], Any]]:
    """A client with a key; nothing but base_url and key is set."""
    made: list[Any] = []

    def make(key: str) -> Any:
        made.append(peer.notifications.NotificationsAPIClient(key, base_url=live_server.url))
        return made[-1]

    yield make
    for client in made:
        client.request_session.close()


@pytest.fixture
def client(system: System, client_with: Callable[[str], Any]) -> Any:
    return client_with(system.key)


@pytest.fixture
def refused(peer: ModuleType) -> Any:
    """What the client raises for an error."""
    return importlib.import_module(f"{PACKAGE}.errors").HTTPError
