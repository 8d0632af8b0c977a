"""How often a sound spreadsheet is stopped for slipped names, and how often a slipped one is seen.

    python -m tests.benchmarks.bench_slipped --mailings 1000

Mailings are drawn from the synthetic residents of tests/samples, in random order, by address or by name. In a sound one
so many in a hundred rows are to somebody who is not on record at their address, and one in twelve is to a firm or "The
Occupier"; half the rows have an email address, of which one in four says nothing of its owner's name.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mailroom.outbound.names_printed import folded, people_in
from mailroom.outbound.slipped_names import Evidence, RowNames, find_slips
from mailroom.values.match_keys import house_key

RESIDENTS = Path(__file__).parents[1] / "samples" / "customers.csv"
SIZES = (5, 10, 30, 100, 1000)


@dataclass(frozen=True)
class Resident:
    """One row of the samples."""

    name: str
    family: str
    place: tuple[str, str]
    number: str
    mailbox: str


ORDERS: dict[str, Callable[[Resident], object] | None] = {
    "random": None,
    "by address": lambda r: r.place,
    "by name": lambda r: (r.family, r.name),
}


def main() -> int:
    """Print the table."""
    wishes = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wishes.add_argument("--mailings", type=int, default=1000, help="of every kind")
    count = wishes.parse_args().mailings
    people, families = _residents()
    draw = random.Random(20261126)
    print(f"{len(people)} residents at {len(families)} addresses; {count} mailings of every kind and size")
    print("rows " + " ".join(f"{size:>6}" for size in SIZES))
    for strangers in (0.05, 0.15, 0.3):
        for order in ORDERS:
            mailings = _Mailings(people, families, draw, order, strangers)
            _print(f"sound, {strangers:.0%} strangers, {order}: stopped", mailings, count, lambda names: names)
    for what, harm in HARMS.items():
        for order in ORDERS:
            for known in ("address", "email"):
                mailings = _Mailings(people, families, draw, order, 0.15, known)
                _print(f"{what}, {order}, {known}: seen", mailings, count, harm)
    return 0


def _print(what: str, mailings: _Mailings, count: int, harm: Callable[[list[str]], list[str]]) -> None:
    shares = [sum(_is_stopped(mailings.draw(size, harm)) for _ in range(count)) / count for size in SIZES]
    print(" ".join(f"{share:>6.1%}" for share in shares), what)


def _is_stopped(rows: Sequence[RowNames]) -> bool:
    found = find_slips(rows, most=1000)
    return bool(found.rows)


def _from_the_middle(names: list[str]) -> list[str]:
    half = len(names) // 2
    return [*names[:half], names[-1], *names[half:-1]]


HARMS: dict[str, Callable[[list[str]], list[str]]] = {
    "one row down": lambda names: [names[-1], *names[:-1]],
    "one row down from the middle": _from_the_middle,
    "names sorted alone": lambda names: sorted(names, key=lambda n: n.split()[-1]),
}


class _Mailings:
    """Mailings of one kind."""

    def __init__(
        self,
        people: Sequence[Resident],
        families: Mapping[tuple[str, str], frozenset[str]],
        draw: random.Random,
        order: str,
        strangers: float,
        known: str = "address and email",
    ) -> None:
        self._people, self._families, self._draw = people, families, draw
        self._order, self._strangers, self._known = ORDERS[order], strangers, known

    def draw(self, size: int, harm: Callable[[list[str]], list[str]]) -> list[RowNames]:
        """A mailing whose names were moved."""
        chosen = self._draw.sample(self._people, size)
        if self._order is not None:
            chosen.sort(key=self._order)  # type: ignore[arg-type]
        names = harm([self._name(one) for one in chosen])
        return [self._row(n, name, one) for n, (name, one) in enumerate(zip(names, chosen, strict=True), 2)]

    def _name(self, one: Resident) -> str:
        chance = self._draw.random()
        if chance < self._strangers:
            return self._draw.choice(self._people).name
        return "The Occupier" if chance > 1 - 1 / 12 else one.name

    def _row(self, number: int, name: str, one: Resident) -> RowNames:
        evidence: dict[Evidence, frozenset[str]] = {}
        if "address" in self._known:
            evidence[Evidence.ADDRESS] = self._families[one.place]
        if "email" in self._known and self._draw.random() < 0.5:
            mailbox = "bluebird" if self._draw.random() < 0.25 else one.mailbox
            evidence[Evidence.EMAIL] = frozenset({mailbox})
        return RowNames(number, "name", frozenset(p.family for p in people_in(name)), evidence)


def _residents() -> tuple[list[Resident], dict[tuple[str, str], frozenset[str]]]:
    people: list[Resident] = []
    families: dict[tuple[str, str], set[str]] = {}
    with RESIDENTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lines = [row[f"address_line{n}"] for n in (1, 2, 3)]
            place = row["postcode"], house_key([line for line in (*lines, row["town"]) if line])
            name = f"{row['title']} {row['first_name']} {row['last_name']}"
            mailbox = folded(row["email"].partition("@")[0]) or folded(row["first_name"] + row["last_name"])
            people.append(Resident(name, folded(row["last_name"]), place, row["customer_id"], mailbox))
            known = families.setdefault(place, set())
            known.update(folded(n) for n in (row["last_name"], row["former_last_name"]) if n)
    return people, {place: frozenset(names) for place, names in families.items()}


if __name__ == "__main__":
    sys.exit(main())
