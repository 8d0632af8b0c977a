"""A child process that hangs ends itself: one that does nothing at all, and waits for nothing it may wait for.

A busy machine keeps work waiting for the processor or the disk, and the kernel says so of each thread. Work that hangs
sleeps: it is neither running nor about to, and uses no time of the processor however long it is watched.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HUNG = 87
"""The exit code of a child that ended itself; any that no library uses."""
_LOOKS = 24
"""Looks at a child before it counts as hung."""
_NOTHING = 0.005
"""Seconds of the processor in all that time: threads that only wait use thousandths, reading a page seconds."""
_waiting = threading.Event()


@contextmanager
def ended_when_it_hangs(seconds: float) -> Iterator[None]:
    """End this process, by exit code HUNG, when the work within has done nothing for so long by the clock."""
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(seconds, done), name="hang", daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


@contextmanager
def waiting() -> Iterator[None]:
    """Work that waits for another process, with an end to its patience of its own, does not hang."""
    _waiting.set()
    try:
        yield
    finally:
        _waiting.clear()


def _watch(seconds: float, done: threading.Event) -> None:
    quiet, used = 0, _time_of_others()
    while not done.wait(seconds / _LOOKS):
        if _waiting.is_set() or not _all_others_sleep() or _time_of_others() - used > _NOTHING:
            quiet, used = 0, _time_of_others()
            continue
        quiet += 1
        if quiet >= _LOOKS:
            os._exit(HUNG)


def _time_of_others() -> float:
    """Of the processor, by all threads but this one."""
    return time.process_time() - time.thread_time()


def _all_others_sleep() -> bool:
    """Whether no thread but this one runs, is about to, or waits for a disk."""
    me = str(threading.get_native_id())
    return all(_state(task) == "S" for task in Path("/proc/self/task").iterdir() if task.name != me)


def _state(task: Path) -> str:
    try:
        return (task / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return "S"  # it ended between the two looks
