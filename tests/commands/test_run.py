"""`mailroom run`, started as a council starts it: a process of its own on a fresh data folder, ended by SIGTERM."""

from __future__ import annotations

import http.cookiejar
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mailroom.config.environment import example_site
from tests.commands.site import OwnSite

SCANS = sorted((Path(__file__).parents[1] / "samples" / "scans").glob("*.pdf"))
PASSWORD = "three grey herons 41"
STARTS_WITHIN, ENDS_WITHIN = 400, 120
"""Seconds, on a machine that others use heavily too."""


@dataclass
class Running:
    """The process, where its pages are, and where it writes what it says."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def status(self, path: str) -> int:
        """The HTTP status; 0 while nothing answers there."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0

    def wait_until_ready(self) -> None:
        until = time.monotonic() + STARTS_WITHIN
        while self.status("/readyz") != 200:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < until, self.said
            time.sleep(0.2)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """The exit code."""
        self.process.send_signal(how)
        return self.process.wait(timeout=ENDS_WITHIN)


@contextmanager
def running(site: OwnSite, *more: str) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = site.folder.parent / "run.log"
    command = [sys.executable, "-m", "mailroom", "run", "--port", str(port), *more]
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=site.environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield Running(process, f"http://127.0.0.1:{port}", log)
    finally:
        process.kill()
        process.wait(timeout=ENDS_WITHIN)


class Browser:
    """Keeps cookies and follows redirects, as a browser without script does."""

    def __init__(self, address: str) -> None:
        self._address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> tuple[str, str]:
        """Where it ended, and the page."""
        return self._opened(self._address + path, None)

    def send(self, path: str, page: str, **fields: str) -> tuple[str, str]:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token, page
        form = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._opened(self._address + path, form)

    def _opened(self, address: str, form: bytes | None) -> tuple[str, str]:
        with self._opener.open(address, form, timeout=30) as answer:
            return answer.url.removeprefix(self._address), answer.read().decode()


@pytest.fixture
def site(site: OwnSite) -> OwnSite:
    """With few examples, from which the text model of a fresh data folder is learnt in seconds."""
    examples = site.folder / "classifiers" / "examples"
    examples.unlink()
    examples.mkdir()
    letters = (example_site() / "classifiers" / "examples" / "sample_letters.jsonl").read_text(encoding="utf-8")
    (examples / "letters.jsonl").write_text("".join(letters.splitlines(keepends=True)[::4]), encoding="utf-8")
    return site


def test_a_fresh_mailroom_becomes_ready_lets_somebody_in_and_ends_cleanly_when_told(site: OwnSite) -> None:
    shutil.rmtree(site.data)
    assert site.run("accounts", "add", "p.unit", "--role", "print_unit", typed=PASSWORD + "\n").returncode == 0
    with running(site) as mailroom:
        mailroom.wait_until_ready()
        browser = Browser(mailroom.address)
        ended_at, page = browser.get("/print-unit/")
        assert ended_at.startswith("/sign-in/")
        ended_at, page = browser.send("/sign-in/", page, name="p.unit", password=PASSWORD, next="/print-unit/")
        assert ended_at == "/print-unit/" and "Nothing was received on this day yet." in page
        assert "Sign out" in page
        assert mailroom.stop() == 0, mailroom.said
        assert "Stopping: work under way is finished first." in mailroom.said
        assert "Traceback" not in mailroom.said and "ERROR" not in mailroom.said, mailroom.said
        assert mailroom.status("/healthz") == 0


@pytest.mark.slow
def test_it_starts_again_on_the_same_folder_and_interrupting_it_ends_it_as_cleanly(site: OwnSite) -> None:
    for how in (signal.SIGINT, signal.SIGTERM):
        with running(site) as mailroom:
            mailroom.wait_until_ready()
            assert mailroom.stop(how) == 0, mailroom.said
            assert "Traceback" not in mailroom.said, mailroom.said


@pytest.mark.slow
def test_told_in_the_midst_of_reading_it_ends_and_the_next_start_goes_on(site: OwnSite) -> None:
    with running(site) as mailroom:
        mailroom.wait_until_ready()
        for scan in SCANS:
            shutil.copy(scan, site.data / "watch" / "scanner-1")
        _wait_for(lambda: "reading" in _standing(site.data))
        assert mailroom.stop() == 0, mailroom.said
        assert "Traceback" not in mailroom.said and "Timeout" not in mailroom.said, mailroom.said
    assert "reading" in _standing(site.data), "or it was not stopped in the midst of it"
    with running(site) as mailroom:
        mailroom.wait_until_ready()
        _wait_for(lambda: _standing(site.data) == ["cut"] * len(SCANS))
        assert mailroom.stop() == 0, mailroom.said


def _standing(data: Path) -> list[str]:
    """The status of each batch."""
    with closing(sqlite3.connect(data / "records.sqlite3")) as records:
        return [status for (status,) in records.execute("select status from records_batch")]


def _wait_for(seen: Callable[[], bool]) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while not seen():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.slow
def test_without_web_pages_it_works_and_listens_nowhere(site: OwnSite) -> None:
    with running(site, "--no-web") as mailroom:
        until = time.monotonic() + STARTS_WITHIN
        while "Watching " not in mailroom.said:
            assert mailroom.process.poll() is None and time.monotonic() < until, mailroom.said
            time.sleep(0.2)
        assert mailroom.status("/healthz") == 0
        assert mailroom.stop() == 0, mailroom.said
