from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerMerge,
    Event,
    Item,
    Letter,
    Telling,
)
from mailroom.values.confirmed_fact import FactKind, FactSource
from tests.web.notices import RememberingNotices
from tests.web.post import make_customer, make_item, make_letter
from tests.web.preferences import RememberingPreferences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def leader(signed_in: Callable[..., Client]) -> Client:
    return signed_in("team_leader", "council_tax")


def the_same_again() -> Customer:
    return make_customer("100201", "M", "Thistlewood")


@pytest.mark.parametrize(
    "words", ["5O31 8842", "m.thistlewood@example.com", "+44 7700 900123", "14 Larkspar Cl", "Magaret Thistelwood"]
)
def test_a_customer_is_found_by_a_number_contact_or_address_with_slips(words: str, leader: Client) -> None:
    customer = make_customer()
    customer.references.create(type="council_tax", value="50318842")
    customer.contact_points.create(kind="email", value="m.thistlewood@example.com")
    customer.contact_points.create(kind="phone", value="07700900123")
    make_customer("100300", "Aled", "Prosser").addresses.update(house="9")
    assert "Mrs Margaret Thistlewood" in leader.get("/customers/", {"q": words}).content.decode()


def test_one_timeline_holds_what_came_and_what_went_newest_first(leader: Client) -> None:
    customer = make_customer()
    item = make_item(customer=customer, received=timezone.localdate() - dt.timedelta(days=9))
    letter = make_letter(customer)
    page = leader.get("/customers/100200/").content.decode()
    assert page.index(letter.number) < page.index(item.number)


def test_customer_service_learns_that_an_item_came_but_cannot_open_it(signed_in: Callable[..., Client]) -> None:
    customer = make_customer()
    item, private = make_item(customer=customer, text="words"), make_item(customer=customer, private=True)
    clerk = signed_in("customer_service")
    page = clerk.get("/customers/100200/").content.decode()
    assert item.number in page and f"/items/{item.number}/" not in page and private.number not in page
    assert clerk.get(f"/items/{item.number}/").status_code == 403


def test_a_team_sees_its_own_letters_and_items_on_the_record_only(leader: Client) -> None:
    customer = make_customer()
    other = make_item("waste", customer=customer)
    letter = make_letter(customer)
    letter.mailing.service = "benefits"
    letter.mailing.save()
    page = leader.get("/customers/100200/").content.decode()
    assert other.number not in page and letter.number not in page


def test_a_choice_shows_its_history_and_the_letter_it_was_read_on(leader: Client) -> None:
    customer = make_customer()
    for n, (choice, source) in enumerate((("post", "import"), ("email", "item"))):
        given = timezone.now() + dt.timedelta(minutes=n)
        Consent.objects.create(customer=customer, choice=choice, given_at=given, source=source, source_key="B000001-01")
    page = leader.get("/customers/100200/").content.decode()
    assert page.index("<strong>Email</strong>") < page.index("<strong>Post</strong>") and "/items/B000001-01/" in page


