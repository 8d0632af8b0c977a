"""How often the mix-up guard stops a mailing for nothing, how many mix-ups it sees by the name alone, and its speed.

    python -m tests.benchmarks.bench_mix_up --letters 70000 --checked 5000

Names are drawn from the synthetic residents of tests/samples, each part apart, so that family names are as common in
the mailing as among them. Officers are drawn the same way: many are namesakes of a customer. Mixed-up pages carry
neither postcode nor reference, so that only the name can tell.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mailroom.outbound.mix_up import Identity, MixUpGuard
from mailroom.values.letter_page import LetterPage

RESIDENTS = Path(__file__).parents[1] / "samples" / "customers.csv"
POSTS = ("Revenues Manager", "Benefits Officer", "Head of Housing", "Income Team Leader")
STREETS = ("Station Road", "Church Lane", "Mill Lane", "Victoria Park Road", "Howard Street", "James Close")


@dataclass(frozen=True)
class Person:
    """Somebody with a whole name."""

    title: str
    first: str
    middle: str
    last: str

    @property
    def addressed(self) -> str:
        """As legacy systems print it in the window: most whole, some by initials."""
        return f"{self.title} {self.first} {self.last}"


FORMS: dict[str, Callable[[Person], str]] = {
    "Mr David Howard": lambda p: f"{p.title} {p.first} {p.last}",
    "Mr D Howard": lambda p: f"{p.title} {p.first[0]} {p.last}",
    "MR DAVID HOWARD": lambda p: f"{p.title} {p.first} {p.last}".upper(),
    "David Howard": lambda p: f"{p.first} {p.last}",
    "David John Howard": lambda p: f"{p.first} {p.middle or 'John'} {p.last}",
    "David\\nHoward": lambda p: f"{p.first}\n{p.last}",
    "D Howard": lambda p: f"{p.first[0]} {p.last}",
    "Howard, David": lambda p: f"{p.last}, {p.first}",
    "Dear Mr Howard": lambda p: f"Dear {p.title} {p.last},",
}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description="False alarms, found mix-ups and speed of the mix-up guard.")
    parser.add_argument("--letters", type=int, default=70_000)
    parser.add_argument("--checked", type=int, default=5_000, help="letters looked at, of those the guard knows")
    said = parser.parse_args()
    count = said.letters
    draw = random.Random(20261126)
    people = list(_people(draw, count))
    officers = list(_people(draw, 40))
    customers = {
        n: Identity(_window(p, n), f"WX{n % 90 + 1} {n // 90 % 10}{_two(n)}", f"5{n:07d}", (f"{n} {STREETS[n % 6]}",))
        for n, p in enumerate(people, 1)
    }
    start = time.process_time()
    guards = {False: MixUpGuard(customers), True: MixUpGuard(customers, names_others=True)}
    print(f"{count:,} letters, {len({p.last for p in people}):,} family names; two guards told in", end=" ")
    print(f"{time.process_time() - start:.1f} CPU-seconds")
    looked_at = people[: said.checked]
    _false_alarms(guards, customers, looked_at, officers, draw)
    _mix_ups(guards[False], customers, looked_at)
    print(f"Peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")
    return 0


def _people(draw: random.Random, count: int) -> Iterable[Person]:
    with RESIDENTS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for _ in range(count):
        called = draw.choice(rows)
        middle = draw.choice(rows)["middle_names"]
        yield Person(called["title"] or "Mx", called["first_name"], middle, draw.choice(rows)["last_name"])


def _window(person: Person, number: int) -> str:
    """As older systems print it: a third in capitals, a third by the initial."""
    return (person.addressed, person.addressed.upper(), f"{person.title} {person.first[0]} {person.last}")[number % 3]


def _two(number: int) -> str:
    letters = "ABDEFGHJLN"
    return letters[number // 900 % 10] + letters[number // 9000 % 10]


def _false_alarms(
    guards: dict[bool, MixUpGuard],
    customers: dict[int, Identity],
    people: list[Person],
    officers: list[Person],
    draw: random.Random,
) -> None:
    landlords = list(_people(draw, 2_000))

    def rent(_: Person) -> str:
        return f"Rent is paid to {draw.choice(landlords).addressed}."

    kinds: dict[str, tuple[bool, Callable[[Person], str]]] = {
        "bill, signed, 'please ask for'": (False, lambda p: ""),
        "decision naming the reader's household": (False, lambda p: _household(p, draw, people)),
        "decision naming a landlord who is no customer": (
            False,
            rent,
        ),
        "the same, names_others": (True, rent),
    }
    for kind, (others, extra) in kinds.items():
        alarms: Counter[str] = Counter()
        start = time.process_time()
        for position, person in enumerate(people, 1):
            page = _page(_letter(customers[position], person, draw.choice(officers), extra(person), draw))
            alarms.update(f.detail for f in guards[others].check(position, [page]))
        took = time.process_time() - start
        found = ", ".join(f"{v:,} by {k}" for k, v in alarms.items()) or "none"
        print(f"false alarms, {kind}: {found}; {took / len(people) * 1e6:,.0f} µs a page")


def _household(person: Person, draw: random.Random, people: list[Person]) -> str:
    names = [f"{draw.choice(people).first} {person.last}" for _ in range(3)]
    return "People in your home:\n" + "\n".join(names)


def _letter(own: Identity, person: Person, officer: Person, extra: str, draw: random.Random) -> str:
    signed = draw.choice((officer.addressed, f"{officer.first} {officer.last}", f"{officer.first[0]} {officer.last}"))
    return (
        f"Wexmere Borough Council\nPlease ask for: {officer.first} {officer.last}\n{own.name}\n{own.lines[0]}\n"
        f"{own.postcode}\nAccount number: {own.reference}\n\nDear {person.title} {person.last},\n\n"
        f"YOUR COUNCIL TAX BILL 2026/27 FOR BAND {draw.choice('ABCDEFGH')}\n\nWe have set the charge for your home. "
        f"Pay by Direct Debit on 1 April, 1 May or 1 June. A Brown bin costs more. {extra}\nIf you cannot pay, call us "
        f"on 01632 960 100 between Monday and Friday, or come to Victoria House, Station Road. Citizens Advice and "
        f"Step Change help with debts.\n" * 2 + f"\nYours sincerely\n\n{signed}\n{draw.choice(POSTS)}"
    )


def _mix_ups(guard: MixUpGuard, customers: dict[int, Identity], people: list[Person]) -> None:
    """Each letter's second page is the next letter's, and bears only its reader's name."""
    for form, printed in FORMS.items():
        seen = same = 0
        for position in range(1, len(people)):
            other = people[position]
            if people[position - 1].last == other.last:
                same += 1
                continue
            text = f"Page 2 of 2\nStatement of account for\n{printed(other)}\nBalance brought forward 100.00"
            seen += bool(guard.check(position, [_page(text)]))
        print(f"mix-ups seen by '{form}': {seen / (len(people) - 1 - same):.1%} ({same:,} of one family left out)")


def _page(text: str) -> LetterPage:
    return LetterPage(1, 595, 842, text)


if __name__ == "__main__":
    sys.exit(main())
