"""The outgoing half of `mailroom demo`: one mailing of 200 letters, each by the channel its reader chose."""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailroom.config.site import Site
    from mailroom.outbound.machines import OutboundMachines
    from mailroom.records.models import Letter, Mailing

LETTERS = 200
_CLASS = "council_tax_bill"
_LONGEST_SECONDS = 180
_HEAD = ("name", "address line 1", "address line 2", "address line 3", "address line 4", "address line 5", "postcode",
         "account number", "year", "property", "band", "charge", "amount", "instalment", "direct debit")  # fmt: skip


def show(data: Path) -> int:
    """Hand the mailing in, wait for the running mailroom to send it, and print what became of it. 1 if it is not done.

    data: the demo's data folder, where the spreadsheet is written and the emails lie.
    """
    from mailroom.config.site import load_site
    from mailroom.outbound.steps.submit import Handover, receive
    from mailroom.wiring.outbound import outbound_machines

    site = load_site()
    machines = outbound_machines(site)
    path = _spreadsheet(data / "council-tax-bills.csv")
    print(f"\nHanding in a mailing of {LETTERS} Council Tax bills ({path}) ...", flush=True)
    handover = Handover(_CLASS, "demo", "spreadsheet", title="Council Tax bills, demonstration", template=_CLASS)
    mailing = receive(machines, path, handover, check_now=True)
    if not _wait(mailing):
        print(f"{mailing.number} is not done; see the log. {mailing.problems[:3]}")
        return 1
    _print(machines, site, mailing, data)
    return 0


def _spreadsheet(path: Path) -> Path:
    """Bills for the first customers on record who have a Council Tax account and an address that can be posted to."""
    from mailroom.records.models import Customer

    people = Customer.objects.filter(references__type="council_tax", addresses__current=True, merged_into=None)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEAD)
        written = 0
        for person in people.distinct().order_by("pk").prefetch_related("addresses", "references"):
            place = next(a for a in person.addresses.all() if a.current)
            if not place.postcode or not place.lines:
                continue
            account = next(r.value for r in person.references.all() if r.type == "council_tax")
            lines = [person.name, *place.lines[:4], *[""] * (4 - len(place.lines))]
            charge, instalment = 1500 + written * 3, f"{150 + written * 0.3:.2f}"
            writer.writerow((person.name, *lines, place.postcode, account, "2026/27", place.lines[0],
                             "ABCDEFGH"[written % 8], f"{charge}.00", f"{charge}.00", instalment,
                             "yes" if written % 2 else "no"))  # fmt: skip
            written += 1
            if written == LETTERS:
                break
    return path


def _wait(mailing: Mailing) -> bool:
    """Until every letter is decided and every email has left."""
    from mailroom.records.models import LetterStatus, MailingStatus

    busy = (LetterStatus.QUEUED, LetterStatus.TO_EMAIL, LetterStatus.SENDING)
    until = time.monotonic() + _LONGEST_SECONDS
    while mailing.status in (MailingStatus.READY, MailingStatus.DONE) and time.monotonic() < until:
        if not mailing.letters.filter(status__in=busy).exists():
            return True
        time.sleep(1)
        mailing.refresh_from_db()
    return False


def _print(machines: OutboundMachines, site: Site, mailing: Mailing, data: Path) -> None:
    from rich.console import Console
    from rich.table import Table

    from mailroom.values.channel import Channel

    letters = list(mailing.letters.select_related("mailing").order_by("position"))
    table = Table(title=f"{mailing.number}: {len(letters)} Council Tax bills, each as its reader chose")
    for heading in ("Letters", "Goes by", "Format", "Because"):
        table.add_column(heading)
    for (channel, form, why), count in _groups(letters):
        words = "print, for the next run" if channel == Channel.PRINT else channel.replace("_", " ")
        table.add_row(str(count), words, form.replace("_", " "), why)
    console = Console()
    console.print(table)
    paper = [x for x in letters if x.channel == Channel.PRINT]
    emailed = [x for x in letters if x.channel == Channel.EMAIL]
    cost, saved = _by_post(machines, site, paper), _by_post(machines, site, emailed)
    console.print(
        f"{len(emailed)} emailed, {len(paper)} printed: £{cost:.2f} for paper and postage, £{saved:.2f} saved."
    )
    console.print(f"Emails to residents: {data / 'letter-emails'}     Why one letter: mailroom letter explain "
                  f"{letters[0].number}")  # fmt: skip


def _groups(letters: Sequence[Letter]) -> list[tuple[tuple[str, str, str], int]]:
    counts: dict[tuple[str, str, str], int] = {}
    for letter in letters:
        why = letter.reasons[-1] if letter.rule != "consent" else "The person consented; the address is proven."
        key = (letter.channel, letter.format, why)
        counts[key] = counts.get(key, 0) + 1
    return sorted(counts.items(), key=lambda kv: -kv[1])


def _by_post(machines: OutboundMachines, site: Site, letters: Sequence[Letter]) -> Decimal:
    """Pounds for printing, enveloping and posting these today, each by the cheapest class in time."""
    from mailroom.config.costs import CostLine
    from mailroom.outbound.postage import choose_postage
    from mailroom.outbound.steps.compose import count_pages
    from mailroom.values.working_days import add_working_days

    today = machines.today()
    sheet, envelope = (site.costs.pence(line, today) for line in (CostLine.PRINT_SHEET, CostLine.ENVELOPE))
    pence = Decimal(0)
    for letter, pages in zip(letters, count_pages(machines, letters), strict=True):
        sheets = (pages + 1) // 2
        chosen = choose_postage(site.postage, sheets, "letter", "inland", today, letter.must_arrive, add_working_days)
        pence += chosen.pence + sheets * sheet + envelope
    return pence / 100
