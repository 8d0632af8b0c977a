"""One large spreadsheet from the page where it is chosen to letters set for print, with a worker behind the pages.

    python -m tests.benchmarks.bench_submission --rows 100000 --customers 150000 --database postgresql

A CSV with three faults is checked by the command. A sound XLSX is chosen on the page, checked by the worker while the
page is asked how far it is, looked at row by row, handed in, checked again on the line, approved by another person,
matched and decided; its letters for paper are set. CPU seconds are those of this process, worker included, and of
commands; those of PostgreSQL's own processes are said beside them. Every letter on record is compared with its row and
its customer. Everybody in it is synthetic.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import django
import openpyxl

from tests.benchmarks.bench_outbound import chunks, put_on_record, spreadsheet
from tests.benchmarks.nothing_lost import letters_found_their_customers, rows_are_letters
from tests.benchmarks.process_tree import TreeWatch
from tests.benchmarks.stage_clock import peak_megabytes, taken_so_far
from tests.postgres import make_database, postgres_server

if TYPE_CHECKING:
    from mailroom.outbound.machines import OutboundMachines
    from mailroom.web.letters.machines import Draft
    from mailroom.wiring.web_letters import LetterDesk

CLASS = ("--class", "council_tax_bill", "--template", "council_tax_bill")
FAULTS = {"postcode": "WX10", "amount": "", "charge": "#REF!"}


def main() -> int:
    """Run it and print each step. 1 if a step did not do what it should, or memory went over the limit."""
    said = _arguments()
    with tempfile.TemporaryDirectory(prefix="mailroom-bench-") as folder, ExitStack() as servers:
        place = Path(folder)
        watch = servers.enter_context(TreeWatch(every=2))  # before the server, which is part of the tree then
        _timed("put the customers on record", partial(_prepare, place, said, servers))
        sound = spreadsheet(place / "bills.csv", said.rows, said.customers)
        faulty, sheet = _with_faults(sound), _as_xlsx(sound)
        print(f"{said.rows:,} rows, {sheet.stat().st_size / 1e6:.0f} MB as XLSX", flush=True)
        if not said.check_only:
            _command("check the CSV with 3 faults", ["mailing", "check", str(faulty), *CLASS], expect=1)
        _on_the_pages(sheet, sound, said)
    print(f"Peak memory of all processes at once, the database's server included: {watch.peak_megabytes:,.0f} MB")
    print(f"Peak memory of a process: {(peak := peak_megabytes()):,.0f} MB (limit 1,500)")
    return int(peak > 1500)


def _on_the_pages(sheet: Path, sound: Path, said: argparse.Namespace) -> None:
    """Everything a person does on the pages, a worker in this process doing what they put on."""
    from mailroom.config.environment import read_environment
    from mailroom.config.site import load_site
    from mailroom.jobs import Worker
    from mailroom.outbound import line
    from mailroom.web.letters.machines import Wishes
    from mailroom.wiring.outbound import outbound_machines
    from mailroom.wiring.web_letters import LetterDesk

    machines, rows = outbound_machines(), said.rows
    desk = LetterDesk(machines, lambda *_: b"")
    with Worker(read_environment().engine_url, load_site().mailroom.engine, lambda: line.register(machines)):
        draft = _choose(desk, sheet)
        _timed("checked by the worker", lambda: _until_checked(desk, draft, rows))
        for place in (1, rows // 2, rows):
            _timed(f"look at row {place:,}", partial(_look, desk, draft, place))
        if said.check_only:
            return
        _timed("hand in, the page's answer", lambda: desk.hand_in(draft, Wishes(), "anna").number)
        _timed("checked again on the line, letters on record", lambda: _until_waiting(rows))
        _compared("rows and letters", sound)
        _command("approve by the same person", ["mailing", "approve", "M000001", "--as", "anna"], expect=1)
        _command("approve", ["mailing", "approve", "M000001", "--as", "bilal"])
        _timed("match and decide on the line", lambda: _decided(machines, rows))
        _compared("letters and customers", sound)
        _timed("compose for print", lambda: _composed(machines, sheet.parent))


def _choose(desk: LetterDesk, sheet: Path) -> Draft:
    from mailroom.web.letters.machines import Draft

    with sheet.open("rb") as file:
        key = desk.keep([file.read()], sheet.name)
    draft = Draft(key, sheet.name, "council_tax_bill", "council_tax_bill", once="bench")

    def first_answer() -> str:
        found = desk.check(draft, "anna")
        if found.progress is None:
            raise SystemExit("the page checked it while the person waited")
        return "  " + found.progress.stage

    _timed("choose the XLSX, the page's answer", first_answer)
    return draft


def _until_checked(desk: LetterDesk, draft: Draft, rows: int) -> str:
    """Asked every five seconds, as the page does; how far it was, and how long an answer took at most."""
    seen, slowest = [], 0.0
    while True:
        start = time.perf_counter()
        found = desk.check(draft, "anna")
        slowest = max(slowest, time.perf_counter() - start)
        if found.progress is None:
            break
        seen.append(f"{found.progress.stage} {found.progress.done:,}")
        time.sleep(5)
    if (found.letter_count, found.problem_count) != (rows, 0):
        raise SystemExit(f"{found.letter_count:,} letters, {found.problem_count} problems: {found.problems[:3]}")
    some = seen[:: max(len(seen) // 8, 1)]
    return f"  {'; '.join(some)}; slowest answer {slowest * 1000:.0f} ms"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A spreadsheet checked, looked at, handed in, approved and decided.")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--customers", type=int, default=150_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--check-only", action="store_true", help="stop after the looks; nobody is put on record")
    return parser.parse_args()


def _prepare(place: Path, said: argparse.Namespace, servers: ExitStack) -> str:
    """A site of its own whose bills need a second person, its databases, and the customers."""
    from mailroom.commands.init import copy_site
    from mailroom.config.environment import example_site

    copy_site(example_site(), place / "site")
    classes = place / "site" / "config" / "document_classes.toml"
    bill = 'code = "council_tax_bill"\n'
    classes.write_text(classes.read_text("utf-8").replace(bill, f"{bill}needs_approval = true\n"), "utf-8")
    os.environ |= {"MAILROOM_SITE": f"{place / 'site'}", "MAILROOM_DATA": f"{place / 'data'}"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    for name in ("MAILROOM_DATABASE_URL", "MAILROOM_ENGINE_URL"):
        os.environ.pop(name, None)
    if said.database == "postgresql":
        server = servers.enter_context(postgres_server())
        os.environ["MAILROOM_DATABASE_URL"] = make_database(server, "mailroom")
        os.environ["MAILROOM_ENGINE_URL"] = make_database(server, "engine")
    django.setup()
    from mailroom.wiring.data import prepare_database, prepare_folders

    prepare_database()
    prepare_folders()
    if not said.check_only:
        put_on_record(said.customers)
    return f"  {said.customers:,}"


def _as_xlsx(sound: Path) -> Path:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    with sound.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append(row)
    book.save(path := sound.with_suffix(".xlsx"))
    return path


def _with_faults(sound: Path) -> Path:
    """A fault each in the last three rows, in columns of their own."""
    with sound.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    for row, (column, value) in zip(rows[-3:], FAULTS.items(), strict=True):
        row[head.index(column)] = value
    with (path := sound.with_stem("faulty")).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((head, *rows))
    return path


def _command(name: str, words: list[str], expect: int = 0) -> None:
    def called() -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mailroom", *words], capture_output=True, text=True, check=False, env=os.environ
        )
        if done.returncode != expect:
            raise SystemExit(f"{name}: ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout.strip()

    _timed(name, called)


def _timed(name: str, work: Callable[[], str]) -> None:
    before = taken_so_far()
    said = work()
    print(f"{name}: {taken_so_far().since(before)}, peak {peak_megabytes():,.0f} MB\n{said}", flush=True)


def _compared(what: str, sound: Path) -> None:
    """Every row is a letter on record, none is there twice; once they are matched, none is somebody else's."""
    from mailroom.records.models import Mailing

    mailing = Mailing.objects.get()
    rows_are_letters(mailing, sound)
    print(f"{what} compared: {letters_found_their_customers(mailing):,} surely matched, none to somebody else")


