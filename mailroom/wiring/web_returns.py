"""What the pages for returned mail ask for, answered by the outgoing side's steps."""

from __future__ import annotations

from collections.abc import Sequence

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.returns import letters_of_mark, record_return
from mailroom.outbound.steps.undo_return import undo_return
from mailroom.records.models import Item, Letter
from mailroom.values.return_reason import ReturnReason
from mailroom.web.returns.machines import Followed, TakenBack


class ReturnsDesk:
    """Fits mailroom.web.returns.machines.Returns."""

    def __init__(self, machines: PrintMachines) -> None:
        self._machines = machines

    def find(self, mark: str) -> Sequence[Letter]:
        """The letters in the envelope with that mark."""
        return letters_of_mark(self._machines, mark)

    def record(self, mark: str, reason: ReturnReason, actor: str, item: Item | None = None) -> Followed:
        """Note that the envelope came back."""
        found = record_return(self._machines, mark, reason, actor, item)
        return Followed(found.letters, found.address_stopped, found.resent, found.was_known)

    def take_back(self, letter: Letter, actor: str) -> TakenBack:
        """Undo a return noted by mistake."""
        found = undo_return(self._machines, letter, actor)
        return TakenBack(found.letters, found.address_open, found.emailed, found.items)
