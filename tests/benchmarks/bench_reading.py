"""Reading side by side with OCRmyPDF on the same pages, in one run: pages a minute, character errors, turns, hands.

    make bench                      # on the samples of the tests
    make bench CORPUS=folder        # on a folder with scans.jsonl and truth.jsonl

OCRmyPDF is installed into a virtual environment of its own (build/ocrmypdf) and run as
`ocrmypdf --deskew --rotate-pages --jobs 2`. Both sides make a searchable PDF of the same batch of all pages; pages with
text of their own are left out, because neither side recognises them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import img2pdf
import numpy as np
import pikepdf
import pypdfium2
from PIL import Image
from rapidfuzz.distance import Levenshtein

from mailroom.config.site import load_site
from mailroom.values.page import PageKind
from mailroom.wiring.reading import PageReader
from tests.benchmarks.process_tree import TreeWatch

JOBS = 2
VENV = Path("build/ocrmypdf")
MODELS = Path("build/readers").resolve()


@dataclass
class Side:
    """What one side made of the pages: text by (file, page), pages left turned wrongly, and what it took."""

    name: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_megabytes: float = 0.0
    texts: dict[tuple[str, int], str] = field(default_factory=dict)
    wrongly_turned: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("tests/samples"))
    parser.add_argument("--files", type=int, default=0, help="at most so many files, spread over the corpus")
    args = parser.parse_args()
    truths, scans = _lines(args.corpus / "truth.jsonl"), _lines(args.corpus / "scans.jsonl")
    scans = [s for s in scans if s["format"] != "pdf_text" and (args.corpus / s["file"]).exists()]
    if args.files:
        scans = scans[:: max(len(scans) // args.files, 1)]
    _install()
    with tempfile.TemporaryDirectory(prefix="bench-reading-") as folder:
        batch = Path(folder) / "batch.pdf"
        places = _one_batch([args.corpus / s["file"] for s in scans], scans, batch)
        theirs = _ocrmypdf(batch, places, Path(folder))
        ours = _mailroom(batch, places, Path(folder))
    _print(ours, theirs, len(places), truths)
    return 0


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _install() -> None:
    if not (VENV / "bin" / "ocrmypdf").exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(VENV / "bin" / "pip"), "install", "--quiet", "ocrmypdf"], check=True)


def _one_batch(paths: list[Path], scans: list[dict[str, Any]], batch: Path) -> list[tuple[str, dict[str, Any]]]:
    """All pages in one PDF, as OCRmyPDF wants them; returns (file, the truth of its page) for each page."""
    places = []
    with pikepdf.new() as merged:
        for path, scan in zip(paths, scans, strict=True):
            raw = path.read_bytes()
            pdf = raw if path.suffix.lower() == ".pdf" else img2pdf.convert(raw, rotation=img2pdf.Rotation.ifvalid)
            merged.pages.extend(pikepdf.open(io.BytesIO(pdf)).pages)
            places += [(scan["file"], page) for page in scan["pages"]]
        merged.save(batch)
    return places


@contextmanager
def _taking(side: Side) -> Iterator[None]:
    """Seconds, CPU seconds and the most memory (PSS) of this process and all it starts."""
    start = time.monotonic()
    with TreeWatch() as watch:
        yield
    side.seconds = time.monotonic() - start
    side.cpu_seconds, side.peak_megabytes = watch.cpu_seconds, watch.peak_megabytes


def _ocrmypdf(batch: Path, places: list[tuple[str, dict[str, Any]]], folder: Path) -> Side:
    side, output, sidecar = Side("ocrmypdf"), folder / "theirs.pdf", folder / "theirs.txt"
    command = [VENV / "bin" / "ocrmypdf", "--deskew", "--rotate-pages", "--jobs", JOBS, "--quiet"]
    command += ["--output-type", "pdf", "--sidecar", sidecar, batch, output]
    with _taking(side):
        subprocess.run([str(part) for part in command], check=True)
    texts = sidecar.read_text(encoding="utf-8").split("\f")
    for (file, page), text in zip(places, texts, strict=False):
        side.texts[file, page["page"]] = text
    side.wrongly_turned = _turned_wrongly(batch, output, places)
    return side


def _mailroom(batch: Path, places: list[tuple[str, dict[str, Any]]], folder: Path) -> Side:
    side, site, output = Side("mailroom"), load_site(), folder / "ours.pdf"
    with _taking(side), PageReader(site.reading, site.separator_patterns, site.letter_typeface, MODELS, JOBS) as reader:
        with ThreadPoolExecutor(JOBS) as pool:
            pages = list(pool.map(lambda n: reader.read(batch, n), range(1, reader.page_count(batch) + 1)))
        reader.filing_copy(batch, pages, "Benchmark", dt.datetime.now(dt.UTC), output)
    for (file, page), reading in zip(places, pages, strict=True):
        side.texts[file, page["page"]] = reading.text if reading.kind is not PageKind.UNREAD else ""
    side.wrongly_turned = _turned_wrongly(batch, output, places)
    return side


def _turned_wrongly(before: Path, after: Path, places: list[tuple[str, dict[str, Any]]]) -> int:
    """Item pages whose picture in `after` is not the one of `before` turned back by the truth."""
    old, new = pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after)
    wrong = 0
    for number, (_, page) in enumerate(places):
        if page["kind"] in ("blank", "separator"):
            continue
        upright = np.rot90(_small(old[number]), page["rotation"] // 90)
        shown = _small(new[number])
        wrong += int(np.argmax([_alike(np.rot90(upright, turn), shown) for turn in range(4)]) != 0)
    return wrong


def _small(page: Any) -> np.ndarray:
    return np.asarray(page.render(scale=0.3, grayscale=True).to_pil(), dtype=float)


def _alike(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of the two pictures at one size; a page of the other format scores lowest."""
    if (one.shape[0] > one.shape[1]) != (other.shape[0] > other.shape[1]):
        return -1.0
    resized = np.asarray(Image.fromarray(one.astype(np.uint8)).resize((other.shape[1], other.shape[0])), dtype=float)
    return float(np.corrcoef(resized.ravel(), other.ravel())[0, 1])


