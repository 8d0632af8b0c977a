"""What the benchmarks say a tree of processes took, beside what the processes say of themselves."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from tests.benchmarks import process_tree
from tests.benchmarks.process_tree import TreeWatch

BURN = "import time\nwhile time.process_time() < {seconds}: pass\n"
ORPHAN = """
import os, time
parent = os.getpid()
if os.fork():
    os._exit(0)
while time.process_time() < 0.5 or os.getppid() == parent: pass
print(time.process_time(), flush=True)
"""


def test_children_that_end_between_two_looks_are_counted() -> None:
    with TreeWatch(every=60) as watch:
        for _ in range(5):
            _run(BURN.format(seconds=0.1))
    assert watch.cpu_seconds >= 0.5


def test_a_child_that_ends_while_the_tree_is_looked_at_keeps_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    children: list[subprocess.Popen[bytes]] = []
    monkeypatch.setattr(process_tree, "_megabytes", lambda pid: float(sum(child.wait() for child in children)))
    with TreeWatch(every=0.01) as watch:
        children.append(subprocess.Popen([sys.executable, "-S", "-c", BURN.format(seconds=0.3)]))
        children[0].wait()
    assert watch.cpu_seconds >= 0.3


def test_an_orphan_is_counted_though_its_parent_ended_before_it() -> None:
    with TreeWatch() as watch:
        reader = subprocess.Popen([sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True)
        assert reader.stdout is not None
        with reader.stdout:
            said = float(reader.stdout.read())  # to the orphan's end: it holds the other end of the pipe
        reader.wait()
    assert said >= 0.5
    assert watch.cpu_seconds >= said


def test_what_was_used_before_the_block_is_not_counted() -> None:
    _run(BURN.format(seconds=0.5))
    with TreeWatch() as watch:
        start = time.process_time()
        _run("pass")
        own = time.process_time() - start
    assert watch.cpu_seconds < 0.4 + own


def _run(program: str) -> None:
    subprocess.run([sys.executable, "-S", "-c", program], check=True)
