"""How quick figures are at size.

    python -m tests.benchmarks.bench_targets --database sqlite --count-again         a million items and letters
    python -m tests.benchmarks.bench_targets --database postgres --rows 18000000 --check-months 12    18 million items
    python -m tests.benchmarks.bench_targets --database postgres --rows 900000 --years 0.25 --lists-only

Writes four weeks of a made-up council's post, copies them by SQL into so many blocks of four weeks, and measures. On
PostgreSQL `--rows` has the database make so many real items itself, with half as many letters. Without `--database` it
uses the empty one that MAILROOM_DATA or MAILROOM_DATABASE_URL names, and leaves it filled for `--measure-only`.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import multiprocessing
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import django

from mailroom.values.month import Month
from tests.postgres import make_database, postgres_server

if TYPE_CHECKING:
    from mailroom.records.listed import Listed

A_PAGE, MOST = 100, 2000
"""Rows of a page, and how far they are counted (mailroom.web.targets.rows, which needs Django to be set up)."""

SERVER = "-c shared_buffers=1GB -c work_mem=64MB -c maintenance_work_mem=512MB -c max_wal_size=8GB"
"""PostgreSQL's own settings are those of a machine with 128 MB to give; a server of millions of rows is given more."""

LAST = dt.date(2026, 10, 30)
"""The template's last day; earlier blocks lie before it."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", choices=("sqlite", "postgres"), help="made for this run and gone after it")
    parser.add_argument("--rows", type=int, default=0, help="items made by PostgreSQL itself")
    parser.add_argument("--years", type=float, default=5, help="the years that --rows are spread over")
    parser.add_argument("--lists-only", action="store_true", help="no roll-ups: only the lists of rows behind a figure")
    parser.add_argument("--blocks", type=int, default=13, help="of four weeks; 65 are five years")
    parser.add_argument("--a-day", type=int, default=2000, help="items in, and as many letters out, of the template")
    parser.add_argument("--times", type=int, default=1, help="copies of the template in each block")
    parser.add_argument("--rows-for", type=float, default=4, help="minutes spent on copying rows; roll-ups are whole")
    parser.add_argument("--count-again", action="store_true", help="make every roll-up from its rows, and check them")
    parser.add_argument("--check-months", type=int, default=0, help="so many, evenly spread, are checked; 0: all")
    parser.add_argument("--measure-only", action="store_true", help="the database was built by an earlier run")
    args = parser.parse_args()
    with _database(args.database):
        _run(args)


@contextmanager
def _database(kind: str | None) -> Iterator[None]:
    """Records of its own for this run, or (None) those the environment names."""
    if kind is None:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder, ExitStack() as server:
        os.environ["MAILROOM_DATA"] = folder
        os.environ.pop("MAILROOM_DATABASE_URL", None)
        if kind == "postgres":
            os.environ["MAILROOM_DATABASE_URL"] = make_database(
                server.enter_context(postgres_server(SERVER)), "mailroom"
            )
        yield


def _run(args: argparse.Namespace) -> None:
    _set_up()
    if args.rows and not args.measure_only:
        _build_by_database(args.rows, args.years)
    elif not args.measure_only:
        _build(args)
    if args.lists_only:
        _rows_page()
        return
    if args.rows or args.count_again:
        _count_again(args.check_months)
    _measure()


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    django.setup()


def _build(args: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from mailroom.records import daily_counts
    from mailroom.records.models import Item, Letter, RollupMark
    from mailroom.wiring.reports import Reports
    from tests.benchmarks import copied_years
    from tests.benchmarks.council_years import CouncilYears

    call_command("migrate", verbosity=0)
    first = LAST - dt.timedelta(days=25)
    council = CouncilYears(first, LAST, args.a_day, first - dt.timedelta(days=200))
    council.keep_baseline(Month(2025, 4))
    with _said("template written"):
        council.write()
    counting = Reports.read().figures.counting
    copies = [(block, turn) for block in range(args.blocks) for turn in range(args.times)][1:]
    until = time.monotonic() + 60 * args.rows_for
    copied = 0
    with _said("rows copied"):
        for number, (block, _) in enumerate(copies, start=1):
            if time.monotonic() > until:
                break
            copied_years.copy_rows(number, -4 * block)
            copied = number
    copied_years.analyse()
    print(f"rows on record: {Item.objects.count() + Letter.objects.count():,} (copies {copied} of {len(copies)})")
    if not args.count_again:
        days = [first + dt.timedelta(days=n) for n in range(26)]
        with _said("template's roll-ups made from its rows"):
            daily_counts.make_again(days, counting)
        copied_years.keep_template()
        for block in range(args.blocks):
            copied_years.copy_rollups(block, -4 * block, args.times)
        copied_years.sum_months()
    copied_years.analyse()
    RollupMark.objects.update_or_create(name="rollup", defaults={"through": timezone.now()})


def _build_by_database(rows: int, years: float) -> None:
    from django.core.management import call_command

    from tests.benchmarks import millions
    from tests.benchmarks.council_years import CouncilYears

    call_command("migrate", verbosity=0)
    council = CouncilYears(LAST, LAST, round(rows / (252 * years)), LAST, people=millions.PEOPLE)
    council.keep_people()
    council.keep_baseline(Month(2025, 4))
    with _said("rows made"):
        millions.fill(rows, LAST, years)


def _count_again(check_months: int) -> None:
    """Every roll-up from its rows, the check of it, and the counts by month, as a first start does them."""
    from django.utils import timezone

    from mailroom.records import daily_counts, figure_rows, monthly_counts
    from mailroom.records.models import RollupMark
    from mailroom.wiring.reports import Reports

    figures = Reports.read().figures
    with _said("every roll-up made from its rows"):
        daily_counts.make_again(daily_counts.all_days(figures.zone), figures.counting)
    months = _spread(sorted({Month.of(day) for day in daily_counts.all_days(figures.zone)}), check_months)
    with _said(f"roll-ups of {len(months)} months checked against their rows"):
        assert daily_counts.differences(figures.counting, months) == []
    RollupMark.objects.update_or_create(name="rollup", defaults={"through": timezone.now()})
    months = monthly_counts.months_to_count(LAST, figure_rows.first_month())
    with _said(f"readers of paper counted, {len(months)} months"):
        figures.bring_up_to_date(timezone.now())


def _spread(months: list[Month], wanted: int) -> list[Month]:
    """So many of them, the first and the last among them; all when 0 are wanted."""
    if not wanted or wanted >= len(months):
        return months
    places = {round(n * (len(months) - 1) / max(1, wanted - 1)) for n in range(wanted)}
    return [months[place] for place in sorted(places)]


class _said:
    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *exc: object) -> None:
        print(f"{self._what}: {time.monotonic() - self._start:.1f} s", flush=True)


def _measure() -> None:
    from django.db.models import Sum

    from mailroom.records.models import DailyClock, DailyCount
    from mailroom.values.period import Period
    from mailroom.wiring.reports import Reports

    items = DailyCount.objects.aggregate(n=Sum("items"))["n"]
    counts, clocks = DailyCount.objects.count(), DailyClock.objects.count()
    print(f"items in the roll-ups: {items:,}; {counts:,} counts, {clocks:,} clocks")
    reports, october = Reports.read(), Period.one(Month(2026, 10))
    year = Period(Month(2026, 4), Month(2026, 10))
    for name, call in {
        "overview of a month": lambda: reports.overview(october, "", LAST),
        "overview of a month, one service": lambda: reports.overview(october, "council_tax", LAST),
        "overview of a year": lambda: reports.overview(year, "", LAST),
        "years compared": lambda: reports.years(Month(2026, 10), "", LAST),
    }.items():
        print(f"{name}: {_median(call)}")
    _rows_page()
    _catching_up()
    context = multiprocessing.get_context("spawn")
    for call in (_report, _year_report):
        child = context.Process(target=call)
        child.start()
        child.join()


def _median(call: Callable[[], object], tries: int = 5) -> str:
    """Milliseconds of the clock and, on a machine that others use too, of this process's own work."""
    taken, worked = [], []
    for _ in range(tries):
        start, begun = time.monotonic(), time.process_time()
        call()
        taken.append(1000 * (time.monotonic() - start))
        worked.append(1000 * (time.process_time() - begun))
    return f"{statistics.median(taken):.0f} ms, {statistics.median(worked):.0f} ms of them working here"


