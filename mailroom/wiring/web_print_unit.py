"""What the print unit's desk asks for, answered by the incoming line's machines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from mailroom.inbound.machines import Machines
from mailroom.inbound.steps import recut, rerun
from mailroom.records.models import Batch
from mailroom.values.batch_layout import BatchEdit
from mailroom.web.print_unit.machines import SheetRequest
from mailroom.wiring.reading import PageReader
from mailroom.wiring.sheets import SheetPrinter

PHOTO_WIDTH = 1240
"""Pixels: a receipt of A4 at 150 dpi, on which a signature and a stamp can be read."""


class PrintUnitMachines:
    """Recutting, running stages again, previews and separator sheets."""

    def __init__(self, machines: Machines, reader: PageReader, site: Path) -> None:
        self._machines, self._reader = machines, reader
        self._sheets = SheetPrinter(site)

    def recut(self, batch_id: int, edits: Sequence[BatchEdit], based_on: int, actor: str) -> int:
        """Put edits into force; returns how many items go on the line again."""
        return len(recut.recut(self._machines, batch_id, edits, based_on, actor))

    def read_again(self, batch_id: int, actor: str) -> str:
        """Read every page anew, then cut and decide."""
        return rerun.read_again(self._machines, batch_id, actor)

    def cut_again(self, batch_id: int, actor: str) -> str:
        """Cut anew from the machine's readings."""
        return rerun.cut_again(self._machines, batch_id, actor)

    def decide_again(self, batch_id: int, positions: Sequence[int], actor: str) -> str:
        """Understand and route these items anew."""
        return rerun.decide_again(self._machines, batch_id, positions, actor)

    def file_picture(self, batch: Batch, number: int, width: int) -> bytes:
        """A page of the original as a PNG, whatever became of the batch."""
        with self._machines.store.path_for_reading(batch.original) as path:
            return self._reader.picture(path, number, 0, width)

    def keep_photo(self, content: Iterable[bytes], filename: str) -> str:
        """Drawn anew in a process of its own: what a camera wrote beside the picture, and where it was, is gone."""
        with tempfile.NamedTemporaryFile(prefix="mailroom-photo-", suffix=Path(filename).suffix) as file:
            file.writelines(content)
            file.flush()
            return self._machines.store.put(self._reader.picture(Path(file.name), 1, 0, PHOTO_WIDTH))

    def photo(self, key: str) -> bytes:
        """A picture kept so, as a PNG."""
        return self._machines.store.get(key)

    def separator_sheets(self, wanted: SheetRequest) -> bytes:
        """The sheets as a PDF. Raises ValueError for a request nobody could print."""
        order = self._sheets.order(
            wanted.count,
            wanted.service,
            received=wanted.received,
            scanner=wanted.scanner,
            header=wanted.header,
            expected=wanted.expected,
        )
        return self._sheets.pdf(order, wanted.both_sides)
