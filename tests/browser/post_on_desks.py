"""Post in every state the back office sees, on record for the walks through its pages."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from mailroom.records.models import Correction, Item, NearDuplicate, TrainingExample
from mailroom.values.working_days import add_working_days
from tests.web.post import flagged, make_batch, make_customer, make_item, make_letter


@pytest.fixture
def post() -> Item:
    make_customer("100300", "Aled", "Prosser")
    customer = make_customer()
    make_customer("100201", "M", "Thistlewood")
    customer.addresses.create(lines=["7 Mill Lane", "Wexmere"], postcode="WX2 1AB", source="item")
    make_letter(customer)
    make_item(private=True, text="Private")
    learned = make_item(status="answered", text="My bins were not emptied on Tuesday. " * 9)
    reader, _ = User.objects.get_or_create(username="reader")
    kept = Correction.objects.create(item=learned, account=reader, proposed="benefits", decided="council_tax")
    TrainingExample.objects.create(correction=kept, service="council_tax", text=learned.text)
    today = timezone.localdate()
    make_batch("quarantined", pages=4)
    make_batch(pages=3, source="scanner-2")
    for n, (status, flags) in enumerate((("sent", []), ("seen", ["vulnerable"]), ("on_hold", []), ("answered", []))):
        due = add_working_days(today, 6 * n - 6)
        make_item(status=status, flags=flags, customer=customer, due=due, received=add_working_days(due, -10))
    soon = add_working_days(today, 5)
    make_item(status="review", due=soon, review_reasons=["A second item"])
    reason = "Unsure between Council tax and Benefits. The letter names both a bill and a claim."
    item = make_item(
        status="review", priority=2, due=soon, customer=customer, flags=["vulnerable"], review_reasons=[reason]
    )
    flags = [
        flagged("digital_opt_in", "phrase ‘please email me’"),
        flagged("change_of_address", "phrase ‘I have moved’"),
    ]
    item.decision["classification"]["flags"] = flags
    item.decision["match"]["candidates"] = [{"customer_id": "100200", "probability": 0.93, "reasons": ["same house"]}]
    item.save()
    NearDuplicate.objects.create(item=item, of=learned, likeness=1.0)
    return item
