"""The desks joined to the real outgoing side: a fact confirmed here is on record, a service told has an email."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.config.site import load_site
from mailroom.gateways.mail_server import open_mail_server
from mailroom.records.models import Letter, Telling
from mailroom.web import preferences as web_preferences
from mailroom.web.customers import notices as web_notices
from mailroom.wiring.web_notices import ServiceNotices
from mailroom.wiring.web_preferences import OutgoingPreferences
from mailroom.wiring.web_replies import HoldingReplies
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_death_told_to_a_clerk_is_on_record_and_reaches_the_services_by_email(
    signed_in: Callable[..., Client], tmp_path: Path
) -> None:
    site = load_site()
    web_preferences.use(OutgoingPreferences())
    server = open_mail_server(site.mail, site.routing.allowed_domains, tmp_path)
    web_notices.use(ServiceNotices(site.mail, lambda: site.routing, server, "https://mailroom.wexmere.example"))
    customer = make_customer()
    make_item("benefits", customer=customer)
    clerk = signed_in("customer_service")
    clerk.post("/customers/100200/change/", {"fact": "died", "died_on": "2026-11-02"})
    customer.refresh_from_db()
    assert customer.deceased_date == dt.date(2026, 11, 2)
    clerk.post("/customers/100200/tell/", {"service": "benefits"})
    assert Telling.objects.get().status == "sent"
    (email,) = (tmp_path / site.mail.folder).rglob("*.eml")
    words = email.read_text()
    assert "benefits@wexmere.example" in words and "100200" in words and "Thistlewood" not in words


def test_a_holding_reply_is_a_letter_to_the_customer_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put: list[object] = []
    monkeypatch.setattr("mailroom.jobs.Jobs.put_mailing", lambda self, *key: put.append(key))
    item = make_item(customer=make_customer())
    promised = timezone.localdate() + dt.timedelta(days=9)
    numbers = {HoldingReplies().send_holding_reply(item, promised, "1") for _ in range(2)}
    letter = Letter.objects.get()
    assert numbers == {letter.number} and len(put) == 1 and letter.mailing.service == "council_tax"
