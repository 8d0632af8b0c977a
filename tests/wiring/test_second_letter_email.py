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
