"""Where the CPU time of reading goes, stage by stage, on a fixed random choice of a corpus's scanned pages.

    python -m tests.benchmarks.bench_stages --corpus folder --pages 40

One process and one thread, so that a busy machine changes the shares little. Pages with text of their own are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from mailroom.config.site import Site, load_site
from mailroom.gateways import barcode, image
from mailroom.gateways.ocr.libtesseract import first_reader
from mailroom.gateways.ocr.rapid import Rapid
from mailroom.gateways.scan_file import open_scan
from mailroom.inbound.imaging import read_page
from mailroom.inbound.page_tools import PageTools
from mailroom.wiring.reading import separator_test

RECOGNITION = ("Tesseract", "RapidOCR")
Place = tuple[str, int]


class Stages:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            try:
                return work(*given, **named)
            finally:
                self.seconds[stage] += time.process_time() - start

        return call


class Timed:
    """A machine whose every call and property is counted: all of them under one name, or each under its own."""

    def __init__(self, stages: Stages, machine: Any, name: str = "") -> None:
        self._stages, self._machine, self._name = stages, machine, name

    def __getattr__(self, call: str) -> Any:
        found = self._stages.timed(self._name or call, getattr)(self._machine, call)
        return self._stages.timed(self._name or call, found) if callable(found) else found


class TimedPictures(Timed):
    """What is looked for in the ink only when somebody asks for it counts as ink too."""

    def ink_of(self, *given: Any) -> Timed:
        return Timed(self._stages, super().__getattr__("ink_of")(*given), "ink_of")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("tests/samples"))
    parser.add_argument("--pages", type=int, default=40)
    args = parser.parse_args()
    truths = {(t["file"], p["page"]): p["text"] for t in _lines(args.corpus / "truth.jsonl") for p in t["pages"]}
    places = [(scan["file"], page["page"]) for scan in scans_of(args.corpus) for page in scan["pages"]]
    random.Random(7).shuffle(places)
    _print(*_read(args.corpus, places[: args.pages], truths), min(args.pages, len(places)))
    return 0


def scans_of(corpus: Path) -> list[dict[str, Any]]:
    """The corpus's files whose pages have no text of their own."""
    return [s for s in _lines(corpus / "scans.jsonl") if s["format"] != "pdf_text"]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def timed_tools(stages: Stages, site: Site) -> PageTools:
    """The machines that read a page, each call of them counted."""
    reading = site.reading.reading
    return PageTools(
        pictures=TimedPictures(stages, image),
        codes=Timed(stages, barcode),
        first_reader=Timed(stages, first_reader(reading.languages, reading.seconds_a_page), "Tesseract"),
        second_readers=(Timed(stages, Rapid(Path("build/readers")), "RapidOCR"),),
        separates=separator_test(site.separator_patterns),
        settings=reading,
    )


def _read(corpus: Path, places: list[Place], truths: dict[Place, str]) -> tuple[Stages, float, float]:
    """The stages, the CPU seconds of all, and the character error rate."""
    site, stages, edits, letters = load_site(), Stages(), 0, 0
    reading, tools = site.reading.reading, timed_tools(stages, site)
    start = time.process_time()
    for file, number in places:
        scan = stages.timed("open and check the file", open_scan)(corpus / file, site.reading.limits)
        raster = stages.timed("take the picture out", scan.page)(number, reading.dpi)
        read = " ".join(read_page(number, raster, tools).text.split())
        true = " ".join(truths.get((file, number), "").split())
        edits += Levenshtein.distance(true, read) if true else 0
        letters += len(true)
    return stages, time.process_time() - start, edits / max(letters, 1)


def _print(stages: Stages, total: float, errors: float, pages: int) -> None:
    seconds = stages.seconds | {"everything else": total - sum(stages.seconds.values())}
    print("| stage | CPU ms a page | share |\n|---|---|---|")
    for stage, spent in sorted(seconds.items(), key=lambda row: -row[1]):
        print(f"| {stage} | {spent / pages * 1000:.0f} | {spent / total:.1%} |")
    other = 1 - sum(stages.seconds[name] for name in RECOGNITION) / total
    print(f"{pages} pages, {total / pages:.2f} CPU seconds a page, {other:.1%} of it not recognition; ", end="")
    print(f"character error rate {errors:.1%}")


if __name__ == "__main__":
    sys.exit(main())
