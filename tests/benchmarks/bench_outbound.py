"""How fast letters go out, by stage, and how fast two other ways of making the same letters are.

Rates are letters a CPU-second of our own process, so that a busy machine does not change them much; what PostgreSQL's
processes used is said beside each stage. Every row is looked for among the letters, every letter for paper in the run.

    make bench-outbound
    python -m tests.benchmarks.bench_outbound --letters 10000 --customers 20000 --peers 20

Everybody in it is synthetic. A third of the rows give a customer number, a third an account number, and a third only
a name and an address. The databases are SQLite in a folder of their own, or with --database postgresql a PostgreSQL
server of their own, removed afterwards.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import django

from tests.benchmarks.nothing_lost import letters_found_their_customers, rows_are_letters, run_holds_all
from tests.benchmarks.process_tree import TreeWatch
from tests.benchmarks.stage_clock import Taken, peak_megabytes, taken_so_far
from tests.postgres import make_database, postgres_server

if TYPE_CHECKING:
    from mailroom.outbound.machines import OutboundMachines
    from mailroom.records.models import Mailing

HEAD = ("name", "address line 1", "address line 2", "address line 3", "postcode", "customer id", "account number",
        "year", "property", "band", "charge", "amount", "instalment", "direct debit")  # fmt: skip
FIRST = "Ada Ben Cora Dev Ella Finn Grace Hugo Iris Jack Kemi Liam Mona Noor Omar Pia Ravi Sana Tom Una".split()  # noqa: SIM905
ENDS = "ton ley worth field ham stead brook combe dale ford gate hurst".split()  # noqa: SIM905
STREETS = [
    "Mill Lane",
    "Quay Road",
    "High Street",
    "Church Walk",
    "Station Road",
    "Elm Avenue",
    "Harbour View",
    "Tower Hill",
]
AT_ONCE = 1000
MERGED = "LibreOffice, letters merged before"
"""Shown beside the two ways that letters are really made by, and not compared with: half the work is left out."""


def main() -> int:
    """Run it and print a table. 0 when memory stayed below the limit and ours is 20 times the faster peer."""
    args = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder, ExitStack() as servers:
        data = Path(folder)
        watching = servers.enter_context(ExitStack())
        watch = watching.enter_context(TreeWatch(every=2))  # before the server, which is part of the tree then
        os.environ["MAILROOM_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
        for name in ("MAILROOM_DATABASE_URL", "MAILROOM_ENGINE_URL"):
            os.environ.pop(name, None)
        if args.database == "postgresql":
            server = servers.enter_context(postgres_server())
            os.environ["MAILROOM_DATABASE_URL"] = make_database(server, "mailroom")
            os.environ["MAILROOM_ENGINE_URL"] = make_database(server, "engine")
        django.setup()
        ours = _ours(data, args.letters, args.customers)
        peak = peak_megabytes()
        watching.close()
        peers = _peers(data, args.peers) if args.peers else {}
    print(f"\n{'':34}{'letters a CPU-second':>22}")
    for name, rate in {**ours, **peers}.items():
        print(f"{name:34}{rate:>22,.0f}" if rate >= 10 else f"{name:34}{rate:>22.1f}")
    print(f"\nPeak memory of this process: {peak:,.0f} MB (limit 1,500)")
    print(f"Of all processes at once, the database's server included: {watch.peak_megabytes:,.0f} MB")
    ratio = ours["compose for print"] / max(rate for name, rate in peers.items() if name != MERGED) if peers else 0.0
    if peers:
        print(f"Composing is {ratio:,.0f} times as fast as the faster of the other ways (target 20)")
    return int(peak > 1500 or bool(peers and ratio < 20))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Letters a second by stage, beside other ways of making them.")
    parser.add_argument("--letters", type=int, default=70_000)
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--peers", type=int, default=40, help="letters made by each other way; 0 leaves them out")
    return parser.parse_args()


def _ours(data: Path, letters: int, customers: int) -> dict[str, float]:
    from django.core.management import call_command

    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.jobs import Worker
    from mailroom.outbound.steps import check, decide, match, parts
    from mailroom.outbound.steps.submit import Handover, receive
    from mailroom.wiring.outbound import outbound_machines

    call_command("migrate", verbosity=0)
    print(f"Putting {customers:,} customers on record and writing a spreadsheet of {letters:,} ...", flush=True)
    put_on_record(customers)
    path = spreadsheet(data / "bills.csv", letters, customers)
    machines = outbound_machines()
    with Worker(read_environment().engine_url, load_site().mailroom.engine, lambda: None):
        pass  # makes the engine's tables, as the first worker of a site does; nothing works the queues here
    rates: dict[str, float] = {}

    def timed(name: str, work: Callable[[], object]) -> None:
        before = taken_so_far()
        work()
        rates[name] = _progress(name, letters, before)

    said = Handover("council_tax_bill", "bench", "spreadsheet", template="council_tax_bill")
    mailing = receive(machines, path, said)
    timed("check and put on record", lambda: check.check_mailing(machines, mailing.pk))
    mailing.refresh_from_db()
    if mailing.letter_count != letters:
        raise SystemExit(f"not sound: {mailing.problems[:3]}")
    rows_are_letters(mailing, path)
    timed("match", lambda: _each(match.match_positions, machines, parts.parts_to_match(machines, mailing.pk), mailing))
    timed(
        "decide", lambda: _each(decide.decide_positions, machines, parts.parts_to_decide(machines, mailing.pk), mailing)
    )
    _tell(mailing)
    print(f"  {letters_found_their_customers(mailing):,} letters surely matched, none to somebody else", flush=True)
    rates["compose for print"] = _compose(machines, mailing, data)
    rates["compose emails"] = _emails(machines, mailing)
    rates["build the print run"] = _print_run(mailing)
    return rates


def _progress(stage: str, letters: int, before: Taken) -> float:
    """Letters a CPU-second of our own process."""
    taken = taken_so_far().since(before)
    rate = letters / taken.own
    print(f"  {stage}: {letters:,} in {taken}, {rate:,.0f} a CPU-second, peak {peak_megabytes():,.0f} MB", flush=True)
    return rate


def _each(step: Callable[..., object], machines: OutboundMachines, found: list[list[int]], mailing: Mailing) -> None:
    for first, last in found:
        step(machines, mailing.pk, first, last)


def _tell(mailing: Mailing) -> None:
    rows = mailing.letters.values_list("channel", "rule", "matched")
    counts = Counter(rows)
    print("  " + "; ".join(f"{n:,} {c} ({r}{', matched' if m else ''})" for (c, r, m), n in counts.most_common(8)))


def _compose(machines: OutboundMachines, mailing: Mailing, data: Path) -> float:
    """Every letter for paper, in files of a thousand, as the print run has them made."""
    from mailroom.outbound.steps.compose import set_letters

    before, done = taken_so_far(), 0
    for letters in chunks(mailing, "print"):
        set_letters(machines, letters, data / "part.pdf")
        done += len(letters)
    return _progress("compose for print", done, before)


def _print_run(mailing: Mailing) -> float:
    """Every letter for paper claimed, composed anew, sorted, enveloped, marked, read back, and on the manifest."""
    from mailroom.outbound.steps.build_run import build_run
    from mailroom.wiring.printing import print_machines

    machines = print_machines()
    before = taken_so_far()
    run = build_run(machines, machines.clock(), "bench")
    if run is None or run.status != "built":
        raise SystemExit("the print run was not built")
    rate = _progress("build the print run", run.letter_count, before)
    run_holds_all(run, mailing)
    sizes = [len(machines.store.get(key)) for key in run.outputs.values()]
    print(f"  {run.sheet_count:,} sheets in {len(sizes)} files of {sum(sizes) / 1e6:,.0f} MB, manifest and docket too")
    return rate


def _emails(machines: OutboundMachines, mailing: Mailing, most: int = 500) -> float:
    """The first emails with their proofs, up to the mail server's door."""
    from mailroom.outbound.steps.email import compose_letter_email

    before, done = taken_so_far(), 0
    for letters in chunks(mailing, "email"):
        for letter in letters[: most - done]:
            compose_letter_email(machines, letter)
            done += 1
        if done >= most:
            break
    return _progress("compose emails", done, before)