def _print(ours: Side, theirs: Side, pages: int, truths: list[dict[str, Any]]) -> None:
    print(f"{pages} pages, {JOBS} jobs, {os.cpu_count()} cores")
    print("| | mailroom | ocrmypdf |\n|---|---|---|")
    rows = [
        ("pages a minute", *(f"{pages / s.seconds * 60:.1f}" for s in (ours, theirs))),
        ("CPU seconds a page", *(f"{s.cpu_seconds / pages:.2f}" for s in (ours, theirs))),
        ("memory at the peak, MB", *(f"{s.peak_megabytes:.0f}" for s in (ours, theirs))),
        ("character error rate, all", *(f"{_errors(s, truths, None):.1%}" for s in (ours, theirs))),
        ("character error rate, printed", *(f"{_errors(s, truths, False):.1%}" for s in (ours, theirs))),
        ("character error rate, handwritten", *(f"{_errors(s, truths, True):.1%}" for s in (ours, theirs))),
        ("words right, handwritten", *(f"{_words_right(s, truths):.1%}" for s in (ours, theirs))),
        ("item pages turned wrongly", *(str(s.wrongly_turned) for s in (ours, theirs))),
    ]
    for name, a, b in rows:
        print(f"| {name} | {a} | {b} |")
    print(f"ratio of pages a minute: {theirs.seconds / ours.seconds:.2f}")


def _pages_of(side: Side, truths: list[dict[str, Any]], by_hand: bool | None) -> list[tuple[str, str]]:
    """(true, read) of the pages both sides were given; a page that gave no text counts as read empty."""
    files = {file for file, _ in side.texts}
    return [
        (" ".join(page["text"].split()), " ".join(side.texts.get((truth["file"], page["page"]), "").split()))
        for truth in truths
        if truth["file"] in files
        for page in truth["pages"]
        if by_hand is None or (page["handwritten_share"] > 0.5) == by_hand
    ]


def _errors(side: Side, truths: list[dict[str, Any]], by_hand: bool | None) -> float:
    pairs = _pages_of(side, truths, by_hand)
    edits = sum(Levenshtein.distance(true, read) for true, read in pairs)
    return edits / max(sum(len(true) for true, _ in pairs), 1)


def _words_right(side: Side, truths: list[dict[str, Any]]) -> float:
    pairs = [(true.lower().split(), read.lower().split()) for true, read in _pages_of(side, truths, True)]
    same = sum(len(true) - Levenshtein.distance(true, read, weights=(0, 1, 1)) for true, read in pairs)
    return same / max(sum(len(true) for true, _ in pairs), 1)


if __name__ == "__main__":
    sys.exit(main())
