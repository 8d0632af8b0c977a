"""What the pages for returned mail need of the outgoing side, by shape. wiring/web_returns.py sets the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.records.models import Item, Letter
from mailroom.values.return_reason import ReturnReason


@dataclass(frozen=True, slots=True)
class Followed:
    """What followed from a return. stopped: no more post to that address. emailed: letters that go again by email."""

    letters: tuple[str, ...]
    stopped: bool
    emailed: tuple[str, ...]
    was_known: bool


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was undone. opened: post goes to the address again. emailed: had gone by email already, which stays so.

    items: scans that are in review again.
    """

    letters: tuple[str, ...]
    opened: bool
    emailed: tuple[str, ...]
    items: tuple[str, ...]


class Returns(Protocol):
    """Every call may raise Review (the mark is not ours, the letter never left), in a person's words."""

    def find(self, mark: str) -> Sequence[Letter]:
        """The letters in the envelope with that mark."""

    def record(self, mark: str, reason: ReturnReason, actor: str, item: Item | None = None) -> Followed:
        """Note that the envelope came back; item: what it was scanned as."""

    def take_back(self, letter: Letter, actor: str) -> TakenBack:
        """Undo a return noted by mistake."""


_set: list[Returns] = []


def use(machines: Returns) -> None:
    """Set the machines of this desk."""
    _set[:] = [machines]


def returns() -> Returns:
    """The machines in use. Raises Misconfigured if none were set."""
    if not _set:
        raise Misconfigured("The web pages were started without returned mail. Start them with `mailroom run`.")
    return _set[0]
