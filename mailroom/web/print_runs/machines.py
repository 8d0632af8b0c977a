"""What the print-run pages need of the outgoing side, by shape. wiring/web_print_runs.py sets the real one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.records.models import PrintRun


@dataclass(frozen=True, slots=True)
class RunFile:
    """A print file of a run. paper: the printer's setting for it ('white-90, both sides')."""

    name: str
    sheets: int
    pieces: int
    paper: str


@dataclass(frozen=True, slots=True)
class WrongPiece:
    """A piece that cannot go out as it stands, with what is wrong in words. reprint: printing it again would help."""

    number: int
    words: str
    reprint: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a run stands against its manifest. others: what was seen or counted that does not belong, in words."""

    expected: int
    good: int
    balances: bool
    wrong: tuple[WrongPiece, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """One scan: good or not, what stands beside the mark, and what to tell the person."""

    good: bool
    mark: str
    message: str


class PrintRuns(Protocol):
    """Every call may raise Review (a person must do something else), Retry or Misconfigured, in a person's words."""

    def build(self, cut_off: dt.datetime | None, actor: str) -> PrintRun:
        """Ask for the run of every letter ready by then (now, if None). Returns at once; a worker builds it."""

    def build_again(self, run: PrintRun, actor: str) -> None:
        """Put a run whose building stopped on again."""

    def release(self, run: PrintRun, actor: str) -> None:
        """Hand the run to the printers."""

    def resume(self, run: PrintRun, actor: str, file: str, from_sheet: int) -> None:
        """Carry on what stopped; file and sheet are '' and 0 where the printer's own count will do."""

    def look(self, run: PrintRun) -> None:
        """Ask the printers how far they are, and note it."""

    def abandon(self, run: PrintRun, actor: str, reason: str) -> None:
        """Take a run apart that no printer has."""

    def files(self, run: PrintRun) -> list[RunFile]:
        """Its print files in the order of printing."""

    def output(self, run: PrintRun, name: str) -> bytes:
        """A file of the run: print file, manifest, docket."""

    def scan(self, run: PrintRun, text: str, actor: str) -> Scanned:
        """Note a sheet by the mark a hand scanner typed."""

    def take_back(self, run: PrintRun, text: str, actor: str) -> Scanned:
        """Take back one scan of a sheet."""

    def count(self, run: PrintRun, file: str, pieces: int, actor: str) -> None:
        """Note how many good pieces of a file were counted by hand."""

    def spoil(self, run: PrintRun, piece: str, actor: str) -> str:
        """Note that a piece cannot go out; returns its name."""

    def standing(self, run: PrintRun) -> Standing:
        """The run against its manifest."""

    def ask_reprint(self, run: PrintRun, piece: str, actor: str, reason: str) -> None:
        """Ask for a piece to be printed again."""

    def agree_reprint(self, run: PrintRun, piece: str, actor: str) -> None:
        """Agree to what somebody else asked for."""

    def withdraw_reprint(self, run: PrintRun, piece: str, actor: str) -> None:
        """Take a request back."""

    def close(self, run: PrintRun, actor: str) -> None:
        """Close a run that balances: its letters are posted."""


_set: list[PrintRuns] = []


def use(machines: PrintRuns) -> None:
    """Set the machines of this desk."""
    _set[:] = [machines]


def print_runs() -> PrintRuns:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _set:
        raise Misconfigured("The web pages were started without print runs. Start them with `mailroom run`.")
    return _set[0]
