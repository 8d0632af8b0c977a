"""Bringing 150,000 customers in, and matching 70,000 recipients with them: `python -m tests.benchmarks.bench_matching`.

Works in a temporary data folder of its own. --customers and --recipients make it smaller.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "customers.csv"


def main() -> None:
    """Print one line a stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--recipients", type=int, default=70_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["MAILROOM_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "mailroom.settings"
        _run(Path(folder), args.customers, args.recipients)


def _run(folder: Path, customers: int, recipients: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from mailroom.config.customers import load_customers_config
    from mailroom.config.environment import example_site
    from mailroom.config.linkage import load_linkage_weights
    from mailroom.gateways.linkage import match_in_bulk
    from mailroom.records.customer_import import import_customers
    from mailroom.records.customers import all_facts
    from mailroom.values.linkage_record import records_of

    call_command("migrate", verbosity=0)
    config = load_customers_config(example_site())
    path = folder / "customers.csv"
    _write_customers(path, customers)
    with _Stage(f"import {customers} customers"):
        import_customers(path, config, timezone.now())
    with _Stage("import the same again"):
        import_customers(path, config, timezone.now() + dt.timedelta(days=1))
    with _Stage("read them as records to compare"):
        records = [r for facts in all_facts() for r in records_of(facts, config.full_names)]
    dice = random.Random(1)
    firsts = [r for r in records if r.key.endswith("/0")]
    people = dice.sample(firsts, min(recipients, len(firsts)))
    mentions = [replace(p, key=f"row {n}", references=(), reference_types=()) for n, p in enumerate(people)]
    with _Stage(f"match {len(mentions)} recipients"):
        found = {
            m.key: m.scores[0].customer_id
            for m in match_in_bulk(mentions, records, load_linkage_weights(example_site()))
        }
    right = sum(found.get(f"row {n}") == p.key.rsplit("/", 1)[0] for n, p in enumerate(people))
    print(f"{right} of {len(people)} found their own record first")


class _Stage:
    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        self._start, self._work = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        took, worked = time.perf_counter() - self._start, time.process_time() - self._work
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{self._name}: {took:.1f} s ({worked:.1f} s of processor), at most {memory} MB so far", flush=True)


def _write_customers(path: Path, count: int) -> None:
    with SAMPLE.open(newline="", encoding="utf-8") as file:
        known = list(csv.DictReader(file))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(known[0]))
        writer.writeheader()
        writer.writerows(_people(known, count))


def _people(known: list[dict[str, str]], count: int) -> Iterator[dict[str, str]]:
    """Invented people: names, streets and dates of the sample's invented people, mixed; numbers of their own."""
    dice = random.Random(20260101)
    for n in range(count):
        person, name, home = (dice.choice(known) for _ in range(3))
        row = {**person, "customer_id": f"C{2_000_000 + n}", "last_name": name["last_name"]}
        row |= {k: home[k] for k in ("town", "postcode", "address_line2", "address_line3", "uprn")}
        row["address_line1"] = f"{dice.randrange(1, 200)} {home['address_line1'].split(' ', 1)[-1]}"
        row["date_of_birth"] = f"{dice.randrange(1930, 2006)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        for column, front, figures in (("council_tax_account", "5", 7), ("rent_account", "70", 8)):
            row[column] = front + f"{dice.randrange(10**figures):0{figures}}" if row[column] else ""
        row["email"] = f"person{n}@post.example" if row["email"] else ""
        row["phone"] = f"0722{dice.randrange(10**7):07}" if row["phone"] else ""
        row["nino"] = row["benefit_ref"] = row["housing_ref"] = ""
        yield row


if __name__ == "__main__":
    main()
