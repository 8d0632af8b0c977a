"""Where the CPU time of the incoming line goes, from the file to the filing copy, on a fixed random choice of files.

    MAILROOM_DATA=folder python -m tests.benchmarks.bench_line --corpus folder --pages 60

The data folder is one that a mailroom ran in, so that there are a trained model and customers to match with. One
process and one thread. Counted: opening, reading, cutting, indexing, classifying, matching, routing and the filing
copy. Not counted: the store, the records' own writing and the email, and what is loaded once a process (the two
readers, the models of words), since it is spread over all the post of a day.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import os
import pstats
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from mailroom.config.environment import read_environment
from mailroom.config.site import Site, load_site
from mailroom.errors import Reject
from mailroom.gateways.filing_pdf import filing_copy
from mailroom.gateways.scan_file import open_scan
from mailroom.inbound.imaging import read_page
from mailroom.values.page import PageReading
from tests.benchmarks.bench_stages import RECOGNITION, Stages, scans_of, timed_tools

if TYPE_CHECKING:
    from mailroom.wiring.inbound import Knowledge

OUTER = ("opening and checking", "reading", "cutting", "sorting", "filing copy")
"""Every other stage is a part of reading."""
RECEIVED = dt.date(2026, 3, 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("tests/samples"))
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--profile", action="store_true", help="also say where the time of sorting goes, by function")
    args = parser.parse_args()
    files = sorted(scans_of(args.corpus), key=lambda scan: scan["file"])
    random.Random(7).shuffle(files)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    django.setup()
    from mailroom.wiring.inbound import Knowledge

    site = load_site()
    line = _Line(site, Knowledge(site, read_environment().model), cProfile.Profile() if args.profile else None)
    line.take(args.corpus / files[0]["file"])  # loads what is loaded once
    line.start_again()
    for scan in files[1:]:
        if line.pages >= args.pages:
            break
        line.take(args.corpus / scan["file"])
    line.report()
    return 0


class _Line:
    def __init__(self, site: Site, knowledge: Knowledge, profile: cProfile.Profile | None) -> None:
        self._site, self._knowledge, self._stages, self._profile = site, knowledge, Stages(), profile
        self._tools = timed_tools(self._stages, site)
        self.start_again()

    def start_again(self) -> None:
        self._stages.seconds.clear()
        self.pages = self._items = 0

    def take(self, path: Path) -> None:
        """One file through all stations."""
        timed, dpi = self._stages.timed, self._site.reading.reading.dpi
        try:
            scan = timed("opening and checking", open_scan)(path, self._site.reading.limits)
        except Reject as bad:
            print(f"{path.name}: {bad}")
            return
        numbers = range(1, scan.page_count + 1)
        readings = [timed("reading", self._read)(scan, number, dpi) for number in numbers]
        separation = timed("cutting", self._knowledge.separate)(readings, "auto")
        for item in separation.items:
            if self._profile:
                self._profile.enable()
            timed("sorting", self._knowledge.understand)(item, RECEIVED, (), "")
            if self._profile:
                self._profile.disable()
            timed("filing copy", self._file)(path, item.pages)
        self.pages += scan.page_count
        self._items += len(separation.items)

    def _read(self, scan: Any, number: int, dpi: int) -> PageReading:
        raster = self._stages.timed("taking the picture out", scan.page)(number, dpi)
        return read_page(number, raster, self._tools)

    def _file(self, source: Path, pages: tuple[PageReading, ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            made = dt.datetime.combine(RECEIVED, dt.time(), dt.UTC)
            filing_copy(source, pages, "Item", made, self._site.letter_typeface, Path(folder) / "copy.pdf")

    def report(self) -> None:
        seconds = dict(self._stages.seconds)
        within = sum(spent for name, spent in seconds.items() if name not in OUTER)
        seconds["the rest of reading"] = seconds.pop("reading") - within
        total = sum(seconds.values())
        print("| stage | CPU ms a page | share |\n|---|---|---|")
        for stage, spent in sorted(seconds.items(), key=lambda row: -row[1]):
            print(f"| {stage} | {spent / self.pages * 1000:.1f} | {spent / total:.1%} |")
        other = 1 - sum(seconds[name] for name in RECOGNITION) / total
        print(
            f"{self.pages} pages, {self._items} items, {total / self.pages * 1000:.0f} ms of CPU a page, "
            f"{other:.1%} of it not recognition; load {os.getloadavg()[0]:.1f}"
        )
        if self._profile:
            pstats.Stats(self._profile).sort_stats("tottime").print_stats(35)


if __name__ == "__main__":
    started = time.monotonic()
    code = main()
    print(f"{time.monotonic() - started:.0f} s by the clock")
    sys.exit(code)
