"""Post on record for the tests of the screens."""

from __future__ import annotations

import datetime as dt
import itertools

from django.utils import timezone

from mailroom.records.models import Batch, Customer, CustomerAddress, Item, ItemReference, Letter, Mailing, Page

_originals = itertools.count(1)


def make_batch(status: str = "cut", pages: int = 0, source: str = "scanner-1") -> Batch:
    return Batch.objects.create(
        original=f"{next(_originals):064x}",
        filename="post.pdf",
        source=source,
        received=timezone.localdate(),
        page_count=pages,
        status=status,
    )


def make_customer(key: str = "100200", first: str = "Margaret", last: str = "Thistlewood") -> Customer:
    customer = Customer.objects.create(id=key, title="Mrs", first_name=first, last_name=last)
    CustomerAddress.objects.create(customer=customer, lines=["14 Larkspur Close", "Wexmere"], postcode="WX4 7QT")
    return customer


def make_item(service: str = "council_tax", status: str = "sent", **columns: object) -> Item:
    batch = make_batch(pages=2)
    today = timezone.localdate()
    ranked = [[service or "council_tax", 0.64], ["benefits", 0.21], ["rents", 0.08]]
    decision = {
        "classification": {"ranked": ranked, "reasons": ["phrase ‘council tax bill’"], "flags": []},
        "match": {"candidates": [], "reasons": []},
        "routing": {"inbox": "old@wexmere.example", "copies": [], "reasons": []},
    }
    given = {"received": today, "due": today + dt.timedelta(days=9), "team": service, "decision": decision, **columns}
    item = Item.objects.create(
        batch=batch, position=1, first_page=1, last_page=2, service=service, status=status, probability=0.64, **given
    )
    for number in (1, 2):
        Page.objects.create(batch=batch, number=number, kind="item", item=item)
    ItemReference.objects.create(
        item=item, type="council_tax", value="50318842", printed="5031 8842", page=1, box=[0.1, 0.26, 0.5, 0.29]
    )
    return item


def make_letter(customer: Customer, status: str = "posted", **columns: object) -> Letter:
    mailing = Mailing.objects.create(
        service="council_tax",
        document_class="council_tax_bill",
        title="Council Tax bill",
        source="web",
        submitted_by="1",
        submitted_at=timezone.now(),
    )
    given = {"channel": "print", "name": customer.name, **columns}
    return Letter.objects.create(mailing=mailing, position=1, customer=customer, status=status, **given)


def flagged(code: str, *words: str) -> dict[str, object]:
    """A flag as the classification keeps it."""
    return {"code": code, "confidence": 0.9, "reasons": list(words)}


def address_of(item: Item, rest: str = "") -> str:
    return f"/items/{item.number}/{rest}"
