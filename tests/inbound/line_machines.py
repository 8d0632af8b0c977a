"""Machines for the tests of the line's steps: a store in memory, queues that remember, plain stations."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from mailroom.inbound.steps.read import keep_reading
from mailroom.records.models import Batch, Page
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import ItemPages, Separation
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, Word

NOON = dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC)


class MemoryStore:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, content: bytes | Path) -> str:
        data = content if isinstance(content, bytes) else content.read_bytes()
        key = hashlib.sha256(data).hexdigest()
        self.kept[key] = data
        return key

    def get(self, key: str) -> bytes:
        return self.kept[key]

    def exists(self, key: str) -> bool:
        return key in self.kept

    @contextmanager
    def path_for_reading(self, key: str) -> Iterator[Path]:
        yield Path("/nowhere")


class RememberingQueues:
    def __init__(self) -> None:
        self.put: list[str] = []

    def put_batch(self, batch_id: int, attempt: int) -> str:
        return self._put(f"batch-{batch_id}-{attempt}")

    def put_item(self, item_id: int, version: int) -> str:
        return self._put(f"item-{item_id}-{version}")

    def put_email(self, delivery_id: int, attempt: int) -> str:
        return self._put(f"email-{delivery_id}-{attempt}")

    def is_unfinished(self, workflow_id: str) -> bool:
        return False

    def killed_its_workers(self, workflow_id: str) -> bool:
        return False

    def _put(self, workflow_id: str) -> str:
        self.put.append(workflow_id)
        return workflow_id


def at_each_start(pages: Sequence[PageReading], policy: str, both_sides: bool | None) -> Separation:
    """Cuts at separators; a page whose text is 'start' starts an item too."""
    groups: list[list[PageReading]] = []
    apart: list[PageReading] = []
    fresh = True
    for page in pages:
        if page.kind is PageKind.SEPARATOR:
            apart.append(page)
            fresh = True
        elif fresh or page.text == "start":
            groups.append([page])
            fresh = False
        else:
            groups[-1].append(page)
    items = (ItemPages(n, tuple(g), CERTAIN, ("a test",)) for n, g in enumerate(groups, start=1))
    return Separation(tuple(items), tuple(apart))


def line_machines(**others: Any) -> Any:
    made = {
        "store": MemoryStore(),
        "queues": RememberingQueues(),
        "separate": at_each_start,
        "clock": lambda: NOON,
        "reader": None,
        "config": SimpleNamespace(watch_folder=()),
        **others,
    }
    return SimpleNamespace(**made)


def reading(number: int, text: str = "", kind: PageKind = PageKind.ITEM) -> PageReading:
    words = tuple(Word(w, Box(0.1, 0.1, 0.4, 0.2), CERTAIN, 0) for w in text.split())
    return PageReading(number, kind, 595, 842, words=words, problem="unread" if kind is PageKind.UNREAD else "")


KINDS = {"|": PageKind.SEPARATOR, "-": PageKind.BLANK, "?": PageKind.UNREAD}


def read_batch(machines: Any, drawn: str, cut: Callable[[Any, int], object] | None = None) -> Batch:
    """A batch whose pages are read: 's' starts an item, 'p' goes on, '|' separator, '-' blank, '?' unread."""
    batch = Batch.objects.create(
        original=hashlib.sha256(f"{drawn}{Batch.objects.count()}".encode()).hexdigest(),
        filename="post.pdf",
        source="scanner-1",
        received=dt.date(2026, 11, 24),
        status="reading",
        page_count=len(drawn),
    )
    for number, sign in enumerate(drawn, start=1):
        made = reading(number, {"s": "start", "p": "more words"}.get(sign, ""), KINDS.get(sign, PageKind.ITEM))
        key = keep_reading(machines.store, made)
        Page.objects.create(batch=batch, number=number, reading=key, **Page.columns_of(made))
    if cut:
        cut(machines, batch.pk)
        batch.refresh_from_db()
    return batch
