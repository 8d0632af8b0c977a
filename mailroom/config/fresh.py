"""What a file of the site says now: read again when the file has changed, so that a change needs no new start."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from mailroom.errors import Misconfigured

log = logging.getLogger(__name__)
T = TypeVar("T")
Stamp = tuple[tuple[str, int, int, int], ...]
LOOK_EVERY = 1.0
"""Seconds. A print run asks for a template with every letter, thousands a second; people change files by hand."""


class Fresh(Generic[T]):
    """Call it for the value. A file that has become wrong is not taken: what it said before stays in force.

    files: those the value is read from; a new, a changed or a missing one means reading again.
    """

    def __init__(self, load: Callable[[], T], files: Callable[[], Iterable[Path]]) -> None:
        """Read it for the first time. Raises Misconfigured."""
        self._load, self._files, self._lock = load, files, Lock()
        self._stamp, self._looked = self._stamped(), time.monotonic()
        self._value = load()

    def __call__(self) -> T:
        """The value as the files were a second ago at most, or as they last were right."""
        with self._lock:
            if time.monotonic() - self._looked >= LOOK_EVERY:
                self._look()
            return self._value

    def _look(self) -> None:
        self._looked, stamp = time.monotonic(), self._stamped()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._load()
        except (Misconfigured, OSError) as wrong:
            log.error("a changed file of the site is wrong, so what it said before stays in force: %s", wrong)

    def _stamped(self) -> Stamp:
        """Name, time, size and inode of each file: a file put in the place of another has another inode."""
        found = []
        for path in sorted(self._files()):
            try:
                about = path.stat()
            except OSError:
                continue
            found.append((path.name, about.st_mtime_ns, about.st_size, about.st_ino))
        return tuple(found)
