"""How rightly batches without separator sheets are cut: `make bench-cutting CORPUS=folder`.

Batches are put together at random from the corpus's items. Weights are fitted to four fifths of the items and tried on
batches of the rest, five times over, so that no figure comes from letters the weights have seen. --site tries the
weights of config/separation.toml as they are; --fit prints weights fitted to everything, to be put there.

What counts is what goes on without a person: a batch in which every page is surely a start or surely none.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from mailroom.config.environment import example_site
from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.section import load_section
from mailroom.config.separation import SeparationConfig
from mailroom.inbound.first_page_signs import signs
from mailroom.inbound.page_look import PageLook
from mailroom.inbound.separation import separate
from mailroom.values.page import PageKind, PageReading
from tests.benchmarks.cutting_batches import KnownBatch, KnownItem, batches, continued, items_of

SAMPLES = Path(__file__).parents[1] / "samples"
FOLDS = 5
HELD = {"letters_change", "margin_changes", "hand_changes", "size_changes", "before_encloses"}
"""Signs that letters torn in two by a program cannot show as paper does: they keep close to what was set by hand."""

BY_HAND = {
    "salutation": 2.0,
    "date_at_top": 0.8,
    "address_at_top": 1.2,
    "to_the_council": 0.8,
    "reference_at_top": 0.6,
    "email_header": 2.0,
    "received_stamp": 1.5,
    "title_at_top": 0.3,
    "capital_heading": 0.4,
    "letterhead": 0.8,
    "envelope": 2.0,
    "cheque": -4.0,
    "part": -1.0,
    "first_of_pages": 3.0,
    "later_of_pages": -4.0,
    "next_of_pages": -3.0,
    "continued": -2.0,
    "starts_in_mid_sentence": -2.0,
    "starts_at_a_later_number": -1.5,
    "few_words": -1.0,
    "closing_only": -0.3,
    "before_closes": 1.0,
    "before_breaks_off": -1.5,
    "before_turns_over": -2.0,
    "before_is_full": -0.5,
    "before_is_envelope": -7.0,
    "before_is_last_of_pages": 2.0,
    "before_is_cheque": 1.5,
    "letter_still_open": -0.5,
    "numbering_goes_on": -2.0,
    "same_marks": -3.0,
    "same_people": -3.0,
    "other_address": 1.0,
    "hand_changes": 0.5,
    "size_changes": 0.2,
    "letters_change": 0.6,
    "margin_changes": 0.4,
    "before_encloses": -1.0,
    "own_code": 2.0,
    "same_own_code": -5.0,
}
"""Weights set from how letters are laid out, before anything was measured; fitted ones stay near them."""
START = -0.5


def main() -> int:
    """Print the figures. 1 when a batch that no person would have seen was cut wrongly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=SAMPLES)
    parser.add_argument("--readings", type=Path, help="folder that keeps the pages' readings between runs")
    parser.add_argument("--batches", type=int, default=200, help="of each kind, for each fifth")
    parser.add_argument("--site", action="store_true", help="try the site's own weights")
    parser.add_argument("--fit", action="store_true", help="print weights fitted to everything")
    args = parser.parse_args()
    config = load_section(example_site() / "config" / "separation.toml", SeparationConfig)
    with tempfile.TemporaryDirectory() as folder:
        items = _items(args.corpus, args.readings or Path(folder))
    dice = random.Random(1)
    if args.fit:
        fitted = fit(items, config, dice)
        print(f"start = {fitted.start:.1f}", *(f"{n} = {w:.1f}" for n, w in fitted.signs.items()), sep="\n")
        return 0
    dice.shuffle(items)
    folds = [items[n::FOLDS] for n in range(FOLDS)]
    tallies = {kind: Tally() for kind in ("as they are", "half of the single pages carried on to a second")}
    for held_out in folds:
        weights = config if args.site else fit([i for f in folds if f is not held_out for i in f], config, dice)
        for split, tally in zip((0.0, 0.5), tallies.values(), strict=True):
            tally.add(batches(held_out, args.batches, split, dice), weights)
    for kind, tally in tallies.items():
        print(f"Batches {kind}: {tally}")
    return int(any(tally.wrong_unseen for tally in tallies.values()))


