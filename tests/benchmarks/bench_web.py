"""Server time of every desk's pages and of the search, on a database of a million items and 150,000 customers.

    python -m tests.benchmarks.bench_web                     both databases, about ten minutes
    python -m tests.benchmarks.bench_web --database postgres --phrases
    python -m tests.benchmarks.bench_web --database sqlite --items 100000 --customers 15000

Prints the table of docs/benchmarks.md, section 'Web pages'. Ends with 1 when a page is slower than it may be.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

PAGE_LIMIT, SEARCH_LIMIT = 0.2, 0.3
TIMES = 7


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--keep", type=Path, help="folder of an SQLite database to make, or to use again")
    parser.add_argument("--only", default="", help="pages with this in their name")
    parser.add_argument("--phrases", action="store_true", help="the search of phrases alone, instead of the pages")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.here:
        return _measure(args)
    chosen = ("sqlite", "postgres") if args.database == "both" else (args.database,)
    return max(_in_own_process(args, name) for name in chosen)


def _in_own_process(args: argparse.Namespace, name: str) -> int:
    from tests.postgres import make_database, postgres_server

    command = [sys.executable, "-m", "tests.benchmarks.bench_web", "--here", "--database", name]
    command += ["--items", str(args.items), "--customers", str(args.customers), "--only", args.only]
    command += ["--phrases"] if args.phrases else []
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as made:
        folder = args.keep or Path(made)
        environment = {**os.environ, "MAILROOM_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "mailroom.settings"}
        if name == "sqlite":
            return subprocess.run(command, env=environment, check=False).returncode
        with postgres_server() as server:
            environment["MAILROOM_DATABASE_URL"] = make_database(server, "mailroom")
            return subprocess.run(command, env=environment, check=False).returncode


def _measure(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from mailroom.records.models import Item
    from tests.benchmarks.web_database import build

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    if not Item.objects.exists():
        build(args.items, args.customers)
    _say(f"{args.database}: {args.items:,} items, {args.customers:,} customers, made in {_since(began):.0f} s")
    if args.phrases:
        return _phrases()
    slow = 0
    _say("| page | median ms | slowest ms | queries | kB | may take |\n|---|---|---|---|---|---|")
    for measured in _pages(args.only):
        late = statistics.median(measured.times) > measured.limit
        slow += late
        times = f"{1000 * statistics.median(measured.times):.0f} | {1000 * max(measured.times):.0f}"
        figures = f"{times} | {measured.queries} | {measured.size // 1000} | {1000 * measured.limit:.0f}"
        _say(f"| {measured.words}{' **too slow**' if late else ''} | {figures} |")
    return 1 if slow else 0


def _phrases() -> int:
    from tests.benchmarks.web_phrases import phrase_rows

    for row in phrase_rows():
        _say(row)
    return 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One page: how long each call took, and of one call the queries and the bytes."""

    words: str
    limit: float
    times: tuple[float, ...]
    queries: int
    size: int


def _pages(only: str) -> Iterator[Measured]:

    from tests.benchmarks.web_addresses import addresses
    from tests.benchmarks.web_desks import introduce, newest

    with tempfile.TemporaryDirectory(prefix="mailroom-desks-") as folder:
        introduce(Path(folder))
        clients: dict[str, Client] = {}
        for words, role, address in addresses(newest()):
            if only not in words:
                continue
            if role not in clients:
                clients[role] = _signed_in(role)
            yield _measured(clients[role], words, address)


def _measured(client: Client, words: str, address: str) -> Measured:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    limit = SEARCH_LIMIT if address.startswith("/search/") else PAGE_LIMIT
    with CaptureQueriesContext(connection) as queries:
        size = len(client.get(address, REMOTE_ADDR=f"2001:db8::{len(address):x}").content)
    asked = len(queries)
    times = tuple(_time(client, address) for _ in range(TIMES))
    return Measured(words, limit, times, asked, size)


def _signed_in(role: str) -> Client:
    from django.contrib.auth.models import User
    from django.test import Client

    from mailroom.records.accounts import make_account

    client = Client(HTTP_HOST="localhost")
    if role:
        services = ["council_tax", "benefits"] if role.startswith("team") else []
        known = User.objects.filter(username=f"bench-{role}").first()
        client.force_login(known or make_account(f"bench-{role}", "a long pass phrase 9", role, services))
    return client


def _time(client: Client, address: str) -> float:
    began = time.perf_counter()
    # Each page from a place of its own, or the public ones would be told to wait after so many tries.
    answer = client.get(address, REMOTE_ADDR=f"2001:db8::{len(address):x}")
    took = _since(began)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")
    return took


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _since(began: float) -> float:
    return time.perf_counter() - began


if __name__ == "__main__":
    raise SystemExit(main())
