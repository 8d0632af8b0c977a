"""Inspecting files: all stations run, nothing stored, nothing sent. One report an item, as plain JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from mailroom.errors import Reject
from mailroom.inbound.separation import without_days_ahead
from mailroom.inbound.understanding import Understanding
from mailroom.values.decisions import ItemPages, Separation
from mailroom.values.page import PageKind, PageReading


class ScanReader(Protocol):
    """Opens scans and reads pages."""

    def page_count(self, path: Path) -> int:
        """Pages in the file; raises Reject with a clerk's reason."""

    def read(self, path: Path, number: int) -> PageReading:
        """Read one page."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is said of one file: a report an item, or why there is none, as a sentence."""

    reports: tuple[dict[str, Any], ...]
    without_item: str = ""


@dataclass(frozen=True)
class Inspector:
    """The stations and the reader. `pool` reads pages of one file, and of several, at the same time."""

    reader: ScanReader
    separate: Callable[[Sequence[PageReading], str], Separation]
    understand: Callable[[ItemPages, dt.date, tuple[str, ...], str], Understanding]
    pool: Executor

    def readings(self, path: Path) -> list[PageReading]:
        """Every page of the file, read. Raises Reject for a file that cannot be opened."""
        count = self.reader.page_count(path)
        return list(self.pool.map(lambda number: self.reader.read(path, number), range(1, count + 1)))

    def inspect(self, path: Path, received: dt.date, policy: str) -> Inspection:
        """One report an item; a file that cannot be opened gives one report of decision 'quarantine'."""
        try:
            pages = self.readings(path)
        except Reject as bad:
            return Inspection((_set_aside(path, received, str(bad)),))
        separation = without_days_ahead(self.separate(pages, policy), received)
        if not separation.items:
            return Inspection((), _only_sheets(path, separation.apart))
        return Inspection(tuple(self._report(path, item, separation, received) for item in separation.items))

    def _report(self, path: Path, item: ItemPages, separation: Separation, received: dt.date) -> dict[str, Any]:
        day = item.received or received
        understood = self.understand(item, day, separation.doubts, "")
        return report(path, item, understood, _pages_around(item, separation), day)


def _only_sheets(path: Path, apart: Sequence[PageReading]) -> str:
    sheets = sum(page.kind is PageKind.SEPARATOR for page in apart)
    blanks = len(apart) - sheets
    return (
        f"{path}: there is no item in this file, only {sheets} separator {'side' if sheets == 1 else 'sides'} and "
        f"{blanks} blank {'side' if blanks == 1 else 'sides'}. Look whether its letters were left out, and scan them."
    )


def _pages_around(item: ItemPages, separation: Separation) -> list[PageReading]:
    """The item's pages, and before them the separators and loose blanks that led to it."""
    first = item.pages[0].number
    before = [s.pages[-1].number for s in separation.items if s.pages[-1].number < first]
    after = [s.pages[0].number for s in separation.items if s.pages[0].number > first]
    since = max(before, default=0)
    led = [p for p in separation.apart if since < p.number < first]
    trailing = [] if after else [p for p in separation.apart if p.number > item.pages[-1].number]
    return sorted([*led, *item.pages, *trailing], key=lambda p: p.number)


def report(
    path: Path, item: ItemPages, understood: Understanding, pages: Sequence[PageReading], received: dt.date
) -> dict[str, Any]:
    """What became of one item, with exactly the keys `mailroom inspect --json` promises."""
    sorted_out, match, decision = understood.classification, understood.match, understood.decision
    return {
        "file": str(path),
        "item": item.position,
        "first_page": item.pages[0].number,
        "last_page": item.pages[-1].number,
        "pages": [_page(p) for p in pages],
        "text": item.text,
        "service": {
            "code": sorted_out.service,
            "probability": round(sorted_out.probability, 4),
            "reasons": list(sorted_out.reasons),
        },
        "also": list(sorted_out.also),
        "doc_type": sorted_out.doc_type,
        "flags": list(sorted_out.flag_codes),
        "references": [
            {
                "type": r.type,
                "value": r.value,
                "page": r.place.page,
                "box": list(r.place.box.rounded()) if r.place.box else None,
            }
            for r in understood.fields.references
        ],
        "customer": {
            "id": match.customer_id or None,
            "probability": round(match.probability, 4),
            "reasons": list(match.reasons),
            "candidates": [{"id": c.customer_id, "probability": round(c.probability, 4)} for c in match.candidates],
        },
        "decision": decision.disposition.value,
        "reasons": list(decision.reasons),
        "team": decision.team,
        "received": received.isoformat(),
        "due": decision.due.isoformat(),
    }


def _page(page: PageReading) -> dict[str, Any]:
    return {
        "page": page.number,
        "kind": page.kind.value,
        "rotation": page.rotation,
        "confidence": round(page.confidence, 4),
        "text": page.text if page.kind is not PageKind.UNREAD else "",
    }


def _set_aside(path: Path, received: dt.date, reason: str) -> dict[str, Any]:
    return {
        "file": str(path),
        "item": 1,
        "first_page": 1,
        "last_page": 1,
        "pages": [],
        "text": "",
        "service": {"code": None, "probability": 0.0, "reasons": []},
        "also": [],
        "doc_type": None,
        "flags": [],
        "references": [],
        "customer": {"id": None, "probability": 0.0, "reasons": [], "candidates": []},
        "decision": "quarantine",
        "reasons": [reason],
        "team": None,
        "received": received.isoformat(),
        "due": None,
    }
