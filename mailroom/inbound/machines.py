"""What the incoming line needs of the outside world, by shape. wiring.py builds the real ones; tests pass fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mailroom.config.mailroom import MailroomConfig
from mailroom.inbound.understanding import Understanding
from mailroom.values.decisions import ItemPages, Separation
from mailroom.values.outgoing_email import OutgoingEmail
from mailroom.values.page import PageReading


class ScanReader(Protocol):
    """Opens scans and reads pages, where it can be timed out and limited in memory."""

    def page_count(self, path: Path) -> int:
        """Pages in the file, parsed to the last one. Raises Reject with a clerk's reason."""

    def read(self, path: Path, number: int, rotation: int | None = None) -> PageReading:
        """Read one page. A page that cannot be read comes back as UNREAD; never raises for a bad page.

        rotation: the turn that a person says brings it upright; found out where it is None.
        """


class DocumentStore(Protocol):
    """Keeps bytes under their SHA-256, for ever, unchanged."""

    def put(self, content: bytes | Path) -> str:
        """Store and return the key. Raises Retry when the store is full or away."""

    def get(self, key: str) -> bytes:
        """The bytes, hash verified."""

    def exists(self, key: str) -> bool:
        """Whether the key is there."""

    def path_for_reading(self, key: str) -> AbstractContextManager[Path]:
        """A local file with the bytes, for as long as the context lasts."""


class FilingCopy(Protocol):
    """Builds the searchable PDF/A."""

    def __call__(
        self, source: Path, pages: Sequence[PageReading], title: str, created: dt.datetime, output: Path
    ) -> None:
        """Write the item's pages from the original to `output`."""


class MailServer(Protocol):
    """Sends one email. Raises Retry for passing trouble and another MailroomError for good."""

    def send(self, email: OutgoingEmail) -> None:
        """Hand the email over."""


class Queues(Protocol):
    """Puts work on the engine's queues; the same work twice is done once."""

    def put_batch(self, batch_id: int, attempt: int) -> str:
        """Read and cut."""

    def put_item(self, item_id: int, version: int, after_seconds: float = 0.0) -> str:
        """Decide, file, send; not before so many seconds."""

    def put_email(self, delivery_id: int, attempt: int) -> str:
        """Send one email."""

    def is_unfinished(self, workflow_id: str) -> bool:
        """Whether the engine still holds it."""

    def killed_its_workers(self, workflow_id: str) -> bool:
        """Whether it was given up because worker processes died over it."""


@dataclass(frozen=True)
class Machines:
    """Everything the line is handed. `separate` cuts a batch by a folder's policy; `understand` runs the stations.

    What `separate` is told last is whether both sides were scanned, None where nobody said.
    second_letter_days: how long after a letter another on the same matter counts as a second one.
    """

    reader: ScanReader
    store: DocumentStore
    filing_copy: FilingCopy
    mail: MailServer
    queues: Queues
    separate: Callable[[Sequence[PageReading], str, bool | None], Separation]
    understand: Callable[[ItemPages, dt.date, tuple[str, ...], str], Understanding]
    compose: Callable[..., OutgoingEmail]
    clock: Callable[[], dt.datetime]
    config: MailroomConfig
    data: Path
    services: frozenset[str]
    mail_domain: str
    second_letter_days: int
