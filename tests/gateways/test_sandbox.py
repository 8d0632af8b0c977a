"""Child processes that misbehave for real: each is stopped, said so in plain words, and the next work is done."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from mailroom.gateways.sandbox import Crashed, RanOutOfMemory, Sandbox, TookTooLong


def nothing() -> None:
    """No preparation."""


def eat_memory() -> int:
    return len(bytearray(2_000_000_000))


def die() -> None:
    os._exit(3)


def double(number: int) -> int:
    return 2 * number


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


def test_work_that_takes_too_long_is_stopped(sandbox: Sandbox) -> None:
    with pytest.raises(TookTooLong, match="longer than 1 seconds"):
        sandbox.run(1, time.sleep, 60)
    assert sandbox.run(20, double, 6) == 12