def _items(corpus: Path, kept: Path) -> list[KnownItem]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    import django

    django.setup()
    from mailroom.config.site import load_site
    from mailroom.wiring.inbound import page_reader

    with page_reader(load_site()) as reader:

        def read(path: Path) -> list[PageReading]:
            return [reader.read(path, number) for number in range(1, reader.page_count(path) + 1)]

        return items_of(corpus, read, kept)


@dataclass
class Tally:
    """What became of the batches. Junctions are pages behind a first one; unseen: no person would have looked."""

    batches: int = 0
    items: int = 0
    exact: int = 0
    junctions: int = 0
    right: int = 0
    unseen: int = 0
    unseen_items: int = 0
    wrong_unseen: int = 0

    def add(self, made: Iterable[KnownBatch], config: SeparationConfig) -> None:
        """Cut each and hold it against the truth."""
        for batch in made:
            found = separate(batch.pages, CuttingPolicy.SIGNS, config, "WDC")
            starts = {item.pages[0].number for item in found.items}
            written = {p.number for p in batch.pages if p.kind is not PageKind.BLANK} - {1}
            self.batches += 1
            self.items += len(batch.starts)
            self.junctions += len(written)
            self.right += sum((n in starts) == (n in batch.starts) for n in written)
            self.exact += starts == batch.starts
            if not found.doubts:
                self.unseen += 1
                self.unseen_items += len(batch.starts)
                self.wrong_unseen += starts != batch.starts

    def __str__(self) -> str:
        """A line of figures."""
        return (
            f"{self.batches} batches, {self.items} items; {self.right / self.junctions:.1%} of {self.junctions} "
            f"junctions proposed rightly, {self.exact / self.batches:.1%} of the batches whole; without a person "
            f"{self.unseen} batches ({self.unseen_items} items), {self.wrong_unseen} of them cut wrongly"
        )


def fit(items: Sequence[KnownItem], config: SeparationConfig, dice: random.Random) -> SeparationConfig:
    """Weights that explain the junctions and stay near those set by hand: most signs are seen too seldom for more."""
    rows, starts, counts = _junctions(items, dice)
    names = list(rows[0])
    shown = np.array([[1.0, *(row[name] for name in names)] for row in rows])
    prior = np.array([START, *(BY_HAND[name] for name in names)])
    pull = np.array([0.2, *(40.0 if name in HELD else 5.0 for name in names)])
    side = np.where(starts, 1.0, -1.0)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        z = side * (shown @ weights)
        value = (counts * np.logaddexp(0, -z)).sum() + (pull * (weights - prior) ** 2).sum()
        return float(value), shown.T @ (-counts * side / (1 + np.exp(z))) + 2 * pull * (weights - prior)

    best = minimize(loss, prior, jac=True, method="L-BFGS-B").x
    signs_ = {name: float(weight) for name, weight in zip(names, best[1:], strict=True)}
    return config.model_copy(update={"start": float(best[0]), "signs": signs_})


def _junctions(
    items: Sequence[KnownItem], dice: random.Random
) -> tuple[list[dict[str, float]], np.ndarray, np.ndarray]:
    """The signs of each page behind another, whether it starts an item, and how much it counts."""
    looks = {item.key: [PageLook(page) for page in item.pages] for item in items if _is_read(item)}
    torn = [continued(i, dice) for i in items if i.key in looks and len(i.pages) == 1 for _ in range(3)]
    found = [(signs(ls[n], ls[:n]), False, 10.0) for ls in looks.values() for n in range(1, len(ls))]
    found += [(signs(PageLook(i.pages[1]), [PageLook(i.pages[0])]), False, 1.0) for i in torn if len(i.pages) == 2]
    for _ in range(3_000):
        before, here = dice.sample(list(looks.values()), 2)
        found.append((signs(here[0], before), True, 0.25))
    return [f[0] for f in found], np.array([f[1] for f in found]), np.array([f[2] for f in found])


def _is_read(item: KnownItem) -> bool:
    return all(page.kind is PageKind.ITEM for page in item.pages)


if __name__ == "__main__":
    sys.exit(main())