def _rows_page() -> None:
    from mailroom.records import figure_listing
    from mailroom.records.figure_listing import Wanted
    from mailroom.records.listed import Listed
    from mailroom.wiring.reports import Reports
    from mailroom.wiring.web_targets import WebFigures

    ways = WebFigures(Reports.read()).ways()
    late = Wanted(LAST.replace(day=1), LAST, service="planning", state="late")
    posted = Wanted(LAST.replace(day=1), LAST, service="rents", paper=True)
    year = Wanted(LAST.replace(year=LAST.year - 1), LAST, paper=True)
    shared = Wanted(LAST.replace(day=1), LAST, cause="consolidated")
    rare = Wanted(LAST.replace(day=1), LAST, service="hr", saved=True)
    for name, listed in {
        "items answered late, one service": Listed((figure_listing.items(late, ways, LAST),)),
        "items of all services": Listed(
            (figure_listing.items(dataclasses.replace(late, service="", state=""), ways, LAST),)
        ),
        "letters posted, one service": figure_listing.letters(posted, ways),
        "letters posted in a year, all services": figure_listing.letters(year, ways),
        "letters in another's envelope": figure_listing.letters(shared, ways),
        "letters that saved something, a small service": figure_listing.letters(rare, ways),
    }.items():
        n = len(listed.keys(MOST + 1))
        print(f"rows behind a figure, first page, {name} ({n:,}): {_median(partial(_page, listed))}", flush=True)


def _page(listed: Listed[Any]) -> None:
    """What the page of rows asks for: how many there are, as far as it counts, and the first hundred."""
    rows = listed.rows(listed.keys(MOST + 1)[:A_PAGE])
    assert len(rows) <= A_PAGE


def _catching_up() -> None:
    from django.utils import timezone

    from mailroom.records import daily_counts
    from mailroom.records.models import Event, Item
    from mailroom.wiring.reports import Reports

    for item in Item.objects.filter(received=LAST)[:100]:
        Event.record("item.accepted", item)
    figures = Reports.read().figures
    start = time.monotonic()
    days = daily_counts.catch_up(timezone.now(), figures.counting)
    print(f"catching up after 100 changed items: {days} days in {time.monotonic() - start:.2f} s")


def _report() -> None:
    _made("monthly report as PDF", 10)


def _year_report() -> None:
    _made("yearly report as PDF", 4)


def _made(what: str, first: int) -> None:
    _set_up()
    from mailroom.values.period import Period
    from mailroom.wiring.reports import ReportFormat, Reports

    start = time.monotonic()
    content = Reports.read().make(Period(Month(2026, first), Month(2026, 10)), "", ReportFormat.PDF, LAST)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what}: {time.monotonic() - start:.1f} s, {peak} MB at most, {len(content) // 1024} kB", flush=True)


if __name__ == "__main__":
    main()
