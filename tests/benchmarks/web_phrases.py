"""The search of phrases of common words itself, without its page: for every service, and for two services."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

PHRASES = ("tax council rent", "rent tax bin claim council", "council tax")
"""Common words that seldom stand together, that never do, and that often do."""
TIMES = 7


def phrase_rows() -> Iterator[str]:
    """The table of docs/benchmarks.md, 'Phrases of common words', line by line."""
    from mailroom.records.visible_items import Viewer

    everybody, team = Viewer(0, "all", ()), Viewer(0, "services", ("council_tax", "benefits"))
    yield "| phrase | every service | own services |\n|---|---|---|"
    for words in PHRASES:
        yield f"| “{words}” | {_milliseconds(everybody, words):.0f} ms | {_milliseconds(team, words):.0f} ms |"


def _milliseconds(viewer: object, words: str) -> float:
    from mailroom.records.search import Search, search_items

    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        search_items(viewer, Search(words=f'"{words}"'))  # type: ignore[arg-type]
        took.append(time.perf_counter() - began)
    return 1000 * statistics.median(took)
