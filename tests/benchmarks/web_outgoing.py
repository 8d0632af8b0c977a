"""The outgoing half of the benchmark's database, and the registers beside it: as many letters as items, ten years long.

Mailings of 425 letters and one of a letter to everybody; print runs of 340 envelopes, the newest of 5,000 and half
scanned; returns, valuables, quarantined batches, files seen, accounts, changes of the configuration. All synthetic.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.records import daily_counts
from mailroom.records.models import (
    Batch,
    Event,
    Item,
    Letter,
    Mailing,
    Mailpiece,
    Person,
    PrintRun,
    SheetScan,
    SiteChange,
    Valuable,
    WatchedFile,
)
from mailroom.wiring.reports import Reports
from tests.benchmarks.copying import load

LETTERS_A_MAILING, PIECES_A_RUN, PIECES_TODAY = 425, 340, 5_000
RETURNED_OF, RETURNED_TODAY, VALUABLE_OF = 100, 250, 50
ACCOUNTS, CHANGES, QUARANTINED, STUCK, LEFT_OUT = 300, 500, 60, 20, 5_000
DAYS_COUNTED = 396
SERVICES = ("council_tax", "benefits", "rents", "waste", "planning")
LINES = json.dumps(["Given1 Thistlewood", "1 Alder Road", "Wexmere", "WX1 1AB"])
FIELDS = json.dumps({"name": "Given1 Thistlewood", "subject": "Your new bin", "message": "We bring it on Tuesday."})


def build_outgoing(items: int, customers: int) -> None:
    """Fill what stands beside the items of web_database, which are there already. One letter an item in all."""
    now = timezone.now()
    _bills(customers, now)
    rest = max(items - customers, LETTERS_A_MAILING)
    load(Mailing, _mailings(rest // LETTERS_A_MAILING, now))
    runs = max(rest // PIECES_A_RUN, 2)
    load(PrintRun, _runs(runs, now))
    load(Mailpiece, _pieces(rest, runs))
    first = Mailing.objects.order_by("pk").values_list("pk", flat=True)[1]
    load(Letter, _letters(rest, first, runs, customers, now))
    load(SheetScan, _scans(runs, now))
    load(User, ({"username": f"person{n}", "password": "!", "is_active": True} for n in range(ACCOUNTS)))
    people = list(User.objects.order_by("pk").values_list("pk", flat=True))[-ACCOUNTS:]
    load(Person, ({"account_id": p, "role": "team_member", "services": json.dumps(["waste"])} for p in people))
    load(SiteChange, _changes(people[0], now))
    load(Valuable, _valuables(items // VALUABLE_OF, people, now))
    _today_at_the_print_unit(items, now)
    load(Event, _left_out(runs, now))


def count_months(today: dt.date) -> None:
    """The roll-ups of the last thirteen months, which the figures are read from; of older ones nobody asks here."""
    days = [today - dt.timedelta(days=n) for n in range(DAYS_COUNTED)]
    daily_counts.make_again(days, Reports.read().figures.counting)


def _bills(customers: int, now: dt.datetime) -> None:
    bills = _mailing(0, now) | {"title": "Bills", "letter_count": customers}
    load(Mailing, [bills])
    whose = Mailing.objects.order_by("-pk").values_list("pk", flat=True)[0]
    load(Letter, (_letter(n, customers, now) | {"mailing_id": whose, "position": n + 1} for n in range(customers)))


def _mailings(count: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    return (_mailing(count - n, now) | {"letter_count": LETTERS_A_MAILING} for n in range(count))


def _mailing(age: int, now: dt.datetime) -> dict[str, object]:
    return {
        "key": f"{age:032x}",
        "service": SERVICES[age % len(SERVICES)],
        "document_class": "general_letter",
        "title": f"Mailing {age}",
        "source": "spreadsheet",
        "template": "general_letter",
        "status": "awaiting_approval" if 0 < age < 20 else "done",
        "submitted_by": "1",
        "submitted_at": _ago(now, age),
        "problems": "[]",
        "repairs": "[]",
    }


def _letter(n: int, customers: int, at: dt.datetime) -> dict[str, object]:
    return {
        "key": f"{n:032x}",
        "customer_id": f"C{n % customers:07d}",
        "name": f"Given{n % 977} Thistlewood",
        "reference": f"{50_000_000 + n % customers}",
        "postcode": f"WX{n // 90 % 9 + 1} {n // 3 % 9}AB",
        "address_lines": LINES,
        "fields": FIELDS,
        "status": "posted",
        "channel": "print",
        "rule": "default_post",
        "reasons": json.dumps(["They have not asked for email"]),
        "created_at": at,
        "sent_at": at,
    }


def _letters(count: int, first: int, runs: int, customers: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    """The newest wait for paper; of the others one in so many came back, and the last before them today.

    first: the key of the first mailing of these.
    """
    waiting, days = count - PIECES_TODAY, 3650 / count
    for n in range(count):
        one = _letter(customers + n, customers, _ago(now, days * (count - n)))
        one |= {"mailing_id": first + n // LETTERS_A_MAILING, "position": n % LETTERS_A_MAILING + 1}
        if n >= waiting:
            yield one | {"status": "to_print", "sent_at": None}
            continue
        one |= {"print_run_id": _run_of(n, runs), "mailpiece_id": n + 1}
        if n % RETURNED_OF == 0 or waiting - RETURNED_TODAY <= n:
            back = now if n >= waiting - RETURNED_TODAY else _ago(now, days * (count - n))
            one |= {"status": "returned", "returned_at": back, "return_reason": "gone_away"}
        yield one


def _run_of(n: int, runs: int) -> int:
    return min(n // PIECES_A_RUN + 1, runs - 1)


def _runs(count: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    for n in range(count):
        newest = n == count - 1
        yield {
            "cut_off": _ago(now, count - n),
            "status": "released" if newest else "posted",
            "piece_count": PIECES_TODAY if newest else PIECES_A_RUN,
            "sheet_count": 2 * (PIECES_TODAY if newest else PIECES_A_RUN),
            "built_by": "1",
            "outputs": "{}",
        }


def _pieces(letters: int, runs: int) -> Iterator[dict[str, object]]:
    """One a posted letter, then those of the newest run."""
    numbers: dict[int, int] = {}
    for n in range(letters):
        run = _run_of(n, runs)
        numbers[run] = numbers.get(run, 0) + 1
        yield _piece(run, numbers[run])
    yield from (_piece(runs, number + 1) for number in range(PIECES_TODAY))


def _piece(run: int, number: int) -> dict[str, object]:
    return {
        "run_id": run,
        "number": number,
        "file": f"run-{run}-{number // 2500}.pdf",
        "first_sheet": 2 * number - 1,
        "sheets": 2,
        "pages": 3,
        "envelope": ("C5", "DL")[number // 2500 % 2],
        "stock": "plain",
        "postage": "second",
        "weight_grams": 15.0,
        "cost_pence": 62,
    }


def _scans(runs: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    """Half of the newest run."""
    for piece in range(1, PIECES_TODAY // 2 + 1):
        for sheet in (1, 2):
            yield {"run_id": runs, "piece": piece, "sheet": sheet, "scanned_by": "1", "scanned_at": now}


def _changes(account: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    change = json.dumps([{"key": "team.waste.name", "before": "Waste", "after": "Waste and recycling"}])
    for n in range(CHANGES):
        yield {
            "at": _ago(now, n),
            "account_id": account,
            "file": "config/routing.toml",
            "changes": change,
            "before": "0" * 64,
            "after": "1" * 64,
        }


def _valuables(count: int, people: list[int], now: dt.datetime) -> Iterator[dict[str, object]]:
    """The newest sixty lie here, a third of them without their second signature."""
    for n in range(count):
        age, one = (count - n) / count * 3650, people[n % len(people)]
        entry = {
            "item_id": n * VALUABLE_OF + 1,
            "kind": "cheque",
            "description": "Cheque",
            "amount_pence": 4200,
            "kept_where": "Safe",
            "logged_by_id": one,
            "logged_at": _ago(now, age),
        }
        if n < count - 20:
            entry |= {"witnessed_by_id": people[0], "witnessed_at": _ago(now, age)}
        if n < count - 60:
            entry |= {"left_by": "banked", "proof": "Slip 7", "left_at": _ago(now, age), "left_signed_by_id": people[0]}
        yield entry


def _today_at_the_print_unit(items: int, now: dt.datetime) -> None:
    newest = Batch.objects.order_by("-pk").values_list("received", flat=True)[0]
    held = {"filename": "held.pdf", "source": "scanner-2", "received": newest, "taken_at": now}
    reason = {"status": "quarantined", "reason": "The file cannot be opened."}
    load(Batch, ({**held, **reason, "original": f"{n:063x}q"} for n in range(QUARANTINED)))
    seen = {"folder": "scanner-1", "first_seen": now, "still_since": now}
    taken = ({**seen, "name": f"post{n}.pdf", "status": "taken"} for n in range(items // 25))
    load(WatchedFile, taken)
    stuck = {"status": "stuck", "problem": "It is still growing."}
    load(WatchedFile, ({**seen, **stuck, "name": f"stuck{n}.pdf"} for n in range(STUCK)))
    lately = Item.objects.order_by("-pk").values_list("pk", flat=True)
    Item.objects.filter(pk__in=list(lately[100:160])).update(flags=["cheque_enclosed"])


def _left_out(runs: int, now: dt.datetime) -> Iterator[dict[str, object]]:
    for n in range(LEFT_OUT):
        run = runs if n < 12 else n % runs + 1
        details = json.dumps({"run": run})
        subject = {"subject": "letter", "subject_key": str(n + 1)}
        yield {"at": _ago(now, n / 2), "kind": "letter.left_out", **subject, "details": details}


def _ago(now: dt.datetime, days: float) -> dt.datetime:
    return now - dt.timedelta(days=days)
