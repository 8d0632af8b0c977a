"""Hearing of a change in a folder from the kernel, so that the scanner need not wait for its clock."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

_CHANGES = (
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
)
"""Not that a file was opened or read: each look reads, and would call for the next."""


class _Wake(FileSystemEventHandler):
    def __init__(self, bell: Event) -> None:
        self._bell = bell

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._bell.set()


class Hints:
    """Sets `bell` when something changes in the folders; a folder that gives no events is simply never heard of."""

    def __init__(self, folders: tuple[Path, ...], bell: Event) -> None:
        self._observer = Observer()
        for folder in folders:
            self._observer.schedule(_Wake(bell), str(folder), recursive=True, event_filter=list(_CHANGES))

    def __enter__(self) -> Hints:
        self._observer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._observer.stop()
        self._observer.join(timeout=5)
