"""A database as a council's would be after ten years: a million items, 150,000 customers. All of it is synthetic."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import numpy as np
from django.db import connection
from django.utils import timezone

from mailroom.records import search_index
from mailroom.records.models import (
    Batch,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerReference,
    Event,
    Item,
    ItemReference,
    Page,
)
from mailroom.values.match_keys import house_key, sound_key, street_key
from tests.benchmarks.copying import load
from tests.benchmarks.web_outgoing import build_outgoing, count_months

WORDS_AN_ITEM, WORDS_KNOWN, SENTENCES = 60, 30_000, 40_000
OPEN_ITEMS, ITEMS_A_BATCH, A_CHUNK = 20_000, 25, 20_000
SERVICES = (
    ("council_tax", 0.16),
    ("benefits", 0.14),
    ("rents", 0.1),
    ("waste", 0.1),
    ("planning", 0.1),
    ("parking", 0.08),
    ("housing_repairs", 0.08),
    ("elections", 0.06),
    ("licensing", 0.06),
    ("legal", 0.06),
    ("none", 0.06),
)
BOX = json.dumps([0.1, 0.2, 0.3, 0.22])
DECISION = {
    "classification": {"ranked": [["council_tax", 0.7], ["benefits", 0.2]], "reasons": ["phrase"], "flags": []},
    "routing": {"rules": ["service_is_unsure"]},
}
FAMILIES = ("Thistlewood", "Prosser", "Okafor", "Hargreaves", "Lambourne", "Whitcombe", "Pemberton", "Achterberg")


def build(items: int, customers: int) -> None:
    """Fill an empty, migrated database. The same numbers give the same database."""
    random = np.random.default_rng(4)
    today = timezone.localdate()
    _without_search()
    load(Customer, _customers(customers))
    load(CustomerAddress, _addresses(customers))
    load(CustomerReference, (_reference("customer_id", _id(n), n, key=_number(n)) for n in range(customers)))
    load(ContactPoint, ({"customer_id": _id(n), "kind": "phone", "value": f"07{n:09d}"} for n in range(customers)))
    load(Batch, _batches(items // ITEMS_A_BATCH, today))
    load(Item, _items(items, customers, today, random))
    load(ItemReference, (_reference("item_id", n + 1, n % customers, page=1, box=BOX) for n in range(items)))
    load(Page, map(_page, range(items)))
    load(Event, (_look(today, n, items) for n in range(items - items // 5, items)))
    build_outgoing(items, customers)
    search_index.create(connection)
    count_months(today)
    with connection.cursor() as cursor:
        # PostgreSQL does this by itself, minutes after so many rows were written.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _reference(owner: str, whose: object, n: int, **more: object) -> dict[str, object]:
    return {owner: whose, "type": "council_tax", "value": _number(n), **more}


def _number(n: int) -> str:
    return f"{50_000_000 + n}"


def _page(n: int) -> dict[str, object]:
    return {"batch_id": n // ITEMS_A_BATCH + 1, "number": n % ITEMS_A_BATCH + 1, "kind": "item", "item_id": n + 1}


def _look(today: dt.date, n: int, count: int) -> dict[str, object]:
    at = f"{_day(today, n, count)} 11:00:00+00:00"
    return {"at": at, "kind": "item.looked_at", "subject": "item", "subject_key": str(n + 1)}


def _customers(count: int) -> Iterator[dict[str, object]]:
    for n in range(count):
        family = FAMILIES[n % len(FAMILIES)] + ("", "son", "ley", "by")[n // 8 % 4] + "aeiou"[n // 64 % 5] * (n % 3 > 0)
        key = sound_key(family)
        yield {"id": _id(n), "title": "Mx", "first_name": f"Given{n % 977}", "last_name": family, "name_key": key}


def _addresses(count: int) -> Iterator[dict[str, object]]:
    for n in range(count):
        lines = [f"{n % 90 + 1} {chr(65 + n % 26)}lder{n // 90 % 300} Road", "Wexmere"]
        keys = {"house": house_key(lines), "street_key": street_key(lines)}
        yield {
            "customer_id": _id(n),
            "lines": json.dumps(lines),
            "postcode": f"WX{n // 90 % 9 + 1} {n // 3 % 9}AB",
            "source": "clerk" if n % 1000 == 123 else "import",
            **keys,
        }


def _batches(count: int, today: dt.date) -> Iterator[dict[str, object]]:
    for n in range(count):
        day = _day(today, n, count)
        yield {
            "original": f"{n:064x}",
            "filename": "post.pdf",
            "source": "scanner-1",
            "received": day,
            "status": "cut",
            "page_count": ITEMS_A_BATCH,
            "taken_at": f"{day} 08:00:00+00:00",
        }


def _items(count: int, customers: int, today: dt.date, random: np.random.Generator) -> Iterator[dict[str, object]]:
    codes = random.choice([s for s, _ in SERVICES], count, p=[p for _, p in SERVICES])
    texts = _texts(count, random)
    decision = json.dumps(DECISION)
    for n in range(count):
        day = _day(today, n, count)
        status = ("review", "sent", "seen", "on_hold", "sent")[n % 5] if n >= count - OPEN_ITEMS else "answered"
        flags = ["vulnerable"] if n % 10 == 0 else ["court_papers"] if n % 500 == 1 else []
        service = str(codes[n])
        yield {
            "batch_id": n // ITEMS_A_BATCH + 1,
            "position": n % ITEMS_A_BATCH + 1,
            "first_page": 1,
            "last_page": 1,
            "status": status,
            "received": day,
            "due": day + dt.timedelta(days=14),
            "service": service,
            "team": service,
            "private": n % 100 == 7,
            "flags": json.dumps(flags),
            "decision": decision,
            "customer_id": _id(n * 7 % customers),
            "text": next(texts),
            "cut_at": f"{day} 09:00:00+00:00",
            "review_reasons": json.dumps(["Unsure"]) if status == "review" else "[]",
            "doc_type": "letter",
            "answered_at": f"{day} 10:00:00+00:00" if status == "answered" else None,
            "decided_by": "line",
        }


def _texts(count: int, random: np.random.Generator) -> Iterator[str]:
    """Sentences of words as common as in a language: the n-th commonest 1/n as often as the commonest."""
    known = np.array(["council", "tax", "bin", "rent", "claim", *(f"word{n}x" for n in range(WORDS_KNOWN - 5))])
    shares = 1 / np.arange(10, WORDS_KNOWN + 10)
    picked = random.choice(known, (SENTENCES, 10), p=shares / shares.sum())
    sentences = [" ".join(row) for row in picked]
    for start in range(0, count, A_CHUNK):
        chosen = random.integers(0, SENTENCES, (min(A_CHUNK, count - start), WORDS_AN_ITEM // 10))
        for row in chosen.tolist():
            yield " ".join(sentences[i] for i in row)


def _id(n: int) -> str:
    return f"C{n:07d}"


def _day(today: dt.date, n: int, count: int) -> dt.date:
    """Spread over ten years, the newest today."""
    return today - dt.timedelta(days=int((count - 1 - n) * 3650 / count))


def _without_search() -> None:
    """Loading is quicker when the index is made at the end."""
    if connection.vendor == "postgresql":
        search_index.drop(connection)
    else:
        search_index.drop(connection)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA foreign_keys=OFF")
