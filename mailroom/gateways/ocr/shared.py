"""One child process that holds a dear reader (its models take hundreds of megabytes) for all reading processes.

The reading processes ask over a socket; a thread of the parent takes each question and has it answered in a sandbox of
its own, so that the reader is timed out, limited in memory and started again like any other child. It starts at the
first question and is freed when nobody has asked for a while. Whatever goes wrong with it, the page keeps its first
reading and says that it was read only once. A page is stopped by the processor's time it takes; the clock only ends
what hangs, so that a busy machine reads as an idle one does, later.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from threading import Lock, Thread, Timer
from typing import Any, Protocol

import numpy as np

from mailroom.errors import Review
from mailroom.gateways.freed_memory import give_back
from mailroom.gateways.hang import waiting
from mailroom.gateways.sandbox import Sandbox, TookTooLong
from mailroom.values.page import TextSource, Word

log = logging.getLogger(__name__)

Grey = np.ndarray[Any, np.dtype[np.uint8]]
_Words = tuple[Word, ...]
_Answer = tuple[_Words, str]
"""The words; or none, and why."""


class NoSecondReading(Review):
    """The second reader gave no answer for this page; the message says why."""


class Reader(Protocol):
    """What the shared child runs; Rapid fits."""

    def recognise(self, page: Grey, dpi: int) -> _Words: ...  # noqa: D102


@dataclass(frozen=True)
class Door:
    """Where to ask, and the key that keeps other programs of the machine out."""

    address: str
    key: bytes = field(repr=False)


class SharedReader:
    """The parent's side. make: the reader, built in the child.

    seconds: of the processor for one page. patience: seconds by the clock for its turn and its reading together.
    """

    def __init__(
        self,
        make: Callable[[], Reader],
        memory_megabytes: int,
        seconds: float,
        patience: float,
        rest_after: float = 120.0,
    ) -> None:
        self._sandbox = Sandbox(1, memory_megabytes, partial(_prepare, make))
        self._seconds, self._patience, self._rest_after = seconds, patience, rest_after
        self._lock, self._turn = Lock(), Lock()
        self._listener: Listener | None = None
        self._bedtime: Timer | None = None
        self._key, self._last = os.urandom(32), 0.0

    def door(self) -> Door:
        """Where reading processes ask. The first call opens it; no child starts yet."""
        with self._lock:
            if self._listener is None:
                self._listener = Listener(family="AF_UNIX", backlog=128, authkey=self._key)
                Thread(target=self._receive, args=(self._listener,), daemon=True, name="second reader's door").start()
            return Door(str(self._listener.address), self._key)

    def close(self) -> None:
        """Stop the child and take no more questions; a page that waits for an answer keeps its first reading."""
        with self._lock:
            listener, self._listener = self._listener, None
            if self._bedtime is not None:
                self._bedtime.cancel()
        if listener is not None:
            # A thread waiting in accept() is not woken by closing its socket; a caller at the door wakes it. It may
            # have left already, with the caller before this one: then nobody would answer one who stays to be let in.
            with socket.socket(socket.AF_UNIX) as knock:
                knock.connect(str(listener.address))
            listener.close()
        self._sandbox.close()

    def _receive(self, listener: Listener) -> None:
        while self._listener is listener:
            try:
                caller = listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue  # a reading process that was stopped while it knocked
            except OSError:
                return  # the door was closed
            Thread(target=self._serve, args=(caller,), daemon=True, name="second reader's counter").start()

    def _serve(self, caller: Connection) -> None:
        with caller:
            try:
                while True:
                    caller.send_bytes(self._answer(caller.recv_bytes()))
            except (EOFError, OSError):
                return  # the reading process ended, or did not wait for the answer

    def _answer(self, question: bytes) -> bytes:
        """Both go through as they came: a page unpacked and packed again here would cost its size three times."""
        until = time.monotonic() + self._patience
        if not self._turn.acquire(timeout=self._patience):
            return _none(f"it was busy for {self._patience:.0f} seconds")
        try:
            if self._listener is None:
                return _none("it was being closed")
            left = max(until - time.monotonic(), 1.0)
            return self._sandbox.run(self._seconds, _recognise, question, patience=left)
        except TookTooLong:
            return _none(f"it did not finish within {self._seconds:.0f} seconds of the processor")
        except Exception as trouble:
            return _none(f"it failed ({type(trouble).__name__})")
        finally:
            self._last = time.monotonic()
            self._turn.release()
            give_back()
            self._go_to_bed_later()

    def _go_to_bed_later(self) -> None:
        with self._lock:
            if self._bedtime is not None:
                self._bedtime.cancel()
            if self._listener is not None:
                self._bedtime = Timer(self._rest_after, self._rest)
                self._bedtime.daemon = True
                self._bedtime.start()

    def _rest(self) -> None:
        with self._turn:
            if time.monotonic() - self._last >= self._rest_after:
                self._sandbox.close()


class AskingReader:
    """A reading process's side: reads by asking. patience: as the shared reader's."""

    def __init__(self, source: TextSource, door: Door, patience: float) -> None:
        self.source = source
        self._door, self._patience = door, patience + 5
        self._connection: Connection | None = None

    def recognise(self, page: Grey, dpi: int) -> _Words:
        """The words. What this process freed is given back while it waits, when the shared reader needs memory most.

        Raises:
            NoSecondReading: the shared reader cannot answer.
        """
        give_back()
        words, why = self._ask(page, dpi)
        if why:
            raise NoSecondReading(f"The second reader did not read it: {why}.")
        return words

    def _ask(self, page: Grey, dpi: int) -> _Answer:
        try:
            if self._connection is None:
                self._connection = Client(self._door.address, authkey=self._door.key)
            self._connection.send((page, dpi))
            with waiting():
                has_answered = self._connection.poll(self._patience)
            if has_answered:
                answer: _Answer = self._connection.recv()
                return answer
            why = "it did not answer in time"
        except (AuthenticationError, EOFError, OSError) as gone:
            why = f"it cannot be asked ({type(gone).__name__})"
        self._hang_up()
        log.warning("A page has no second reading: %s", why)
        return (), why

    def _hang_up(self) -> None:
        """An answer that came late would be taken for the next page's."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _none(why: str) -> bytes:
    log.warning("A page has no second reading: %s", why)
    return pickle.dumps(((), why))


_CHILD: dict[str, Reader] = {}


def _prepare(make: Callable[[], Reader]) -> None:
    _CHILD["reader"] = make()


def _recognise(question: bytes) -> bytes:
    page, dpi = pickle.loads(question)
    return pickle.dumps((_CHILD["reader"].recognise(page, dpi), ""))
