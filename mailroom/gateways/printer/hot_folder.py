"""A hot folder: files laid where a print controller takes them from.

Handing over is one atomic rename. Whether it happened can be told after a crash at any moment: the file is written
whole under a dot name, then a note is laid beside it, then it is renamed. Note there and dot file gone: handed over,
even if the controller has taken it since.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from mailroom.gateways.printer.faults import PrinterAway
from mailroom.values.print_progress import PrintProgress, PrintState


class HotFolder:
    """One folder. Notes lie in its sub-folder `.handed-over`, which controllers do not look at."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._notes = folder / ".handed-over"

    def find(self, name: str) -> str:
        """The name itself if the file was handed over, else ''."""
        return name if self._note(name).exists() and not self._half(name).exists() else ""

    def send(self, name: str, document: Path, duplex: bool) -> str:
        """Lay the file there under its name. Raises PrinterAway when the folder cannot be written."""
        half = self._half(name)
        try:
            self._notes.mkdir(parents=True, exist_ok=True)
            with document.open("rb") as source, half.open("wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
                out.flush()
                os.fsync(out.fileno())
            self._note(name).touch()
            _sync(self._notes)
            half.rename(self._folder / f"{name}.pdf")
            _sync(self._folder)
        except OSError as full:
            raise PrinterAway(
                f"The printer's folder cannot be written ({full.strerror}). Look whether the share is there; resume."
            ) from full
        return name

    def progress(self, ticket: str) -> PrintProgress:
        """Waiting while the file lies there; done when the controller has taken it. Sheets are not known."""
        if not self._folder.is_dir():
            raise PrinterAway("The printer's folder is not there. Look whether the share is there.")
        waiting = (self._folder / f"{ticket}.pdf").exists()
        return PrintProgress(PrintState.WAITING if waiting else PrintState.DONE)

    def _half(self, name: str) -> Path:
        return self._folder / f".{name}.part"

    def _note(self, name: str) -> Path:
        return self._notes / name


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
