"""Work shared out to two processes comes back whole and in order."""

from __future__ import annotations

import os

import pytest

from mailroom.wiring.two_processes import in_two_processes


def _who_does(number: int) -> tuple[int, int]:
    return number, os.getpid()


def test_a_few_texts_are_worked_here_in_order() -> None:
    assert in_two_processes(_who_does, range(250)) == [(n, os.getpid()) for n in range(250)]


@pytest.mark.slow
def test_many_texts_are_shared_out_and_come_back_in_order() -> None:
    made = in_two_processes(_who_does, range(1000))
    assert [n for n, _ in made] == list(range(1000))
    assert os.getpid() not in {by for _, by in made}
