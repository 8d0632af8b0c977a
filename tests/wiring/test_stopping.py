"""A process told to stop, by real signals."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

WORKING = """
import threading, time
from mailroom.wiring import stopping
stopping.ENDS_WITHIN_SECONDS = {within}
wait = stopping.told_to_stop()
print("at work", flush=True)
wait()
print("told", flush=True)
time.sleep({ending})
"""
ABANDONED = """
import threading
from concurrent.futures import ThreadPoolExecutor
from mailroom.wiring.stopping import leave_unfinished
pool = ThreadPoolExecutor(thread_name_prefix={name!r})
starter = threading.Thread(target=pool.submit, args=(threading.Event().wait, {seconds}), daemon={daemon})
starter.start()
starter.join()
pool.shutdown(wait=False)
leave_unfinished(patience_seconds=1)
"""


@contextmanager
def at_work(ending: float, within: float = 60) -> Iterator[subprocess.Popen[str]]:
    """A process that takes so many seconds to end once it is told."""
    program = WORKING.format(ending=ending, within=within)
    with subprocess.Popen([sys.executable, "-c", program], stdout=-1, stderr=-1, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "at work\n"
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str], how: signal.Signals) -> None:
    process.send_signal(how)
    assert process.stdout and process.stdout.readline() == "told\n"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_its_own_way_when_told(how: signal.Signals) -> None:
    with at_work(ending=0) as process:
        told(process, how)
        assert process.wait(30) == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_told_twice_it_ends_at_once(how: signal.Signals) -> None:
    with at_work(ending=300) as process:
        told(process, signal.SIGTERM)
        process.send_signal(how)
        assert process.wait(30) == -how


def test_one_that_does_not_end_says_where_it_stands_and_is_ended() -> None:
    with at_work(ending=300, within=0.2) as process:
        told(process, signal.SIGTERM)
        assert process.wait(30) == 1
        assert process.stderr
        said = process.stderr.read()
        assert "Timeout (0:00:00.200000)!" in said and "line 9" in said


@pytest.mark.parametrize(
    ("daemon", "name"),
    [(True, ""), (True, "dbos-executor-"), (False, "any")],
    ids=["a pool's", "the engine's", "another"],
)
@pytest.mark.parametrize(("seconds", "said"), [(300, "taken up again at the next start"), (0.1, "")])
def test_work_that_does_not_finish_keeps_no_process_alive(seconds: float, said: str, daemon: bool, name: str) -> None:
    program = ABANDONED.format(seconds=seconds, daemon=daemon, name=name)
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, capture_output=True, text=True)
    assert ended.returncode == 0
    assert said in ended.stderr if said else ended.stderr == ""
