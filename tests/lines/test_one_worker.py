"""One worker process on an SQLite engine: the second waits for a restart to be over, then says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.errors import Misconfigured
from mailroom.jobs import only_worker_on


def test_a_second_worker_on_one_sqlite_file_is_told_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'engine.sqlite3'}"
    told = r"another worker is running on this SQLite database\. Stop it, or set"
    with only_worker_on(url), pytest.raises(Misconfigured, match=told):
        only_worker_on(url, patience_seconds=0).__enter__()
    with only_worker_on(url, patience_seconds=0):
        pass


def test_workers_on_postgresql_do_not_wait_for_one_another() -> None:
    url = "postgresql+psycopg://nobody@nowhere/engine"
    with only_worker_on(url), only_worker_on(url, patience_seconds=0):
        pass
