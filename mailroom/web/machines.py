"""What the screens need of the outside world, by shape. wiring sets the real ones with `use`; tests set fakes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.records.models import Batch, Item, Page


@dataclass(frozen=True, slots=True)
class Upload:
    """What the person who uploads a file says about it."""

    filename: str
    received: dt.date
    actor: str
    policy: str = "auto"
    duplex: bool = False
    service: str = ""
    expected_items: int | None = None


class WebMachines(Protocol):
    def page_picture(self, page: Page, width: int) -> bytes:
        """The page upright as a PNG so many pixels wide, made anew from the original."""

    def filed_pdf(self, item: Item) -> bytes:
        """The filed PDF/A. Raises Retry while it is not filed yet."""

    def put_on_line(self, item_id: int, version: int) -> None:
        """Queue the item after a person's decision. Call it after the commit."""

    def try_batch_again(self, batch_id: int, actor: str) -> str:
        """Put a quarantined batch on the line again; returns what to tell the person."""

    def take_in(self, content: Iterable[bytes], upload: Upload) -> Batch:
        """Store the uploaded file, record its batch and queue it."""

    def jobs_waiting(self) -> dict[str, float]:
        """Pieces of work on each queue, waiting or running. Raises Retry when the engine does not answer."""


_machines: list[WebMachines] = []


def use(machines: WebMachines) -> None:
    """Set the machines the screens use from here on."""
    _machines[:] = [machines]


def machines() -> WebMachines:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _machines:
        raise Misconfigured("The web pages were started without the mailroom. Start them with `mailroom run`.")
    return _machines[0]
