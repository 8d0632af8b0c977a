"""Child processes that misbehave for real: each is stopped, said so in plain words, and the next work is done."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from mailroom.gateways.hang import waiting
from mailroom.gateways.sandbox import Crashed, RanOutOfMemory, Sandbox, TookTooLong


def nothing() -> None:
    """No preparation."""


def eat_memory() -> int:
    return len(bytearray(2_000_000_000))


def die() -> None:
    os._exit(3)


def double(number: int) -> int:
    return 2 * number


def double_later(number: int) -> int:
    time.sleep(1.5)
    return 2 * number


def toil() -> int:
    return sum(sum(range(1000)) for _ in range(10**9))


def loaded(module: str) -> tuple[bool, bool]:
    """Whether this process has the module, and whether it keeps its hands off what it shares."""
    return module in sys.modules, gc.get_freeze_count() > 0


_ASKING = """
from tests.gateways.test_sandbox import Sandbox, loaded, nothing
with Sandbox(1, 2000, nothing, ("mailroom.values.postal_address",)) as sandbox:
    print(sandbox.run(20, loaded, "mailroom.values.postal_address"))
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(1, 600, nothing) as running:
        yield running


def test_work_over_its_memory_is_stopped_and_the_next_is_done(sandbox: Sandbox) -> None:
    with pytest.raises(RanOutOfMemory, match="more memory than reading may use"):
        sandbox.run(20, eat_memory)
    assert sandbox.run(20, double, 4) == 8


def test_a_child_that_dies_takes_nothing_with_it(sandbox: Sandbox) -> None:
    with pytest.raises(Crashed, match="exit code 3"):
        sandbox.run(20, die)
    assert sandbox.run(20, double, 5) == 10


def test_work_that_hangs_is_stopped_by_the_clock(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLong, match="longer than 1 seconds"):
        sandbox.run(20, time.sleep, 60, patience=1)
    assert sandbox.run(20, double, 6) == 12


def wait_for_a_lock() -> None:
    lock = threading.Lock()
    with lock:
        lock.acquire()


def wait_for_a_colleague() -> int:
    with waiting():
        time.sleep(4)
    return 1


def toil_beside_others(seconds: float) -> int:
    """Work on one processor that twenty others want too."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    crowd = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(20)]
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sum(range(100_000))
    finally:
        for one in crowd:
            one.kill()
            one.wait()
    return 1


@pytest.fixture
def impatient() -> Iterator[Sandbox]:
    """As the usual one, but for two seconds instead of two minutes."""
    with Sandbox(1, 600, nothing, idle_seconds=2) as running:
        yield running


@pytest.mark.parametrize("work", [partial(time.sleep, 600), wait_for_a_lock])
def test_a_reader_that_does_nothing_is_ended_long_before_the_clock_would(
    impatient: Sandbox, work: Callable[[], None]
) -> None:
    began = time.monotonic()
    with pytest.raises(TookTooLong, match="did nothing for 2 seconds"):
        impatient.run(180, work)
    assert time.monotonic() - began < 60
    assert impatient.run(20, double, 6) == 12


def test_work_on_a_crowded_processor_never_counts_as_hung(impatient: Sandbox) -> None:
    assert impatient.run(60, toil_beside_others, 6) == 1


def test_a_reader_that_waits_for_the_second_one_does_not_hang(impatient: Sandbox) -> None:
    assert impatient.run(60, wait_for_a_colleague) == 1


def test_work_that_takes_too_much_of_the_processor_is_stopped(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLong, match="seconds of the processor"):
        sandbox.run(0.5, toil, patience=60)
    assert sandbox.run(20, double, 7) == 14


def test_work_that_cannot_hear_it_is_told_to_stop_is_ended_all_the_same(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLong, match="seconds of the processor"):
        sandbox.run(0.5, sum, range(10**12), patience=120)
    assert sandbox.run(20, double, 8) == 16


def test_work_that_has_to_wait_for_the_processor_is_not_stopped(sandbox: Sandbox) -> None:
    assert sandbox.run(0.5, double_later, 9) == 18


def test_children_share_what_was_loaded_beforehand() -> None:
    """In a program of its own: the process that children are forked from starts once."""
    asked = subprocess.run([sys.executable, "-c", _ASKING], capture_output=True, text=True, check=True)
    assert (asked.stdout, asked.stderr) == ("(True, True)\n", "")
