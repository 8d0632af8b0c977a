"""Runs asked for at the desk: built once by a worker, whatever is repeated or broken off."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mailroom.errors import Misconfigured, Retry
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as runs
from mailroom.outbound.steps.ask_run import NotBuilding
from mailroom.outbound.steps.build_run import claim_letters, job_of
from mailroom.records.models import Event, Letter, LetterStatus, Mailing, Mailpiece, PrintRun, PrintRunStatus
from tests.outbound import print_floor as floor
from tests.outbound.machines import RememberingQueues
from tests.outbound.print_floor import CUT_OFF, NOW

pytestmark = pytest.mark.django_db

Commits = Callable[..., Any]


@pytest.fixture
def machines(tmp_path: Path) -> PrintMachines:
    return floor.machines(tmp_path)


def _queue(machines: PrintMachines) -> RememberingQueues:
    assert isinstance(machines.queues, RememberingQueues)
    return machines.queues


def _work(machines: PrintMachines) -> None:
    """Do every job on the queue, as workers would."""
    for run_id, attempt in list(_queue(machines).on.values()):
        assert isinstance(run_id, int)
        assert isinstance(attempt, int)
        runs.build_asked(machines, run_id, attempt)


def _asked(machines: PrintMachines, commits: Commits, cut_off: dt.datetime | None = CUT_OFF) -> PrintRun:
    with commits(execute=True):
        return runs.ask_for_run(machines, cut_off, "robin")


def _compose_fails_with(machines: PrintMachines, why: Exception) -> PrintMachines:
    def compose(letters: object, folder: Path) -> Any:
        raise why

    return dataclasses.replace(machines, compose=compose)


def test_asking_twice_is_one_run_that_is_built_once(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 5)
    run = _asked(machines, django_capture_on_commit_callbacks)
    assert run.status == PrintRunStatus.ASKED
    assert not Letter.objects.filter(status=LetterStatus.IN_RUN).exists()
    assert _asked(machines, django_capture_on_commit_callbacks) == run
    _work(machines)
    _work(machines)
    run.refresh_from_db()
    assert (run.status, run.letter_count) == (PrintRunStatus.BUILT, 5)
    assert Mailpiece.objects.count() == 5
    assert Event.objects.filter(kind="print_run.built").count() == 1
    assert _asked(machines, django_capture_on_commit_callbacks) == run
    assert len(_queue(machines).on) == 1


def test_a_second_press_of_build_now_leads_to_the_run_that_is_being_built(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 1)
    first = _asked(machines, django_capture_on_commit_callbacks, None)
    later = dataclasses.replace(machines, clock=lambda: NOW + dt.timedelta(seconds=2))
    assert _asked(later, django_capture_on_commit_callbacks, None) == first


def test_a_run_nothing_was_ready_for_says_so_and_holds_no_later_letter_up(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    empty = _asked(machines, django_capture_on_commit_callbacks)
    _work(machines)
    empty.refresh_from_db()
    assert empty.status == PrintRunStatus.EMPTY
    floor.letters(floor.mailing(), 2)
    run = _asked(machines, django_capture_on_commit_callbacks)
    assert run != empty
    _work(machines)
    run.refresh_from_db()
    assert (run.status, run.letter_count) == (PrintRunStatus.BUILT, 2)


def test_what_a_person_must_put_right_is_kept_and_the_run_goes_on_when_they_say_so(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 3)
    run = _asked(machines, django_capture_on_commit_callbacks)
    _work(_compose_fails_with(machines, Misconfigured("config/printing.toml: no such paper.")))
    run.refresh_from_db()
    assert (run.status, run.problem) == (PrintRunStatus.BUILDING, "config/printing.toml: no such paper.")
    later = dataclasses.replace(machines, clock=lambda: NOW + dt.timedelta(hours=1))
    assert runs.sweep_runs(later) == 0
    with django_capture_on_commit_callbacks(execute=True):
        runs.ask_again(machines, run, "robin")
    _work(machines)
    run.refresh_from_db()
    assert (run.status, run.letter_count, run.problem) == (PrintRunStatus.BUILT, 3, "")
    with pytest.raises(NotBuilding):
        runs.ask_again(machines, run, "robin")


def test_passing_trouble_is_left_to_the_engine_to_repeat(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 1)
    run = _asked(machines, django_capture_on_commit_callbacks)
    full = _compose_fails_with(machines, Retry("The store is full. Make room; it is tried again."))
    with pytest.raises(Retry):
        runs.build_asked(full, run.pk, run.attempts)
    assert runs.build_asked(machines, run.pk, run.attempts) == PrintRunStatus.BUILT
    run.refresh_from_db()
    assert run.problem == ""


def test_the_sweep_puts_on_what_no_worker_holds_a_few_times_and_then_asks_for_a_person(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 1)
    run = _asked(machines, django_capture_on_commit_callbacks)
    assert runs.sweep_runs(machines) == 0
    later = dataclasses.replace(machines, clock=lambda: NOW + dt.timedelta(minutes=1))
    _queue(machines).unfinished.add(job_of(run))
    assert runs.sweep_runs(later) == 0
    _queue(machines).unfinished.clear()
    with django_capture_on_commit_callbacks(execute=True):
        assert [runs.sweep_runs(later) for _ in range(6)] == [1, 1, 1, 1, 0, 0]
    run.refresh_from_db()
    assert (run.attempts, len(_queue(machines).on)) == (5, 5)
    assert "5 times" in run.problem


def test_a_command_leaves_a_run_alone_that_a_worker_is_at(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 1)
    run = _asked(machines, django_capture_on_commit_callbacks)
    claim_letters(machines, CUT_OFF, "robin")
    run.refresh_from_db()
    _queue(machines).unfinished.add(job_of(run))
    assert runs.unfinished_runs(machines) == []
    _queue(machines).unfinished.clear()
    assert runs.unfinished_runs(machines) == [run]


def test_a_run_taken_apart_while_it_waits_is_not_built(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits
) -> None:
    floor.letters(floor.mailing(), 2)
    run = _asked(machines, django_capture_on_commit_callbacks)
    runs.abandon_run(machines, run, "robin", "changed my mind")
    _work(machines)
    run.refresh_from_db()
    assert run.status == PrintRunStatus.ABANDONED
    assert set(Letter.objects.values_list("status", flat=True)) == {LetterStatus.TO_PRINT}


DEEDS = st.lists(st.sampled_from(["ask", "work", "die", "sweep", "abandon"]), min_size=1, max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS)
@example(["ask", "die", "work"])
def test_however_often_a_run_is_asked_for_and_broken_off_no_letter_is_in_two_envelopes(
    machines: PrintMachines, django_capture_on_commit_callbacks: Commits, deeds: list[str]
) -> None:
    for model in (Mailpiece, Letter, PrintRun, Mailing):
        model._default_manager.all().delete()
    _queue(machines).on.clear()
    floor.letters(floor.mailing(), 3)
    at = NOW
    for deed in [*deeds, "ask", "work"]:
        at += dt.timedelta(minutes=1)
        now = dataclasses.replace(machines, clock=lambda moment=at: moment)
        with django_capture_on_commit_callbacks(execute=True):
            _do(now, deed)
    assert Letter.objects.filter(status=LetterStatus.IN_RUN).exclude(mailpiece=None).count() == 3
    assert Mailpiece.objects.count() == 3
    assert PrintRun.objects.filter(status=PrintRunStatus.BUILT).count() == 1


def _do(machines: PrintMachines, deed: str) -> None:
    match deed:
        case "ask":
            run = runs.ask_for_run(machines, CUT_OFF, "robin")
            if run.problem:
                runs.ask_again(machines, run, "robin")
        case "work":
            _work(machines)
        case "die":
            _work(_compose_fails_with(machines, Misconfigured("the worker died here")))
        case "sweep":
            runs.sweep_runs(machines)
        case "abandon":
            for run in PrintRun.objects.filter(status__in=("asked", "building", "built")):
                runs.abandon_run(machines, run, "robin", "a test")
