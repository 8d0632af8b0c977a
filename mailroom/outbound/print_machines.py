"""What print runs need of the outside world, by shape. wiring builds the real ones; tests pass fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailroom.config.document_classes import DocumentClasses
from mailroom.config.postage import Postage
from mailroom.config.printing import Marks, Printing
from mailroom.outbound.manifest import ManifestRow
from mailroom.outbound.notices import NoticeEmail
from mailroom.records.models import Letter
from mailroom.values.document import Document
from mailroom.values.print_progress import PrintProgress
from mailroom.values.print_sheet import PagesToPrint, PieceToPrint, PrintFileWritten
from mailroom.values.sheet_mark import SheetMark


class DocumentStore(Protocol):
    """Keeps bytes under their SHA-256, for ever, unchanged."""

    def put(self, content: bytes | Path) -> str:
        """Store and return the key. Raises Retry when the store is full or away."""

    def exists(self, key: str) -> bool:
        """Whether the key is there."""

    def path_for_reading(self, key: str) -> AbstractContextManager[Path]:
        """A local file with the bytes, for as long as the context lasts."""


class RunQueues(Protocol):
    """Puts the building of runs on the engine's queue; the same work twice is done once."""

    def put_print_run(self, run_id: int, attempt: int) -> str:
        """Claim and build a run."""

    def is_unfinished(self, workflow_id: str) -> bool:
        """Whether the engine still holds it."""


class PrintFiles(Protocol):
    """Makes print files and reads them back."""

    def write(self, pieces: Iterable[PieceToPrint], to: Path) -> PrintFileWritten:
        """Write a file. Raises Reject when a piece has not the sheets its marks say."""

    def check(
        self,
        path: Path,
        marks: Sequence[Sequence[SheetMark | None]],
        place: Marks,
        no_window_mark: frozenset[int] = frozenset(),
    ) -> None:
        """Read a file back, every mark decoded. Raises Reject naming the first side that is wrong."""

    def cut(self, source: Path, first_sheet: int, sides: int, to: Path, sheets: int = 0) -> None:
        """`sheets` sheets of the file from one of them on, or all to the end."""


class Printer(Protocol):
    """Takes files. The name of a job never changes between tries."""

    def find(self, name: str) -> str:
        """The ticket of a job of that name which the printer has already; '' if it has none. Raises Retry."""

    def send(self, name: str, document: Path, duplex: bool) -> str:
        """Hand a file over; returns the printer's ticket. Raises Retry when it is away, Review when it refuses."""

    def progress(self, ticket: str) -> PrintProgress:
        """How far a job is. Raises Retry."""


Composed = Mapping[int, tuple[PagesToPrint, ...] | str]
"""For each letter where its pages and then those of its attachments are, or why it cannot be made."""


@dataclass(frozen=True)
class PrintMachines:
    """Everything print runs and returns are handed.

    compose: makes the letters' pages below the folder. decide_again: settles the channel of these letters anew.
    email_instead: puts a returned letter on by email if its reader consented; says whether it did.
    read_marks: what every Data Matrix on a scan says, page by page. local_time: the council's own. work: for files
    being made.
    attempts: how often building a run is put on before a person has to look.
    sending_takes: how long a job may be on its way to a printer before whoever sends it counts as dead.
    """

    store: DocumentStore
    queues: RunQueues
    compose: Callable[[Sequence[Letter], Path], Composed]
    decide_again: Callable[[Sequence[int]], None]
    email_instead: Callable[[Letter], bool]
    files: PrintFiles
    typeset: Callable[[Document], bytes]
    typeset_manifest: Callable[[str, Iterable[ManifestRow], Path], None]
    printers: Mapping[str, Printer]
    read_marks: Callable[[Path], tuple[tuple[str, ...], ...]]
    tell: Callable[[NoticeEmail], None]
    clock: Callable[[], dt.datetime]
    local_time: Callable[[dt.datetime], dt.datetime]
    printing: Printing
    postage: Postage
    classes: DocumentClasses
    council: str
    council_code: str
    mail_domain: str
    work: Path
    attempts: int = 5
    sending_takes: dt.timedelta = dt.timedelta(minutes=10)

    def printer_for(self, stock: str) -> str:
        """The first printer that holds the paper; one without a list takes any. '' if none does."""
        return next((p.name for p in self.printing.printer if not p.stocks or stock in p.stocks), "")
