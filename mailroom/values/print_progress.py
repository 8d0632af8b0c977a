"""How far a printer is with a job."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PrintState(StrEnum):
    """What the printer says of a job."""

    WAITING = "waiting"
    PRINTING = "printing"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class PrintProgress:
    """sheets: how many of the job are known to be printed; None when the printer does not count. reason: its words."""

    state: PrintState
    sheets: int | None = None
    reason: str = ""