def _look(desk: LetterDesk, draft: Draft, position: int) -> str:
    """One row as paper and as email, as the page shows it."""
    seen = desk.preview(draft, position)
    return f"  {seen.pages} page, PDF of {len(desk.draft_pdf(draft, position)):,} bytes, email '{seen.subject}'"


def _until_waiting(rows: int) -> str:
    from mailroom.records.models import Letter, Mailing

    while (mailing := Mailing.objects.get()).status == "checking":
        time.sleep(1)
    if (mailing.status, Letter.objects.count()) != ("awaiting_approval", rows):
        raise SystemExit(f"{mailing.status}: {mailing.problems[:3]}")
    return f"  {mailing.status}"


def _decided(machines: OutboundMachines, rows: int) -> str:
    """Once no letter waits for a decision; its emails are not what is measured, so it is paused."""
    from mailroom.outbound.steps import mailings
    from mailroom.records.mailing_figures import figures_of
    from mailroom.records.models import Letter, LetterStatus, Mailing

    while Letter.objects.filter(status=LetterStatus.QUEUED).exists():
        time.sleep(2)
    mailings.pause(machines, Mailing.objects.get().pk, "anna")
    figures = figures_of(Mailing.objects.get())
    decided = Letter.objects.exclude(decided_at=None).count()
    if decided != rows or sum(figures.reasons.values()) != rows:
        raise SystemExit(f"{decided:,} letters of {rows:,} were decided")
    return "\n".join(f"  {count:>7,}  {why}" for why, count in figures.reasons.items())


def _composed(machines: OutboundMachines, folder: Path) -> str:
    """Every letter for paper, in files of a thousand, as a print run has them made."""
    from mailroom.outbound.steps.compose import set_letters
    from mailroom.records.models import Mailing

    done = pages = 0
    for letters in chunks(Mailing.objects.get(), "print"):
        pages += sum(place.page_count for place in set_letters(machines, letters, folder / "part.pdf"))
        done += len(letters)
    return f"  {done:,} letters, {pages:,} pages"


if __name__ == "__main__":
    sys.exit(main())
