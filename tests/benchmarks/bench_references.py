"""How often another reference on a later page stops a sound mailing, and how many swallowed pages it gives away.

    python -m tests.benchmarks.bench_references --letters 2000

A swallowed page is another person's, in a letter because nothing told where their own begins. Bills are those of
bill_pages.py; everybody is synthetic. `before` is the rule that any other reference stops the mailing.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from mailroom.outbound.mix_up import Identity, MixUpGuard
from mailroom.outbound.strange_references import judged, own_references, strange_references
from mailroom.values.letter_page import LetterPage, PdfProblem
from mailroom.values.match_keys import reference_key
from mailroom.values.reference_owner import ReferenceOwner
from tests.benchmarks.bench_outbound import FIRST
from tests.benchmarks.bill_pages import SOUND, Layout, Numbers, numbers, other_page, other_page_with_property

SHAPES = {
    "accounts only": r"(?:Account|Cyfrif)(?: number)?:?\s*(\d{8})",
    "older system": r"(?:Our ref|Reference|Account number):?\s*([A-Z0-9]{6,12})",
    "anything called a reference": r"(?i)(?:reference|ref|account number|PRN\)?|number)[ .:]*([A-Z]{0,2}\d{6,14})",
}
FAMILIES = "Thornbury Rawlinson Howard Bell Okafor Nowak Singh Evans Marsh Osei".split()  # noqa: SIM905
Owners = dict[str, tuple[ReferenceOwner, ...]]


def main() -> int:
    """Print a table for each way of finding references."""
    parser = argparse.ArgumentParser(description="False alarms and finds of references on later pages.")
    parser.add_argument("--letters", type=int, default=2000, help="of each kind")
    said = parser.parse_args()
    for name, shape in SHAPES.items():
        print(f"\n{name}: {shape}")
        print(f"{'':52}{'stops before':>14}{'stops':>9}{'warned of':>11}")
        world = _World(said.letters, shape)
        for kind, layout in SOUND.items():
            world.row(kind, layout)
        print("swallowed pages, which should stop:")
        for kind, page, on_record in (
            ("with their account, on record", other_page, True),
            ("with their account, nobody on record", other_page, False),
            ("with their property's number only", other_page_with_property, True),
        ):
            world.row(kind, _swallowing(world, page, on_record=on_record))
    return 0


class _World:
    """Readers, and everybody on record: each reader's account, half of their previous ones, and partners."""

    def __init__(self, count: int, shape: str) -> None:
        self.draw = random.Random(20261127)
        self.shape = shape
        self.people: list[tuple[str, Numbers]] = []
        self.owners: Owners = {}
        for n in range(count):
            family = FAMILIES[n % len(FAMILIES)]
            own = numbers(self.draw, f"5{n:07d}", f"6{n:07d}")
            self.people.append((f"Ms {FIRST[n % len(FIRST)]} {family}", own))
            self.put(own.account, f"C{n}", family)
            self.put(own.partner, f"P{n}", family)
            if n % 2:
                self.put(own.previous, f"C{n}", family)
        identities = {n: Identity(name, "WX10 9WU", own.account) for n, (name, own) in enumerate(self.people, 1)}
        self.guard = MixUpGuard(identities)

    def put(self, reference: str, customer: str, family: str) -> None:
        self.owners[reference_key(reference)] = (ReferenceOwner(customer, frozenset({family})),)

    def row(self, kind: str, layout: Layout) -> None:
        counts: Counter[str] = Counter()
        for position, (name, own) in enumerate(self.people, 1):
            texts = layout(name, own)
            counts.update(self._judged(position, name, [LetterPage(n, 595, 842, t) for n, t in enumerate(texts, 1)]))
        shares = (counts[what] / len(self.people) for what in ("before", "stops", "warns"))
        print(f"  {kind:50}" + "".join(f"{share:>12.1%}" for share in shares))

    def _judged(self, position: int, name: str, pages: Sequence[LetterPage]) -> set[str]:
        strange = strange_references(pages, self.shape)
        found = {"before"} if strange else set()
        if self.guard.check(position, pages):
            return found | {"before", "stops"}
        marked: Callable[[int], bool] = lambda page: self.guard.names_reader(position, [pages[page - 1]])  # noqa: E731
        for finding in judged(strange, name, own_references(pages, self.shape), self.owners, marked):
            found.add("stops" if finding.problem is PdfProblem.OTHER_PERSON else "warns")
        return found - {"warns"} if "stops" in found else found


def _swallowing(world: _World, page: Callable[[Numbers, str], str], *, on_record: bool) -> Layout:
    def layout(name: str, own: Numbers) -> tuple[str, ...]:
        stranger = numbers(world.draw, f"7{own.account[1:]}", "")
        if on_record:
            world.put(stranger.account, f"S{own.account}", "Stranger")
        else:
            world.owners.pop(reference_key(stranger.account), None)
        return SOUND["account repeated beside the property's"](name, own)[0], page(stranger, "Mr A Stranger")

    return layout


if __name__ == "__main__":
    sys.exit(main())
