"""The print unit's machines for the tests of its screens: the real steps on a store in memory, real sheets."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from mailroom.errors import Reject
from mailroom.inbound.steps import recut, rerun
from mailroom.records.models import Batch, Page
from mailroom.values.batch_layout import BatchEdit
from mailroom.web.print_unit.machines import SheetRequest
from mailroom.wiring.sheets import SheetPrinter
from tests.inbound.line_machines import line_machines, read_batch
from tests.web.machines import RememberingMachines

SITE = Path(__file__).parents[2]


class PrintUnitOnRecord:
    def __init__(self) -> None:
        self.line = line_machines()

    def batch(self, drawn: str) -> Batch:
        """A batch cut from pages drawn as in tests.inbound.line_machines."""
        from mailroom.inbound.steps.cut import cut_batch

        return read_batch(self.line, drawn, cut_batch)

    def recut(self, batch_id: int, edits: Sequence[BatchEdit], based_on: int, actor: str) -> int:
        return len(recut.recut(self.line, batch_id, edits, based_on, actor))

    def read_again(self, batch_id: int, actor: str) -> str:
        return rerun.read_again(self.line, batch_id, actor)

    def cut_again(self, batch_id: int, actor: str) -> str:
        return rerun.cut_again(self.line, batch_id, actor)

    def decide_again(self, batch_id: int, positions: Sequence[int], actor: str) -> str:
        return rerun.decide_again(self.line, batch_id, positions, actor)

    def file_picture(self, batch: Batch, number: int, width: int) -> bytes:
        if batch.reason.startswith("locked"):
            raise Reject("This file is password-protected.")
        return RememberingMachines().page_picture(Page(), width)

    def keep_photo(self, content: Iterable[bytes], filename: str) -> str:
        file = io.BytesIO()
        try:
            Image.open(io.BytesIO(b"".join(content))).convert("L").save(file, "PNG")
        except UnidentifiedImageError:
            raise Reject("This is no picture.") from None
        return str(self.line.store.put(file.getvalue()))

    def photo(self, key: str) -> bytes:
        return bytes(self.line.store.get(key))

    def separator_sheets(self, wanted: SheetRequest) -> bytes:
        printer = SheetPrinter(SITE)
        order = printer.order(
            wanted.count, wanted.service, received=wanted.received, header=wanted.header, expected=wanted.expected
        )
        return printer.pdf(order, wanted.both_sides)
