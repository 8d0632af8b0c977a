"""One child process that holds a dear reader (its models take hundreds of megabytes) for all reading processes.

The reading processes ask over a socket; a thread of the parent takes each question and has it answered in a sandbox of
its own, so that the reader is timed out, limited in memory and started again like any other child. It starts at the
first question and is freed when nobody has asked for a while. Whatever goes wrong with it, the answer is no words, and
the page keeps its first reading.
"""

from __future__ import annotations

import logging
import os
import pickle
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from threading import Lock, Thread, Timer
from typing import Any, Protocol

import numpy as np

from mailroom.gateways.freed_memory import give_back
from mailroom.gateways.sandbox import Sandbox
from mailroom.values.page import TextSource, Word

log = logging.getLogger(__name__)

Grey = np.ndarray[Any, np.dtype[np.uint8]]
_Words = tuple[Word, ...]
_NO_WORDS = pickle.dumps(())


class Reader(Protocol):
    """What the shared child runs; Rapid fits."""

    def recognise(self, page: Grey, dpi: int) -> _Words: ...  # noqa: D102


@dataclass(frozen=True)
class Door:
    """Where to ask, and the key that keeps other programs of the machine out."""

    address: str
    key: bytes = field(repr=False)


class SharedReader:
    """The parent's side. make: the reader, built in the child. seconds: for one page, and again to wait for a turn."""

    def __init__(
        self, make: Callable[[], Reader], memory_megabytes: int, seconds: float, rest_after: float = 120.0
    ) -> None:
        self._sandbox = Sandbox(1, memory_megabytes, partial(_prepare, make))
        self._seconds, self._rest_after = seconds, rest_after
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
            # A thread waiting in accept() is not woken by closing its socket; a caller at the door wakes it.
            Client(str(listener.address), authkey=self._key).close()
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
        if not self._turn.acquire(timeout=self._seconds):
            log.warning("The second reader was busy for %.0f seconds; a page keeps its first reading.", self._seconds)
            return _NO_WORDS
        try:
            return self._sandbox.run(self._seconds, _recognise, question) if self._listener else _NO_WORDS
        except Exception as trouble:
            log.warning(
                "The second reader gave no answer (%s); a page keeps its first reading.", type(trouble).__name__
            )
            return _NO_WORDS
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
    """A reading process's side: reads by asking. seconds: as the shared reader's."""

    def __init__(self, source: TextSource, door: Door, seconds: float) -> None:
        self.source = source
        self._door, self._patience = door, 2 * seconds + 5
        self._connection: Connection | None = None

    def recognise(self, page: Grey, dpi: int) -> _Words:
        """The words, or none when the shared reader cannot answer.

        What this process freed is given back while it waits for the answer, when the shared reader needs memory most.
        """
        give_back()
        try:
            if self._connection is None:
                self._connection = Client(self._door.address, authkey=self._door.key)
            self._connection.send((page, dpi))
            if self._connection.poll(self._patience):
                words: _Words = self._connection.recv()
                return words
        except (AuthenticationError, EOFError, OSError) as gone:
            log.warning("The second reader cannot be asked (%s); a page keeps its first reading.", type(gone).__name__)
        self._hang_up()
        return ()

    def _hang_up(self) -> None:
        """An answer that came late would be taken for the next page's."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


_CHILD: dict[str, Reader] = {}


def _prepare(make: Callable[[], Reader]) -> None:
    _CHILD["reader"] = make()


def _recognise(question: bytes) -> bytes:
    page, dpi = pickle.loads(question)
    return pickle.dumps(_CHILD["reader"].recognise(page, dpi))
