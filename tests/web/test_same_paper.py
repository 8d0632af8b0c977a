"""The same paper scanned twice: either scan leads to the other, for those who may know of that one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import formats

from mailroom.records.accounts import make_account
from mailroom.records.models import Item, NamedReader, NearDuplicate
from tests.web.conftest import PASSWORD
from tests.web.post import make_item

pytestmark = pytest.mark.django_db


def scanned_twice(earlier: dict[str, object], later: dict[str, object]) -> tuple[Item, Item]:
    first = make_item(**earlier)  # type: ignore[arg-type]
    reasons = [f"Looks like item {first.number} scanned again. Is it the same letter?"]
    again = make_item(**{"review_reasons": reasons, **later})  # type: ignore[arg-type]
    NearDuplicate.objects.create(item=again, of=first, likeness=1.0)
    return first, again


def link_to(item: Item) -> str:
    day = formats.date_format(item.received, "j F Y")
    return f'<a class="govuk-link" href="/items/{item.number}/">{item.number}</a>, received {day}.'


@pytest.mark.parametrize("status", ["review", "sent"])
def test_a_second_scan_leads_to_the_first_at_review_and_on_its_page(
    status: str, signed_in: Callable[..., Client]
) -> None:
    first, again = scanned_twice({}, {"status": status})
    address = f"/review/{again.number}/" if status == "review" else f"/items/{again.number}/"
    page = signed_in("team_member", "council_tax").get(address).content.decode()
    assert f"Seems to be the same paper as {link_to(first)}" in page


@pytest.mark.parametrize("status", ["review", "sent"])
def test_the_first_scan_says_that_a_later_one_came_and_leads_to_it(
    status: str, signed_in: Callable[..., Client]
) -> None:
    first, again = scanned_twice({"status": status}, {})
    address = f"/review/{first.number}/" if status == "review" else f"/items/{first.number}/"
    page = signed_in("team_member", "council_tax").get(address).content.decode()
    assert f"Seems to have been scanned again, as {link_to(again)}" in page


@pytest.mark.parametrize("hidden", [{"private": True}, {"service": "waste"}], ids=["private", "another service's"])
@pytest.mark.parametrize("status", ["review", "sent"])
def test_not_even_the_number_of_a_scan_is_told_to_who_may_not_see_it(
    status: str, hidden: dict[str, object], signed_in: Callable[..., Client]
) -> None:
    first, again = scanned_twice(hidden, {"status": status})
    address = f"/review/{again.number}/" if status == "review" else f"/items/{again.number}/"
    page = signed_in("team_member", "council_tax").get(address).content.decode()
    assert first.number not in page
    assert ("Looks like an earlier item scanned again" in page) is (status == "review")
    later, other = scanned_twice({"status": status}, hidden)
    address = address.replace(again.number, later.number)
    assert other.number not in signed_in("team_member", "council_tax").get(address).content.decode()


def test_a_person_named_on_a_private_scan_is_led_to_it(client: Client) -> None:
    first, again = scanned_twice({"private": True}, {})
    account = make_account("named", PASSWORD, "team_member", ["council_tax"])
    NamedReader.objects.create(item=first, account=account)
    client.force_login(account)
    assert link_to(first) in client.get(f"/items/{again.number}/").content.decode()


def test_the_batch_leads_to_the_batch_of_the_other_scan_unless_that_is_private(
    signed_in: Callable[..., Client],
) -> None:
    first, again = scanned_twice({}, {})
    client = signed_in("print_unit")
    page = client.get(f"/batches/{again.batch.number}/").content.decode()
    there = f'href="/batches/{first.batch.number}/?at=1#page-1">{first.number}</a>'
    assert f'Seems to be the same paper as <a class="govuk-link" {there}' in page
    page = client.get(f"/batches/{first.batch.number}/").content.decode()
    assert f'scanned again, as <a class="govuk-link" href="/batches/{again.batch.number}/' in page
    Item.objects.filter(pk=first.pk).update(private=True)
    assert first.number not in client.get(f"/batches/{again.batch.number}/").content.decode()


def test_an_item_withdrawn_is_no_other_scan(signed_in: Callable[..., Client]) -> None:
    first, again = scanned_twice({"status": "withdrawn"}, {})
    page = signed_in("team_member", "council_tax").get(f"/items/{again.number}/").content.decode()
    assert first.number not in page
