"""Facts a letter states are confirmed by a person, and only then reach the outgoing side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from mailroom.records.models import Event, Item
from mailroom.values.channel import LetterFormat
from mailroom.values.confirmed_fact import FactKind, FactSource
from tests.web.post import flagged, make_customer, make_item
from tests.web.preferences import RememberingPreferences

pytestmark = pytest.mark.django_db(transaction=True)


def letter(*flags: dict[str, object], **parts: object) -> Item:
    item = make_item(status="review", customer=make_customer())
    item.decision["classification"]["flags"] = list(flags)
    item.decision.update(parts)
    item.flags = [f["code"] for f in flags]
    item.save()
    return item


def test_nothing_reaches_the_outgoing_side_unless_it_was_ticked(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    item = letter(flagged("digital_opt_in", "phrase ‘please email me’"))
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{item.number}/decide/", {"service": "council_tax", "customer": "100200"})
    assert Item.objects.get().status == "routed" and preferences.confirmed == []


def test_a_ticked_wish_for_email_is_confirmed_with_the_item_as_its_source(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    item = letter(flagged("digital_opt_in", "phrase ‘please email me’"))
    item.references.create(type="email", value="m.thistlewood@example.com", printed="", page=1, confidence=0.9)
    client = signed_in("team_member", "council_tax")
    page = client.get(f"/review/{item.number}/").content.decode()
    assert "Wants email instead of post" in page and 'value="m.thistlewood@example.com"' in page
    form = {"service": "council_tax", "customer": "100200", "fact": "email", "email": "m.thistlewood@example.com"}
    client.post(f"/review/{item.number}/decide/", form)
    fact = preferences.confirmed[0]
    assert (fact.kind, fact.customer_id, fact.email) == (FactKind.EMAIL, "100200", "m.thistlewood@example.com")
    assert (fact.source, fact.source_key) == (FactSource.ITEM, item.number)
    assert Event.objects.get(kind="item.fact_confirmed").details == {"fact": "email", "customer": "100200"}


def test_a_move_is_confirmed_with_the_address_read_and_its_postcode_last(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    new = {"address": {"lines": ["7 Mill Lane", "Wexmere"], "postcode": "WX2 1AB"}, "role": "new", "place": {"page": 1}}
    item = letter(flagged("change_of_address"), addresses=[new])
    client = signed_in("team_member", "council_tax")
    assert "7 Mill Lane\nWexmere\nWX2 1AB" in client.get(f"/review/{item.number}/").content.decode()
    form = {"service": "council_tax", "customer": "100200", "fact": "moved", "moved_on": "2026-11-02"}
    refused = client.post(f"/review/{item.number}/decide/", {**form, "address": "7 Mill Lane"})
    assert refused.status_code == 422 and preferences.confirmed == [] and Item.objects.get().status == "review"
    client.post(f"/review/{item.number}/decide/", {**form, "address": "7 Mill Lane\r\nWexmere\r\nwx2 1ab"})
    fact = preferences.confirmed[0]
    assert fact.address and (fact.address.lines, fact.address.postcode) == (("7 Mill Lane", "Wexmere"), "WX2 1AB")
    assert fact.on == dt.date(2026, 11, 2)


def test_the_words_of_the_letter_propose_the_format(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    item = letter(flagged("accessible_format", "phrase ‘in braille’"))
    client = signed_in("team_member", "council_tax")
    assert '<option value="braille" selected>' in client.get(f"/review/{item.number}/").content.decode()
    form = {"service": "council_tax", "customer": "100200", "fact": "format", "format": "large_print"}
    client.post(f"/review/{item.number}/decide/", form)
    assert preferences.confirmed[0].format is LetterFormat.LARGE_PRINT


def test_a_fact_about_nobody_is_refused(signed_in: Callable[..., Client], preferences: RememberingPreferences) -> None:
    item = letter(flagged("bereavement"))
    client = signed_in("team_member", "council_tax")
    answer = client.post(f"/review/{item.number}/decide/", {"service": "council_tax", "customer": "", "fact": "died"})
    assert answer.status_code == 422 and "Choose the customer" in answer.content.decode()
    assert preferences.confirmed == []
