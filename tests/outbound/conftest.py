from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from mailroom.outbound.machines import OutboundMachines
from tests.outbound.machines import make_machines


@pytest.fixture
def machines(tmp_path: Path) -> OutboundMachines:
    return make_machines(tmp_path)


@pytest.fixture(autouse=True)
def committed_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test inside one transaction never commits, so what waits for the commit is done when it is asked for.

    Tests that kill steps half-way mark themselves transaction=True and have real commits.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and not marker.kwargs.get("transaction"):

        def now(work: Callable[[], object], using: str | None = None, robust: bool = False) -> None:
            work()

        monkeypatch.setattr(transaction, "on_commit", now)