def chunks(mailing: Mailing, channel: str) -> Iterator[list]:  # type: ignore[type-arg]
    """The letters of a mailing that go one way, a thousand at a time."""
    from mailroom.records.models import Letter

    keys = list(mailing.letters.filter(channel=channel).order_by("postcode", "pk").values_list("pk", flat=True))
    for n in range(0, len(keys), AT_ONCE):
        found = Letter.objects.prefetch_related("mailing").in_bulk(keys[n : n + AT_ONCE])
        yield [found[k] for k in keys[n : n + AT_ONCE]]


def _person(number: int) -> tuple[str, str, str, str]:
    """(first name, family name, line 1, postcode); no two alike."""
    first = FIRST[number % len(FIRST)]
    root = "".join("bcdfglmnprstvw"[int(d, 14)] + "aeiou"[int(d, 14) % 5] for d in _base14(number // 40))
    family = (root + ENDS[number % len(ENDS)]).capitalize()
    street = STREETS[number // 100 % len(STREETS)]
    place = number // 40
    postcode = (
        f"WX{place // 4000 % 16 + 1} {place // 400 % 10}{'ABDEFGHJLN'[place // 20 % 10]}{'PQRSTUWXYZ'[place // 2 % 10]}"
    )
    return first, family, f"{number % 40 + 1} {street}", postcode


def _base14(number: int) -> str:
    digits = "0123456789abcd"
    text = ""
    while number or not text:
        number, rest = divmod(number, 14)
        text = digits[rest] + text
    return text.rjust(3, "0")


def put_on_record(count: int) -> None:
    from mailroom.records.customer_import import count_family_names
    from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, CustomerReference

    then = dt.datetime(2025, 1, 6, 12, tzinfo=dt.UTC)
    chance = random.Random(1)
    for start in range(0, count, 5000):
        numbers = range(start, min(start + 5000, count))
        people = {n: _person(n) for n in numbers}
        Customer.objects.bulk_create(
            Customer(
                id=f"C{n}", title="Ms", first_name=p[0], last_name=p[1], updated_at=then,
                accessible_format="large_print" * (n % 50 == 0),
                deceased_date=dt.date(2026, 1, 1) if n % 100 == 1 else None,
            ).with_keys()
            for n, p in people.items()
        )  # fmt: skip
        CustomerAddress.objects.bulk_create(
            CustomerAddress(customer_id=f"C{n}", lines=[p[2], "Stokeley"], postcode=p[3]).with_keys()
            for n, p in people.items()
        )
        CustomerReference.objects.bulk_create(
            CustomerReference(customer_id=f"C{n}", type="council_tax", value=f"5{n:07d}").with_keys() for n in numbers
        )
        emailing = [n for n in numbers if chance.random() < 0.35]
        ContactPoint.objects.bulk_create(
            ContactPoint(customer_id=f"C{n}", kind="email", value=f"c{n}@mail.example", verified_at=then)
            for n in emailing
        )
        Consent.objects.bulk_create(
            Consent(customer_id=f"C{n}", choice="email", given_at=then, source="import") for n in emailing
        )
    count_family_names()


def spreadsheet(path: Path, letters: int, customers: int) -> Path:
    chance = random.Random(2)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        for n in sorted(chance.sample(range(customers), letters)):
            first, family, line, postcode = _person(n)
            name = f"Ms {first} {family}"
            number = f"C{n}" if n % 3 == 0 else ""
            charge = f"{900 + n % 2500}.{n % 97:02d}"
            account = f"5{n:07d}" if n % 3 != 2 else f"9{n:07d}"
            writer.writerow((name, name, line, "Stokeley", postcode, number, account, "2026/27", line,
                             "ABCDEFGH"[n % 8], charge, charge, f"{float(charge) / 10:.2f}",
                             "yes" * (n % 2)))  # fmt: skip
    return path


def _peers(data: Path, count: int) -> dict[str, float]:
    """The same letter by HTML-to-PDF and by an office suite, each given its best case: many letters in one go."""
    from tests.benchmarks.letter_peers import by_libreoffice, by_mail_merge, by_weasyprint

    found = {}
    ways = (
        ("WeasyPrint, HTML to PDF", by_weasyprint),
        ("LibreOffice, mail merge", by_mail_merge),
        (MERGED, by_libreoffice),
    )
    for name, make in ways:
        rate = make(data, count)
        if rate is None:
            print(f"  {name}: not installed, left out (see docs/benchmarks.md)", file=sys.stderr)
        else:
            found[name] = rate
    return found


if __name__ == "__main__":
    sys.exit(main())
