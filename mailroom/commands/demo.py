"""`mailroom demo`: the mailroom at work on sample post, with a live table of what became of each piece."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mailroom.commands import demo_outgoing
from mailroom.commands.init import copy_site
from mailroom.config.environment import PACKAGE, read_environment

if TYPE_CHECKING:
    from rich.table import Table

NAME = "demo"
HELP = "Show the mailroom at work on sample post: what each piece became, where the emails and the filed PDFs are."

_LONGEST_SECONDS = 900


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--samples, --port, --stay, --picture."""
    parser.add_argument("--samples", type=Path, default=PACKAGE.parent / "tests" / "samples", help="scans to drop")
    parser.add_argument("--port", type=int, default=8000, help="of the web pages (default: 8000)")
    parser.add_argument("--stay", action="store_true", help="keep the web pages up when done (default on a terminal)")
    parser.add_argument("--picture", type=Path, help="also write the final table to this SVG file")


def run(args: argparse.Namespace) -> int:
    """Run it in a fresh folder `demo` of the data folder; 0 when everything is done and the ledger balances."""
    if not args.samples.is_dir():
        print(f"{args.samples}: the sample post is not there. Run the demo from a checkout, or name it by --samples.")
        return 2
    data = set_stage()
    _prepare(args.samples)
    print(f"Starting the mailroom; its log is {data / 'mailroom.log'}")
    with (data / "mailroom.log").open("wb") as log:
        command = [sys.executable, "-m", "mailroom", "run", "--port", str(args.port)]
        mailroom = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=dict(os.environ))
    try:
        dropped = _drop(args.samples, data / "watch" / "scanner-1")
        done = _watch(mailroom, dropped, args.picture)
        code = _sum_up(data) if done else 1
        if done:
            code = code or demo_outgoing.show(data)
        if args.stay or sys.stdin.isatty():
            print(f"\nThe web pages stay up at http://127.0.0.1:{args.port} until you press Ctrl-C.")
            mailroom.wait()
    except KeyboardInterrupt:
        code = 130
    finally:
        mailroom.send_signal(signal.SIGTERM)
        try:
            mailroom.wait(timeout=60)
        except subprocess.TimeoutExpired:
            mailroom.kill()
    return code


def set_stage() -> Path:
    """A fresh data folder `demo` with a copy of the site in it, both in force from here on; returns the folder.

    On a copy the settings can be changed in the browser, and nothing outside the data folder is touched.
    """
    environment = read_environment()
    data = environment.data / "demo"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    copy_site(environment.site, data / "site")
    os.environ["MAILROOM_DATA"], os.environ["MAILROOM_SITE"] = str(data), str(data / "site")
    return data


def _prepare(samples: Path) -> None:
    """Database, trained model, customers, and people to sign in as."""
    import django

    django.setup()
    from mailroom.__main__ import main
    from mailroom.wiring.data import prepare_data

    print("Setting up a demo mailroom (databases, sorting model, sample customers) ...", flush=True)
    prepare_data()
    main(["customers", "import", str(samples / "customers.csv"), "--cases", str(samples / "cases.csv")])
    main(["accounts", "demo"])


def _drop(samples: Path, folder: Path) -> int:
    """Put the sample scans into the watch folder, with things no mailroom likes. Returns how many files."""
    folder.mkdir(parents=True, exist_ok=True)
    scans = sorted((samples / "scans").iterdir())
    for scan in scans:
        shutil.copy(scan, folder / scan.name)
    (folder / "holiday-photos.pdf").write_bytes(b"PK\x03\x04" + b"This is a zip archive somebody renamed." * 20)
    shutil.copy(scans[0], folder / "scanned-again.pdf")
    return len(scans) + 2


def _watch(mailroom: subprocess.Popen[bytes], dropped: int, picture: Path | None) -> bool:
    """The live table until all is done; False when the mailroom stopped or took too long."""
    from rich.console import Console
    from rich.live import Live

    console = Console(record=picture is not None, width=None if sys.stdout.isatty() else 170)
    until = time.monotonic() + _LONGEST_SECONDS
    finished = False
    with Live(console=console, refresh_per_second=2, transient=sys.stdout.isatty()) as live:
        while time.monotonic() < until and mailroom.poll() is None and not finished:
            table, finished = _table(dropped)
            if sys.stdout.isatty():
                live.update(table)
            time.sleep(0.5)
    table, finished = _table(dropped)
    console.print(table)
    if picture:
        console.save_svg(str(picture), title="mailroom demo")
    if not finished:
        console.print("[red]The mailroom stopped before everything was done; see its log.")
    return finished


def _table(dropped: int) -> tuple[Table, bool]:
    """What became of each piece so far, and whether all are done."""
    from rich.table import Table

    from mailroom.records.models import Batch, BatchStatus, Item, ItemStatus

    table = Table(title="What became of each piece", show_lines=False)
    for heading in ("Item", "File", "Pages", "Service", "Customer", "Outcome", "Why"):
        table.add_column(heading, overflow="fold")
    done = True
    batches = list(Batch.objects.prefetch_related("items").order_by("pk"))
    for batch in batches:
        status = BatchStatus(batch.status)
        if status is BatchStatus.CUT:
            for item in batch.items.order_by("position"):
                done = done and not ItemStatus(item.status).is_with_the_line
                table.add_row(*_row(item, batch.filename))
        else:
            done = done and not status.is_in_flight
            colour = {"quarantined": "red", "duplicate": "yellow"}.get(status, "dim")
            table.add_row(
                batch.number, batch.filename, str(batch.page_count or ""), "", "", f"[{colour}]{status}", batch.reason
            )
    table.caption = f"{len(batches)} of {dropped} files taken in, {Item.objects.count()} items"
    return table, done and len(batches) >= dropped


def _row(item: object, filename: str) -> list[str]:
    from mailroom.records.models import Item, ItemStatus

    assert isinstance(item, Item)
    routing = item.decision.get("routing", {})
    reasons = item.review_reasons or routing.get("reasons", [])
    colour = {"sent": "green", "review": "yellow", "undelivered": "red"}.get(item.status, "dim")
    outcome = f"{item.status} to {item.team}" if item.status == ItemStatus.SENT else item.status
    pages = str(item.last_page - item.first_page + 1)
    sure = f"{item.service} {item.probability:.0%}" if item.service else ""
    why = "; ".join(str(r).rstrip(".") for r in reasons)
    return [item.number, filename, pages, sure, item.customer_id or "", f"[{colour}]{outcome}", why[:160]]


def _sum_up(data: Path) -> int:
    """The ledger, and where everything is."""
    from mailroom.__main__ import main
    from mailroom.wiring.data import export_filed

    code = main(["ledger", "--days-only"])
    count = export_filed(data / "filed")
    print(f"\nEmails as the teams received them:   {data / 'emails'}")
    print(f"Filed PDF/As ({count}), one an item:      {data / 'filed'}")
    print(f"Untouched originals and all records: {data / 'store'} and {data / 'records.sqlite3'}")
    print(f"A copy of the settings, to change:   {data / 'site'}, or in the browser as administrator")
    return code
