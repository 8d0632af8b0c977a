from __future__ import annotations

import datetime as dt

import pytest

from mailroom.records.models import Event, Item, ItemReference
from mailroom.records.second_letters import link, link_decided_since
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db

FIRST = dt.date(2026, 10, 5)


def letter(days: int, service: str = "waste", key: str = "100200", **columns: object) -> Item:
    item = make_item(service, customer_id=key, received=FIRST + dt.timedelta(days=days), **columns)
    ItemReference.objects.filter(item=item).delete()
    return item


@pytest.fixture(autouse=True)
def customers() -> None:
    make_customer()
    make_customer("100300", "Aled", "Prosser")


def chased_by(item: Item) -> Item | None:
    item.refresh_from_db()
    return item.chases


def test_a_second_letter_to_the_same_service_while_the_first_waits_is_linked_and_moves_both_up() -> None:
    first, second = letter(0), letter(9)
    assert link(second.pk, 42)
    assert chased_by(second) == first
    first.refresh_from_db()
    assert (first.priority, second.priority) == (1, 1)
    assert not link(second.pk, 42)
    first.refresh_from_db()
    assert first.priority == 1


def test_a_letter_after_the_answer_is_linked_but_moves_nothing_up() -> None:
    first = letter(0, status="answered", answered_at=dt.datetime(2026, 10, 8, 12, tzinfo=dt.UTC))
    second = letter(9)
    link(second.pk, 42)
    assert chased_by(second) == first
    assert second.priority == 0


@pytest.mark.parametrize(
    ("days", "service", "key"),
    [(50, "waste", "100200"), (9, "rents", "100200"), (9, "waste", "100300"), (0, "waste", "100200")],
)
def test_another_matter_person_time_or_the_same_days_envelope_is_no_second_letter(
    days: int, service: str, key: str
) -> None:
    letter(0)
    other = letter(days, service, key)
    assert not link(other.pk, 42)
    assert chased_by(other) is None


def test_a_shared_case_number_joins_services_but_a_shared_telephone_number_does_not() -> None:
    first, by_case, by_phone = letter(0), letter(5, "rents"), letter(6, "parking")
    for item, kind in ((first, "planning"), (by_case, "planning"), (first, "phone"), (by_phone, "phone")):
        ItemReference.objects.create(item=item, type=kind, value="26/0142", printed="26/0142", page=1)
    link(by_case.pk, 42)
    link(by_phone.pk, 42)
    assert chased_by(by_case) == first
    assert chased_by(by_phone) is None


def test_the_oldest_unanswered_letter_is_the_one_that_is_chased() -> None:
    answered = letter(0, status="answered", answered_at=dt.datetime(2026, 10, 6, 12, tzinfo=dt.UTC))
    waiting, _, last = letter(4), letter(8), letter(12)
    link(last.pk, 42)
    assert chased_by(last) == waiting
    assert answered.pk < waiting.pk


def test_a_link_goes_when_a_clerk_moves_the_letter_to_another_service() -> None:
    letter(0)
    second = letter(9)
    Event.record("item.routed", second)
    assert link_decided_since(None, 42) == 1
    Item.objects.filter(pk=second.pk).update(service="rents")
    Event.record("item.decided", second)
    assert link_decided_since(None, 42) == 1
    assert chased_by(second) is None
