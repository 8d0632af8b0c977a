"""Batches without separator sheets, put together at random from the pages of items whose truth is known."""

from __future__ import annotations

import json
import pickle
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mailroom.values.confidence import Confidence
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, Word


@dataclass(frozen=True)
class KnownItem:
    """One item of the corpus: its sides with something on them, in order."""

    key: str
    pages: tuple[PageReading, ...]


@dataclass(frozen=True)
class KnownBatch:
    """Pages as one scan run would have delivered them, and the numbers of those that start an item."""

    pages: tuple[PageReading, ...]
    starts: frozenset[int]


def items_of(corpus: Path, read: Callable[[Path], list[PageReading]], kept: Path) -> list[KnownItem]:
    """The corpus's items. Readings are kept in a folder, so that the corpus is read once."""
    kept.mkdir(parents=True, exist_ok=True)
    truths = [json.loads(line) for line in (corpus / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    readings: dict[str, list[PageReading]] = {}
    for name in dict.fromkeys(truth["file"] for truth in truths):
        pickled = kept / f"{Path(name).name}.pickle"
        if not pickled.exists():
            pickled.write_bytes(pickle.dumps(read(corpus / name)))
        readings[name] = pickle.loads(pickled.read_bytes())
    return [
        KnownItem(truth["item_id"], tuple(readings[truth["file"]][side["page"] - 1] for side in truth["pages"]))
        for truth in truths
    ]


def continued(item: KnownItem, dice: random.Random) -> KnownItem:
    """A one-page item carried on to a second sheet between two of its lines; half of them say so, as letters do."""
    (page,) = item.pages
    numbers = sorted({word.line for word in page.words})
    if len(numbers) < 12:
        return item
    cut = numbers[dice.randint(round(len(numbers) * 0.45), round(len(numbers) * 0.8))]
    first = [word for word in page.words if word.line < cut]
    second = [word for word in page.words if word.line >= cut]
    if len(second) < 15:
        return item
    lowest, top = max(word.box.y1 for word in first), min(word.box.y0 for word in second)
    stretch = 0.92 / lowest if lowest < 0.92 and dice.random() < 0.6 else 1.0
    first = [_at(word, word.box.centre[1] * stretch) for word in first]
    second = [_at(word, word.box.centre[1] + 0.09 - top) for word in second]
    head, foot = _numbering(dice)
    return KnownItem(item.key, (replace(page, words=tuple(first)), replace(page, words=(*head, *second, *foot))))


def _at(word: Word, y: float) -> Word:
    half = word.box.height / 2
    return replace(word, box=Box(word.box.x0, y - half, word.box.x1, y + half))


def _numbering(dice: random.Random) -> tuple[list[Word], list[Word]]:
    chance = dice.random()
    if chance < 0.35:
        return _words(dice.choice(["2", "- 2 -", "Page 2", "2.", "(2)", "Page 2 of 2"]), 0.05, -1), []
    if chance < 0.45:
        return [], _words(dice.choice(["2", "Page 2"]), 0.95, 9_999)
    return [], []


def _words(text: str, y: float, line: int) -> list[Word]:
    return [
        Word(part, Box(0.48 + 0.03 * n, y, 0.5 + 0.03 * n, y + 0.015), Confidence(0.9), line)
        for n, part in enumerate(text.split())
    ]


def batches(items: Sequence[KnownItem], count: int, split: float, dice: random.Random) -> Iterator[KnownBatch]:
    """Of two to eight items, every other one scanned on both sides. split: share of one-page items carried on."""
    for number in range(count):
        chosen = dice.sample(list(items), dice.randint(2, min(8, len(items))))
        torn = [continued(i, dice) if len(i.pages) == 1 and dice.random() < split else i for i in chosen]
        yield _batch(torn, duplex=number % 2 == 1)


def _batch(items: Sequence[KnownItem], duplex: bool) -> KnownBatch:
    pages: list[PageReading] = []
    starts = set()
    for item in items:
        starts.add(len(pages) + 1)
        for page in item.pages:
            pages.append(replace(page, number=len(pages) + 1))
            if duplex:
                pages.append(PageReading(len(pages) + 1, PageKind.BLANK, page.width_pt, page.height_pt))
    return KnownBatch(tuple(pages), frozenset(starts))
