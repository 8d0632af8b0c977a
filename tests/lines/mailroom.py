"""A whole mailroom in a folder of its own: its site, its worker processes, its mail server, and its books."""

from __future__ import annotations

import contextlib
import email
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from mailroom.config.environment import example_site
from tests.fresh_records import RECORDS, lay_records, migrate
from tests.gateways.mail_server.conftest import Post

_ENGINE = """
[engine]
batches_at_once = 3
items_at_once = 2
sweep_every_seconds = 0.5
stuck_after_minutes = 15
retry_email_after_seconds = 0.5
heartbeat_seconds = 0.2
dead_after_seconds = 2.0
"""
_FOLDER = """
[[watch_folder]]
name = "scanner-1"
path = "{path}"
policy = "sheets"
noticing = "polling"
scan_every_seconds = 0.3
settle_seconds = 0.2
stuck_after_minutes = {stuck}
"""


@dataclass
class Mailroom:
    """`post`: the mail server that its emails go to."""

    data: Path
    post: Post
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def inbox(self) -> Path:
        return self.data / "watch" / "scanner-1"

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A worker process with quick stations that watches the folder."""
        with (self.data / f"worker-{len(self.processes)}.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.lines.quick_worker", "--watch", *arguments]
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`mailroom ...` to its end, which is farther off on a machine that many share."""
        command = [sys.executable, "-m", "mailroom", *arguments]
        seconds = 120 * _crowd()
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=seconds)

    def drop(self, name: str, *pages: str) -> None:
        """A whole scan, put into the watch folder as scanners should: written aside, then renamed."""
        half = self.inbox / f"{name}.part"
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_text("\n".join((*pages, "END")), encoding="utf-8")
        half.rename(self.inbox / name)

    def ledger(self) -> dict[str, Any]:
        answer = self.run("ledger", "--json")
        assert answer.stdout, answer.stderr
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read the records the way an auditor would, from the database itself; nothing before it is made."""
        try:
            if "MAILROOM_DATABASE_URL" in self.environment:
                with psycopg.connect(self.environment["MAILROOM_DATABASE_URL"]) as door:
                    return door.execute(query.encode()).fetchall()
            with contextlib.closing(sqlite3.connect(self.data / RECORDS, timeout=60)) as lite:
                return lite.execute(query).fetchall()
        except psycopg.errors.UndefinedTable:
            return []
        except sqlite3.OperationalError as trouble:
            if "no such table" in str(trouble):
                return []
            raise  # a database that is locked is not an empty one: work would seem done that is not

    def is_done(self, batches: int) -> bool:
        """All those batches taken in, and none with the line any more."""
        if len(self.rows("select id from records_batch")) < batches:
            return False
        busy = "select 1 from records_batch where status in ('received', 'reading')"
        with_line = "select 1 from records_item where status in ('cut', 'routed')"
        unsent = "select 1 from records_delivery where status in ('queued', 'sending')"
        claimed = "select 1 from records_watchedfile where status = 'claimed'"
        return not any(self.rows(q) for q in (busy, with_line, unsent, claimed))

    def wait(self, until: Callable[[], bool], seconds: float = 180) -> None:
        """Until then; given up after so many seconds of a machine that is not shared.

        A worker needs twelve seconds of the processor to start. Where ten others want the same core that is two
        minutes by the clock, so each second counts by the share of a core that one process got in it.
        """
        left, before = seconds, time.monotonic()
        while not until():
            if left < 0:
                raise AssertionError(f"not done after {seconds} s:\n{self.tail()}")
            time.sleep(0.2)
            left -= (time.monotonic() - before) / _crowd()
            before = time.monotonic()

    def wait_for_events(self, count: int, batches: int) -> None:
        """Until so many more things have happened, or all those batches are done."""
        seen = "select count(*) from records_event"
        start = sum(n for (n,) in self.rows(seen))
        self.wait(lambda: sum(n for (n,) in self.rows(seen)) >= start + count or self.is_done(batches))

    def tail(self) -> str:
        """The end of each worker's log, and where everything stands."""
        logs = [f"{p.name}: {p.read_text(errors='replace')[-2000:]}" for p in sorted(self.data.glob("worker-*.log"))]
        standing = [self.rows(f"select status, count(*) from records_{t} group by 1") for t in ("batch", "item")]
        return "\n".join([*logs[-3:], *map(str, standing)])

    def emails(self) -> Counter[str]:
        """How often each Message-ID reached the mail server."""
        return Counter(email.message_from_bytes(raw)["Message-ID"] for raw in self.post.kept)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def open_mailroom(data: Path, post: Post, *, stuck_minutes: float = 10, **variables: str) -> Mailroom:
    """Make its site: the example, but for emails by SMTP to `post`, one quick watch folder and short waits."""
    site = data / "site"
    site.mkdir(parents=True)
    for part in ("classifiers", "templates"):
        (site / part).symlink_to(example_site() / part)
    shutil.copytree(example_site() / "config", site / "config")
    council = '[council]\nname = "Wexmere District Council"\ncode = "WDC"\n'
    folder = _FOLDER.format(path="watch/scanner-1", stuck=stuck_minutes)
    (site / "config" / "mailroom.toml").write_text(council + folder + _ENGINE)
    (site / "config" / "mail.toml").write_text(
        'transport = "smtp"\nsender = "mailroom@wexmere.example"\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\ntimeout_seconds = 5\n'
    )
    names = ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")
    environment = {n: os.environ[n] for n in names if n in os.environ}
    environment |= {
        "MAILROOM_DATA": str(data),
        "MAILROOM_SITE": str(site),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DJANGO_SETTINGS_MODULE": "mailroom.settings",
        **variables,
    }
    (data / "watch" / "scanner-1").mkdir(parents=True)
    if "MAILROOM_DATABASE_URL" in variables:
        migrate(**environment)
    else:
        lay_records(data)
    return Mailroom(data, post, environment)


def _crowd() -> float:
    """How many processes want each core."""
    return max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)
