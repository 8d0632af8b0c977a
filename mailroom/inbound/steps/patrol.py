"""The rounds: each watch folder looked at by its own clock, and a sweep for work left behind."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from django.db import close_old_connections

from mailroom.config.mailroom import Noticing, place
from mailroom.errors import MailroomError, Retry
from mailroom.inbound.machines import Machines
from mailroom.inbound.steps.sweep import sweep
from mailroom.inbound.steps.watch import Look, Watcher

log = logging.getLogger(__name__)

_PATIENCE = 30.0
"""Seconds for the rounds under way when told to stop."""

Hints = Callable[[tuple[Path, ...], threading.Event], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Errand:
    """A round with a clock of its own, because it may take long: reading a mailbox, say."""

    name: str
    run: Callable[[], object]
    every_seconds: float


@dataclass
class Patrol:
    """Threads that go their rounds until told to stop. Use as a context manager.

    hints: the machine that rings a bell when a folder changes. rounds: further work for each sweep, such as adopting
    the work of dead executors. errands: each goes in a thread of its own.
    """

    machines: Machines
    watchers: Sequence[Watcher]
    hints: Hints
    rounds: Sequence[Callable[[], object]] = ()
    errands: Sequence[Errand] = ()
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _bells: list[threading.Event] = field(default_factory=list)

    def __enter__(self) -> Patrol:
        """Start the threads."""
        jobs: list[tuple[str, Callable[[], None]]] = [("sweep", self._sweep)]
        for watcher in self.watchers:
            self._bells.append(bell := threading.Event())
            jobs.append((f"watch {watcher.folder.name}", lambda w=watcher, b=bell: self._watch(w, b)))  # type: ignore[misc]
        for errand in self.errands:
            jobs.append((errand.name, lambda e=errand: self._go(e)))  # type: ignore[misc]
        for name, work in jobs:
            thread = threading.Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop and wait for the rounds under way, half a minute for all of them together."""
        self._stop.set()
        for bell in self._bells:
            bell.set()
        until = time.monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(timeout=max(until - time.monotonic(), 0.0))
        if late := [thread.name for thread in self._threads if thread.is_alive()]:
            log.warning("did not end within %.0f s, and are left: %s", _PATIENCE, ", ".join(late))

    def _watch(self, watcher: Watcher, bell: threading.Event) -> None:
        folder = place(self.machines.data, watcher.folder.path)
        with ExitStack() as stack:
            if watcher.folder.noticing is Noticing.EVENTS:
                self._listen(stack, folder, bell)
            pause = 0.0
            while not self._stop.is_set():
                bell.wait(timeout=pause)
                bell.clear()
                pause = self._look(watcher)

    def _listen(self, stack: ExitStack, folder: Path, bell: threading.Event) -> None:
        """Be told of changes if the folder allows it; without that it is looked at by the clock."""
        try:
            stack.enter_context(self.hints((folder,), bell))
        except OSError as deaf:
            log.warning(
                "watch folder %s gives no events (%s); it is looked at by the clock", folder.name, deaf.strerror
            )

    def _look(self, watcher: Watcher) -> float:
        """One look; returns the seconds until the next: soon while a file settles, else the folder's own clock."""
        try:
            look = watcher.look()
        except Retry as away:
            log.warning("%s", away)
            look = Look(0, 0)
        except Exception:
            log.exception("watch folder %s: the look failed; the folder is looked at again", watcher.folder.name)
            look = Look(0, 0)
        finally:
            close_old_connections()
        soon = max(watcher.folder.settle_seconds / 2, 0.2)
        wait = min(soon, watcher.folder.scan_every_seconds) if look.waiting else watcher.folder.scan_every_seconds
        return 0.0 if self._stop.wait(0.05) else wait

    def _go(self, errand: Errand) -> None:
        while not self._stop.is_set():
            try:
                errand.run()
            except MailroomError as trouble:
                log.warning("%s: %s", errand.name, trouble)
            except Exception:
                log.exception("%s failed; it is repeated", errand.name)
            finally:
                close_old_connections()
            self._stop.wait(errand.every_seconds)

    def _sweep(self) -> None:
        while not self._stop.is_set():
            for work in (lambda: sweep(self.machines), *self.rounds):
                try:
                    work()
                except Exception:
                    log.exception("a round of the sweep failed; it is repeated")
                finally:
                    close_old_connections()
            self._stop.wait(self.machines.config.engine.sweep_every_seconds)
