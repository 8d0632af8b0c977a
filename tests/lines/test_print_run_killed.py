"""A run whose building, release and close are killed at random moments, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from mailroom.outbound.steps import print_runs as runs
from mailroom.records.models import Letter, LetterStatus, Mailpiece, PrintRun
from tests.outbound import print_floor as floor
from tests.outbound.print_floor import CUT_OFF
from tests.postgres import make_database, postgres_server


@dataclass
class Worker:
    """print_worker in a data folder of its own."""

    environment: dict[str, str]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(self._command(*arguments), env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def killed_after(self, seconds: float, *arguments: str) -> bool:
        """Whether it was still at it when it was killed."""
        process = subprocess.Popen(
            self._command(*arguments), env=self.environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        time.sleep(seconds)
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        return running

    def books(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("books"))
        return found

    @staticmethod
    def _command(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.lines.print_worker", *arguments]


def _worker(folder: Path, database: str = "") -> Worker:
    environment = {**os.environ, "MAILROOM_DATA": str(folder), "PYTHONPATH": str(Path.cwd())}
    if database:
        environment["MAILROOM_DATABASE_URL"] = database
    return Worker(environment)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def worker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    folder = tmp_path_factory.mktemp("room")
    if request.param == "sqlite":
        yield _worker(folder)
        return
    with postgres_server() as server:
        yield _worker(folder, make_database(server, "mailroom"))


@pytest.mark.slow
def test_a_run_killed_at_random_moments_has_every_letter_once_and_balances(worker: Worker) -> None:
    letters = 150
    worker.run("prepare", str(letters))
    chance = random.Random(20260302)
    kills = 0
    start = time.monotonic()
    worker.run("books")
    starting = (time.monotonic() - start) * 0.6
    for action, times in (("build", 4), ("release", 2), ("close", 2)):
        for _ in range(times):
            kills += worker.killed_after(starting + chance.random() * (2.0 if action == "build" else 0.4), action)
        books = worker.books()
        assert books["runs"] <= 1
        assert books["enveloped"] in (0, letters)
        assert books["in_a_run"] in (0, letters)
        worker.run(action)
    books = worker.books()
    assert kills >= 3
    assert books["statuses"] == {"posted": letters}
    assert books["run"] == "posted"
    assert books["letter_count"] == books["enveloped"] == letters
    assert books["jobs"] == books["files"]
    folder = Path(worker.environment["MAILROOM_DATA"]) / "printer"
    assert len(list(folder.glob("*.pdf"))) == books["files"]


class _Killed(BaseException):
    """As a kill would, nothing catches it."""


@pytest.mark.django_db(transaction=True)
def test_a_build_broken_off_before_any_write_is_made_good_by_building_again(tmp_path: Path) -> None:
    machines = floor.machines(tmp_path)
    for moment in range(1, 40):
        floor.letters(floor.mailing(), 5)
        finished = _build_killed_at(moment, machines)
        run = runs.build_run(machines, CUT_OFF, "robin")
        assert run is not None
        assert run.letter_count == run.pieces.count() == 5
        assert Letter.objects.filter(print_run=run, status=LetterStatus.IN_RUN, mailpiece__run=run).count() == 5
        assert not Letter.objects.exclude(status=LetterStatus.IN_RUN).exists()
        assert Mailpiece.objects.count() == 5
        Letter.objects.all().delete()
        PrintRun.objects.all().delete()
        if finished:
            return
    raise AssertionError("the build has more writes than this test breaks off")


def _build_killed_at(moment: int, machines: Any) -> bool:
    """Build, killed just before the so-many-th write; whether it was finished by then."""
    writes = 0

    def count(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        nonlocal writes
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == moment:
                raise _Killed
        return execute(sql, parameters, many, context)

    try:
        with connection.execute_wrapper(count):
            runs.build_run(machines, CUT_OFF, "robin")
    except _Killed:
        return False
    return True
