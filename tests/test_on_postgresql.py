"""Pages, records, interface and outgoing letters tested once more on PostgreSQL: every test of the rooms, as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import make_database, postgres_server

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [pytest.mark.slow, pytest.mark.postgres]


@pytest.mark.parametrize("room", ["tests/web", "tests/records", "tests/api", "tests/peers", "tests/outbound"])
def test_what_holds_on_sqlite_holds_on_postgresql(room: str) -> None:
    with postgres_server() as server:
        address = make_database(server, "mailroom")
        names = ("MAILROOM_DATABASE_URL", "MAILROOM_TEST_DATABASE_URL")
        command = [sys.executable, "-m", "pytest", room, "-m", "not slow", "-q", "--show-capture=no"]
        environment = {**os.environ, **dict.fromkeys(names, address)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
