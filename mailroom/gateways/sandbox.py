"""Work in child processes that can be timed out and limited in memory; a child that dies takes nothing with it.

Time is the processor's, so that a busy machine does as an idle one does, later. Work over it is told by a signal, which
raises TookTooLong in it; where that cannot be heard, deep in a library, the kernel ends the child two seconds of the
processor later. Work that does nothing at all for two minutes hangs, and its child ends itself (hang.py). The clock
ends what escapes both.
"""

from __future__ import annotations

import math
import multiprocessing
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as TimedOut
from contextlib import contextmanager
from functools import partial
from threading import Lock
from types import TracebackType
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from mailroom.errors import Review
from mailroom.gateways.hang import HUNG, ended_when_it_hangs

T = TypeVar("T")

_FORKING = multiprocessing.get_context("forkserver")
_CLOCK = 10
"""Times the processor's seconds, by the clock: so long work may take on a machine where ten programs share a core."""
_IDLE = 120.0
"""Seconds by the clock in which work does nothing at all: longer than any wait of a library for a network or a lock."""
_DEAF = 2
"""Seconds of the processor that work may go on after it was told to stop."""


class TookTooLong(Review):
    """The work did not finish in its time and was stopped."""


class RanOutOfMemory(Review):
    """The work needed more memory than it may have."""


class Crashed(Review):
    """The child process died."""


class Sandbox:
    """A pool of child processes, each limited to `memory_megabytes` of address space beyond what it starts with.

    Safe to use from many threads. Children are started afresh (no fork of a threaded parent) and are replaced when
    they die. `prepare` runs once in each child, to load what it needs. beforehand: modules the process that children
    are forked from imports, so that all children share their memory; it is one for the whole program and starts with
    its first child, and what is asked for later comes too late. idle_seconds: how long work may do nothing at all
    before it counts as hung.
    """

    def __init__(
        self,
        children: int,
        memory_megabytes: int,
        prepare: Callable[[], None],
        beforehand: Sequence[str] = (),
        idle_seconds: float = _IDLE,
    ) -> None:
        if beforehand:
            _FORKING.set_forkserver_preload([*beforehand, f"{__package__}.shared_pages"])
        self._new_pool = partial(
            ProcessPool,
            max_workers=children,
            max_tasks=500,  # a fresh child now and then gives back what libraries never free
            initializer=_start,
            initargs=(memory_megabytes, prepare),
            context=_FORKING,
        )
        self._pool, self._renewing = self._new_pool(), Lock()
        self._idle_seconds = idle_seconds

    def run(self, seconds: float, work: Callable[..., T], *args: object, patience: float = 0) -> T:
        """Run `work(*args)` in a child and return its value; what it raises is raised here.

        seconds: of the processor. patience: by the clock; ten times as many where it is left out.

        Raises:
            TookTooLong, RanOutOfMemory, Crashed: the child was stopped or died; the pool goes on.
        """
        patience = patience or seconds * _CLOCK
        try:
            within = partial(_within, seconds, self._idle_seconds, work, *args)
            value: T = self._working_pool().schedule(within, timeout=patience).result()
        except TimedOut:
            raise TookTooLong(f"It took longer than {patience:.0f} seconds and was stopped.") from None
        except MemoryError:
            raise RanOutOfMemory("It needed more memory than reading may use.") from None
        except ProcessExpired as died:
            if died.exitcode == -signal.SIGXCPU:
                raise _over(seconds) from None
            if died.exitcode == HUNG:
                raise TookTooLong(f"It did nothing for {self._idle_seconds:g} seconds and was stopped.") from None
            raise Crashed(f"The reading process stopped (exit code {died.exitcode}).") from None
        except BrokenExecutor:
            raise Crashed("The reading processes could not be started.") from None
        return value

    def _working_pool(self) -> ProcessPool:
        """The pool, or a new one in place of one that gave up because its children could not start."""
        with self._renewing:
            if not self._pool.active:
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool = self._new_pool()
            return self._pool

    def __enter__(self) -> Sandbox:
        """The pool starts its children at the first work."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the children; work under way is abandoned, the line repeats it. Work that comes later starts others."""
        with self._renewing:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join(timeout=10)


def _within(seconds: float, idle_seconds: float, work: Callable[..., T], *args: object) -> T:
    with ended_when_it_hangs(idle_seconds), _processor_time(seconds):
        return work(*args)


@contextmanager
def _processor_time(seconds: float) -> Iterator[None]:
    """Stop the work within after so much time of the processor. For a child's main thread.

    It is told again each second: work may take the first telling for some reader's failure and go on.

    Raises:
        TookTooLong: it was stopped.
    """

    def stop(*_: object) -> None:
        raise _over(seconds)

    before = signal.signal(signal.SIGPROF, stop)
    allowed, most = resource.getrlimit(resource.RLIMIT_CPU)
    last = math.ceil(time.process_time() + seconds) + _DEAF
    resource.setrlimit(resource.RLIMIT_CPU, (last if most == resource.RLIM_INFINITY else min(last, most), most))
    signal.setitimer(signal.ITIMER_PROF, seconds, 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))
        signal.signal(signal.SIGPROF, before)


@contextmanager
def in_a_library() -> Iterator[Callable[[], bool]]:
    """For a library that asks between its steps whether to stop, since no error can pass through it.

    Yields whether this child was told to stop. The error is raised when the library has returned.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # only a main thread is told anything
        return
    told: list[int] = []
    before = signal.signal(signal.SIGPROF, lambda number, _: told.append(number))
    try:
        yield lambda: bool(told)
    finally:
        signal.signal(signal.SIGPROF, before)
    if told:
        signal.raise_signal(signal.SIGPROF)


def _over(seconds: float) -> TookTooLong:
    return TookTooLong(f"It needed more than {seconds:g} seconds of the processor and was stopped.")


def _start(memory_megabytes: int, prepare: Callable[[], None]) -> None:
    limit = memory_megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the memory of a child that dies holds people's letters
    prepare()