def test_a_clerk_records_what_was_said_by_telephone(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    make_customer()
    clerk = signed_in("customer_service")
    address = "/customers/100200/change/"
    assert clerk.post(address, {}).status_code == 422
    assert clerk.post(address, {"fact": "email", "email": "not an address"}).status_code == 422
    clerk.post(address, {"fact": "post", "document_class": "council_tax_bill"})
    fact = preferences.confirmed[0]
    assert (fact.kind, fact.source, fact.document_class) == (FactKind.POST, FactSource.CLERK, "council_tax_bill")
    went = clerk.post(address, {"fact": "died", "died_on-day": "1", "died_on-month": "11", "died_on-year": "2026"})
    assert went["Location"] == "/customers/100200/tell/"
    assert clerk.post(address, {"fact": "died", "died_on": "2199-11-01"}).status_code == 422


def test_that_a_death_is_a_mistake_can_be_said_where_one_is_on_record(
    signed_in: Callable[..., Client], preferences: RememberingPreferences
) -> None:
    made, clerk = make_customer(), signed_in("customer_service")
    assert 'value="alive"' not in clerk.get("/customers/100200/").content.decode()
    Customer.objects.filter(pk=made.pk).update(deceased_date=dt.date(2026, 11, 1))
    page = clerk.get("/customers/100200/").content.decode()
    assert 'value="alive"' in page and "the death on record is a mistake" in page
    clerk.post("/customers/100200/change/", {"fact": "alive"})
    assert preferences.confirmed[0].kind is FactKind.ALIVE


def test_people_at_the_same_address_are_shown_and_a_likely_duplicate_is_offered(leader: Client) -> None:
    make_customer()
    make_customer("100300", "Aled", "Prosser")
    the_same_again()
    page = leader.get("/customers/100200/").content.decode()
    assert "Aled Prosser" in page and "/customers/100200/merge/100201/" in page
    assert "/customers/100200/merge/100300/" not in page


def test_a_merge_moves_everything_once_and_its_undo_brings_everything_back(leader: Client) -> None:
    kept, merged = make_customer(), the_same_again()
    item, letter = make_item(customer=merged), make_letter(merged)
    for customer in (kept, merged):
        ContactPoint.objects.create(customer=customer, kind="phone", value="07700900123")
    ContactPoint.objects.create(customer=merged, kind="email", value="m@example.com")
    leader.post("/customers/100200/merge/100201/")
    merged.refresh_from_db()
    assert merged.merged_into_id == kept.pk
    assert {o.customer_id for o in (*Item.objects.all(), *Letter.objects.all())} == {kept.pk}
    assert sorted(c.value for c in kept.contact_points.all()) == ["07700900123", "m@example.com"]
    leader.post(f"/customers/merges/{CustomerMerge.objects.get().pk}/undo/")
    item.refresh_from_db(), letter.refresh_from_db(), merged.refresh_from_db()
    assert (item.customer_id, letter.customer_id, merged.merged_into_id) == (merged.pk, merged.pk, None)
    assert merged.contact_points.count() == 2 and kept.contact_points.count() == 1
    assert Event.objects.filter(kind="customer.merge_undone").exists()


def test_two_people_with_different_birthdays_are_never_merged(leader: Client) -> None:
    kept, merged = make_customer(), the_same_again()
    for customer, year in ((kept, 1950), (merged, 1980)):
        customer.date_of_birth = dt.date(year, 2, 3)
        customer.save()
    answer = leader.post("/customers/100200/merge/100201/")
    assert answer.status_code == 422 and "different dates of birth" in answer.content.decode()
    assert leader.post("/customers/100200/merge/100200/").status_code == 422


def test_a_move_lists_the_services_that_deal_with_them_and_tells_each_once(
    leader: Client, notices: RememberingNotices
) -> None:
    customer = make_customer()
    assert leader.get("/customers/100200/tell/").status_code == 404
    customer.references.create(type="pcn", value="WX12345678")
    make_item("benefits", customer=customer)
    make_letter(customer)
    CustomerAddress.objects.create(customer=customer, lines=["7 Mill Lane"], postcode="WX2 1AB", source="item")
    page = leader.get("/customers/100200/tell/").content.decode()
    for code, why in (("parking", "has a reference"), ("benefits", "had post"), ("council_tax", "wrote to them")):
        assert f'value="{code}" checked' in page and why in page
    for _ in range(2):
        leader.post("/customers/100200/tell/", {"service": ["parking", "benefits", "nonsense"]})
    assert sorted(t.service for t in Telling.objects.all()) == ["benefits", "parking"]
    assert len(notices.told) == 2
    assert "Told" in leader.get("/customers/100200/tell/").content.decode()


def test_a_letter_to_a_customer_begins_on_their_record_for_those_who_may_write_one(
    signed_in: Callable[..., Client],
) -> None:
    make_customer()
    page = signed_in("team_member", "council_tax").get("/customers/100200/").content.decode()
    assert 'href="/mailings/one/?customer=100200"' in page
    assert "/mailings/one/" not in signed_in("customer_service").get("/customers/100200/").content.decode()
