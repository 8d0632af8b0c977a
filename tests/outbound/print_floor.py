"""A print unit for tests: real typesetter, print files, store and hot folder; letters of the example council."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mailroom.config.document_classes import load_document_classes
from mailroom.config.postage import load_postage
from mailroom.config.printing import Printing
from mailroom.gateways.manifest_pdf import ManifestPdf
from mailroom.gateways.printer import HotFolder, Printer
from mailroom.gateways.printer_file import PrintFileMaker
from mailroom.gateways.report_pdf import ReportPdf
from mailroom.gateways.scan_marks import data_matrices_on
from mailroom.gateways.store import DiskStore
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs
from mailroom.records.models import Customer, Letter, LetterStatus, Mailing, MailingStatus, PrintRun
from mailroom.values.channel import Channel, LetterFormat
from mailroom.values.letter_body import LetterToSet
from mailroom.values.print_sheet import PagesToPrint
from tests.gateways.letters import PRINTING, SITE, letter, typesetter
from tests.outbound.machines import RememberingQueues

NOW = dt.datetime(2026, 3, 2, 15, 30, tzinfo=dt.UTC)
CUT_OFF = dt.datetime(2026, 3, 2, 15, 0, tzinfo=dt.UTC)
FONTS = SITE / "templates" / "letters" / "fonts"
REGULAR, BOLD = FONTS / "LiberationSans-Regular.ttf", FONTS / "LiberationSans-Bold.ttf"
STREETS = ("Church Lane", "Station Road", "Teal Street", "Mill Hill")


def set_letters(letters: Sequence[Letter], folder: Path) -> dict[int, tuple[PagesToPrint, ...] | str]:
    """Composes as the line does: all of them in one file. A letter whose fields say 'broken' cannot be made."""
    good = [x for x in letters if not x.fields.get("broken")]
    places = typesetter().write((_to_set(x) for x in good), folder / "all.pdf")
    made: dict[int, tuple[PagesToPrint, ...] | str] = {
        x.pk: (PagesToPrint(folder / "all.pdf", p.first_page, p.page_count),) for x, p in zip(good, places, strict=True)
    }
    return {**{x.pk: "Its template needs 'amount'." for x in letters}, **made}


def _to_set(one: Letter) -> LetterToSet:
    import dataclasses

    plain = letter(0, one.fields.get("template", "general_letter"), large=one.format == LetterFormat.LARGE_PRINT)
    return dataclasses.replace(plain, address=tuple(one.address_lines), reference=one.reference)


def machines(
    folder: Path, printers: dict[str, Printer] | None = None, printing: Printing = PRINTING, **changes: Any
) -> PrintMachines:
    told: list[NoticeEmail] = []
    parts: dict[str, Any] = {
        "store": DiskStore(folder / "store"),
        "queues": RememberingQueues(),
        "compose": set_letters,
        "decide_again": lambda keys: None,
        "email_instead": lambda letter: False,
        "files": PrintFileMaker(printing.marks, REGULAR, printing.mailmark),
        "typeset": ReportPdf(REGULAR, BOLD).typeset,
        "typeset_manifest": ManifestPdf(REGULAR, BOLD).write,
        "printers": printers or {"print-unit": HotFolder(folder / "printer")},
        "read_marks": data_matrices_on,
        "tell": told.append,
        "clock": lambda: NOW,
        "local_time": lambda at: at.astimezone(ZoneInfo("Europe/London")),
        "printing": printing,
        "postage": load_postage(SITE),
        "classes": load_document_classes(SITE),
        "council": "Wexmere District Council",
        "council_code": "WDC",
        "mail_domain": "wexmere.example",
        "work": folder / "work",
    }
    return PrintMachines(**{**parts, **changes})


def mailing(kind: str = "council_tax_bill", service: str = "council_tax", **changes: Any) -> Mailing:
    facts: dict[str, Any] = {
        "service": service,
        "document_class": kind,
        "title": "Bills",
        "source": "spreadsheet",
        "template": "general_letter",
        "status": MailingStatus.READY,
        "submitted_by": "clerk",
        "submitted_at": NOW - dt.timedelta(hours=5),
    }
    return Mailing.objects.create(**{**facts, **changes})


def letters(of: Mailing, count: int, **changes: Any) -> list[Letter]:
    """Letters ready to print, every seventh in large print, to people of their own."""
    start = of.letters.count()
    rows = [_letter(of, start + n, changes) for n in range(count)]
    return Letter.objects.bulk_create(rows)


def _letter(of: Mailing, n: int, changes: dict[str, Any]) -> Letter:
    postcode = f"WX{n % 16 + 1} {n % 9 + 1}{'ABDEFGHJ'[n % 8]}{'LNPQRSTU'[n // 8 % 8]}"
    facts: dict[str, Any] = {
        "mailing": of,
        "position": n + 1,
        "address_lines": [f"Resident {n}", f"{n % 90 + 1} {STREETS[n % 4]}", "Stokeley", postcode],
        "postcode": postcode,
        "reference": f"{50_000_000 + n}",
        "status": LetterStatus.TO_PRINT,
        "channel": Channel.PRINT,
        "format": LetterFormat.LARGE_PRINT if n % 7 == 0 else LetterFormat.STANDARD,
        "decided_at": NOW - dt.timedelta(hours=4),
    }
    return Letter(**{**facts, **changes})


def post(machines: PrintMachines, run: PrintRun) -> PrintRun:
    """Release a built run, count every envelope, close it."""
    print_runs.release_run(machines, run, "robin")
    for file in print_runs.files_of(run):
        print_runs.enter_counts(machines, run, file.name, file.pieces, "sam")
    return print_runs.close_run(machines, run, "sam")


def customer(number: str = "C1000001") -> Customer:
    found, _ = Customer.objects.get_or_create(pk=number, defaults={"last_name": "Rawlinson", "first_name": "Alison"})
    return found
