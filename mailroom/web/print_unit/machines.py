"""What the print unit's desk needs of the incoming side, by shape. wiring/web_print_unit.py sets the real one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.records.models import Batch
from mailroom.values.batch_layout import BatchEdit


@dataclass(frozen=True, slots=True)
class SheetRequest:
    """Separator sheets somebody wants to print; expected: items in the batch, for the header."""

    count: int
    service: str = ""
    received: dt.date | None = None
    scanner: str = ""
    header: bool = False
    expected: int | None = None
    both_sides: bool = True


class PrintUnit(Protocol):
    def recut(self, batch_id: int, edits: Sequence[BatchEdit], based_on: int, actor: str) -> int:
        """Put edits into force; returns how many items go on the line again. Raises Review."""

    def read_again(self, batch_id: int, actor: str) -> str:
        """Read every page anew, then cut and decide; returns what to tell the person. Raises Review."""

    def cut_again(self, batch_id: int, actor: str) -> str:
        """Cut anew from the machine's readings. Raises Review."""

    def decide_again(self, batch_id: int, positions: Sequence[int], actor: str) -> str:
        """Understand and route these items anew."""

    def file_picture(self, batch: Batch, number: int, width: int) -> bytes:
        """A page of the original as a PNG, whatever became of the batch. Raises MailroomError if it has none."""

    def keep_photo(self, content: Iterable[bytes], filename: str) -> str:
        """Draw an uploaded picture anew and keep that, never the file as it came; returns its key.

        Raises a MailroomError with words for the person when it cannot be drawn.
        """

    def photo(self, key: str) -> bytes:
        """A picture kept so, as a PNG."""

    def separator_sheets(self, wanted: SheetRequest) -> bytes:
        """The sheets as a PDF. Raises ValueError for a request nobody could print."""


_set: list[PrintUnit] = []


def use(machines: PrintUnit) -> None:
    """Set the machines of this desk."""
    _set[:] = [machines]


def print_unit() -> PrintUnit:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _set:
        raise Misconfigured("The web pages were started without the mailroom. Start them with `mailroom run`.")
    return _set[0]
