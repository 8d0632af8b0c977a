from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from mailroom.config.environment import read_environment
from mailroom.config.site import load_site
from mailroom.inbound.steps.deliver import prepare_deliveries
from mailroom.records.models import Delivery, Item
from mailroom.wiring.inbound import composer
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db


def test_the_email_of_an_item_just_routed_names_the_waiting_letter_it_chases() -> None:
    customer = make_customer()
    first = make_item("waste", customer=customer, received=dt.date(2026, 10, 1), due=dt.date(2026, 10, 15))
    second = make_item("waste", "routed", customer=customer, received=dt.date(2026, 10, 20), due=dt.date(2026, 11, 3))
    machines: Any = SimpleNamespace(mail_domain="wexmere.example", second_letter_days=42)
    (key,) = prepare_deliveries(machines, second.pk, second.version)
    assert Item.objects.get(pk=second.pk).chases == first
    store: Any = SimpleNamespace()
    email = composer(load_site(), read_environment(), store)(Delivery.objects.get(pk=key))
    assert f"chaser of {first.number}" in email.subject and "late" in email.subject
    assert f"/items/{first.number}/" in email.plain and "to be answered by 15 October 2026" in email.plain


def test_a_copy_of_a_private_item_says_nothing_of_what_it_is_about() -> None:
    customer = make_customer()
    item = make_item("hr", "routed", customer=customer, private=True, flags=["complaint"])
    item.decision["routing"] |= {
        "reasons": ["phrase 'my grievance'"],
        "marks": ["CAUTION"],
        "copies": [["customer_feedback", "customer-feedback@wexmere.example"]],
    }
    item.save()
    machines: Any = SimpleNamespace(mail_domain="wexmere.example", second_letter_days=42)
    own, copy = prepare_deliveries(machines, item.pk, item.version)
    store: Any = SimpleNamespace()
    compose = composer(load_site(), read_environment(), store)
    assert "Human resources" in compose(Delivery.objects.get(pk=own)).subject
    email = compose(Delivery.objects.get(pk=copy))
    assert email.subject.startswith(f"Copy: {item.number} Private item, answer by")
    for words in ("Human", "esources", customer.pk, "grievance", "omplaint", "CAUTION"):
        assert words not in email.subject + email.plain + email.html
    assert not email.attachments and f"/items/{item.number}/" in email.plain
