"""Machines for the tests of the screens: they remember what was asked of them, and draw a plain page."""

from __future__ import annotations

import io
from collections.abc import Iterable

from PIL import Image, ImageDraw

from mailroom.errors import Retry
from mailroom.records.models import Batch, Item, Page
from mailroom.web.machines import Upload


class RememberingMachines:
    def __init__(self) -> None:
        self.on_line: list[tuple[int, int]] = []
        self.retried: list[int] = []
        self.taken: list[Upload] = []
        self.engine_is_away = False

    def page_picture(self, page: Page, width: int) -> bytes:
        picture = Image.new("RGB", (width, round(width * 1.414)), "white")
        pen = ImageDraw.Draw(picture)
        for row in range(12, 60):
            length = 0.82 - 0.5 * (row % 7 == 0)
            pen.rectangle((0.1 * width, row * width / 48, length * width, row * width / 48 + width / 140), fill="#777")
        file = io.BytesIO()
        picture.save(file, "PNG")
        return file.getvalue()

    def filed_pdf(self, item: Item) -> bytes:
        if not item.filed_as:
            raise Retry(f"{item.number} is not filed yet.")
        return b"%PDF-1.7\n"

    def put_on_line(self, item_id: int, version: int) -> None:
        self.on_line.append((item_id, version))

    def try_batch_again(self, batch_id: int, actor: str) -> str:
        self.retried.append(batch_id)
        return "Put on the line again."

    def jobs_waiting(self) -> dict[str, float]:
        if self.engine_is_away:
            raise Retry("The engine's database does not answer.")
        return {"items": 3}

    def take_in(self, content: Iterable[bytes], upload: Upload) -> Batch:
        self.taken.append(upload)
        size = sum(map(len, content))
        return Batch.objects.create(
            original=f"{size:064d}",
            filename=upload.filename,
            source="upload",
            received=upload.received,
            service=upload.service,
            expected_items=upload.expected_items,
        )
