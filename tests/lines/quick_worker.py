"""A worker process with quick stations: `python -m tests.lines.quick_worker [--watch]`. Everything else is real.

With --really-read pages are read as in earnest, and the filing copies are PDF/A.

A scan is a text file: one page a line, the last line END. 'blank' is a blank page, 'separator' a separator sheet,
'unread' a page that cannot be read, 'kill' one that kills the process that reads it.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

from mailroom.errors import Reject
from mailroom.gateways.scan_file import Incomplete
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import (
    Classification,
    CustomerMatch,
    Disposition,
    ItemPages,
    MatchOutcome,
    RoutingDecision,
    Separation,
)
from mailroom.values.geometry import Box
from mailroom.values.index_fields import IndexFields
from mailroom.values.page import PageKind, PageReading, Word

KINDS = {"blank": PageKind.BLANK, "separator": PageKind.SEPARATOR, "unread": PageKind.UNREAD}
SECONDS_A_PAGE = float(os.environ.get("QUICK_SECONDS_A_PAGE", "0.02"))


class QuickReader:
    """Reads text files as if they were scans."""

    def page_count(self, path: Path) -> int:
        lines = path.read_text(encoding="utf-8").split("\n")
        if lines[0] == "locked":
            raise Reject("The file is password-protected. Ask the sender for an open copy.")
        if lines[-1] != "END":
            raise Incomplete("The file is cut off.")
        return len(lines) - 1

    def read(self, path: Path, number: int, rotation: int | None = None) -> PageReading:
        time.sleep(SECONDS_A_PAGE)
        text = path.read_text(encoding="utf-8").split("\n")[number - 1]
        if rotation is not None:
            text += f" at {rotation}"
        if text == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        kind = KINDS.get(text, PageKind.ITEM)
        words = () if kind is PageKind.BLANK else tuple(Word(w, Box(0, 0, 1, 1), CERTAIN, 0) for w in text.split())
        problem = "This page could not be read." if kind is PageKind.UNREAD else ""
        return PageReading(
            number, kind, 595, 842, rotation=rotation or 0, words=words, confidence=CERTAIN, problem=problem
        )

    def filing_copy(
        self, source: Path, pages: Sequence[PageReading], title: str, created: dt.datetime, output: Path
    ) -> None:
        output.write_text(f"{title}\n" + "\f".join(p.text for p in pages), encoding="utf-8")


def cut_at_separators(pages: Sequence[PageReading], policy: str, both_sides: bool | None) -> Separation:
    groups: list[list[PageReading]] = [[]]
    apart = []
    for page in pages:
        if page.kind is PageKind.SEPARATOR:
            apart.append(page)
            groups.append([])
        else:
            groups[-1].append(page)
    whole = [g for g in groups if any(p.kind is not PageKind.BLANK for p in g)]
    apart += [p for g in groups if g not in whole for p in g]
    return Separation(tuple(ItemPages(n, tuple(g), CERTAIN) for n, g in enumerate(whole, 1)), tuple(apart))


def understand(item: ItemPages, received: dt.date, doubts: tuple[str, ...], rescan_of: str) -> Any:
    """All to parking with a copy to council tax, but what says 'doubt' or has an unread page to a person."""
    from mailroom.inbound.understanding import Understanding

    if "stop" in item.text.split():
        os.kill(os.getpid(), signal.SIGKILL)
    unsure = "doubt" in item.text or any(p.kind is PageKind.UNREAD for p in item.pages)
    decision = RoutingDecision(
        disposition=Disposition.REVIEW if unsure else Disposition.SEND,
        service="parking",
        team="parking",
        inbox="parking@wexmere.example",
        reasons=("A test said so.",),
        received=received,
        due=received + dt.timedelta(days=14),
    )
    classification = Classification("parking", CERTAIN, not unsure, ("a test",))
    return Understanding(
        IndexFields(), classification, CustomerMatch(MatchOutcome.NOBODY, "", CERTAIN, ("a test",)), decision
    )


def main() -> None:
    """Work until stopped."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    django.setup()
    from mailroom.config.site import load_site
    from mailroom.wiring.data import prepare_database, prepare_folders
    from mailroom.wiring.inbound import inbound_machines, page_reader
    from mailroom.wiring.worker import patrol, working

    prepare_database()
    prepare_folders()
    reader: Any = page_reader(load_site()) if "--really-read" in sys.argv else QuickReader()
    machines = replace(inbound_machines(reader), separate=cut_at_separators, understand=understand)
    with working(machines, reader) as at_work, patrol(at_work, with_folders="--watch" in sys.argv):
        stop.wait()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    main()
