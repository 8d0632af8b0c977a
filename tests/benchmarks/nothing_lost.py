"""Whether every row of a benchmark's spreadsheet became one letter to its customer, and every letter for paper one
place in the print run. Each check ends the benchmark with the position of what is amiss."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailroom.records.models import Mailing, PrintRun

_WORDS = {"name": "name", "accountnumber": "account number", "amount": "amount", "instalment": "instalment"}
"""Column of the row by the field of the letter; the account number is nobody else's."""


def rows_are_letters(mailing: Mailing, sheet: Path) -> None:
    """Row n is the letter at position n, in its own words, to its own address, and no letter is over."""
    letters = mailing.letters.order_by("position").values_list("position", "fields", "postcode", "address_lines")
    waiting: Iterator[tuple[int, dict[str, str], str, list[str]]] = letters.iterator(chunk_size=5000)
    with sheet.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            position, fields, postcode, lines = next(waiting, (0, {}, "", []))
            same = all(fields.get(key) == row[column] for key, column in _WORDS.items())
            if not (position == number and same and postcode == row["postcode"] and lines[0] == row["name"]):
                raise SystemExit(f"row {number:,} is not the letter at position {position:,}")
    if (over := next(waiting, None)) is not None:
        raise SystemExit(f"a letter at position {over[0]:,} that no row asked for")


def letters_found_their_customers(mailing: Mailing) -> int:
    """How many were surely matched; none to somebody else. An account number's last seven digits are the customer's."""
    found = mailing.letters.exclude(customer=None).order_by("position")
    people = found.values_list("position", "customer_id", "reference", "matched")
    sure = 0
    for position, customer, reference, matched in people.iterator(chunk_size=5000):
        if customer != f"C{int(reference[1:])}":
            raise SystemExit(f"the letter at position {position:,} was matched to somebody else")
        sure += matched
    return sure


def run_holds_all(run: PrintRun, mailing: Mailing) -> None:
    """Every letter for paper is in one envelope of the run, and the envelopes' sheets are the run's."""
    from django.db.models import Sum

    paper = mailing.letters.filter(channel="print")
    placed = paper.filter(print_run=run, mailpiece__run=run).count()
    filled = paper.values("mailpiece").distinct().count()
    sheets = run.pieces.aggregate(all=Sum("sheets"))["all"]
    seen = (paper.count(), placed, run.letter_count), (filled, run.pieces.count()), (sheets, run.sheet_count)
    if any(len(set(same)) > 1 for same in seen):
        raise SystemExit(f"letters for paper, placed, said: {seen[0]}; envelopes {seen[1]}; sheets {seen[2]}")
