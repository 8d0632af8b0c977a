from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.records.models import Correction, Event, Item
from tests.web.post import address_of, make_customer, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("team_member", "council_tax")


def test_the_list_says_in_words_what_is_late(client: Client) -> None:
    make_item(due=timezone.localdate() - dt.timedelta(days=7), customer=make_customer())
    page = client.get("/items/").content.decode()
    assert "working days late" in page and "Thistlewood" in page


def test_the_list_takes_as_many_queries_for_fifty_items_as_for_one(
    client: Client, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for _ in range(50):
        make_item()
    with django_assert_max_num_queries(12):  # type: ignore[attr-defined]
        answer = client.get("/items/")
    assert len(answer.content) < 100_000


def test_opening_an_item_marks_it_seen_and_is_recorded(client: Client) -> None:
    item = make_item()
    assert client.get(address_of(item)).status_code == 200
    item.refresh_from_db()
    assert item.status == "seen" and item.seen_at
    assert Event.objects.filter(kind="item.looked_at", subject_key=str(item.pk)).count() == 1


def test_opening_the_links_of_the_email_changes_nothing_until_the_button_is_pressed(client: Client) -> None:
    item = make_item()
    client.get(address_of(item, "accept/"))
    client.get(address_of(item, "not-ours/"))
    assert not hasattr(Item.objects.get(), "handling") and Item.objects.get().status == "sent"
    client.post(address_of(item, "accept/"))
    assert Item.objects.get().handling.assigned.username == "team_member"


def test_not_ours_returns_to_review_with_the_reason_and_teaches(client: Client) -> None:
    item = make_item()
    assert client.post(address_of(item, "not-ours/"), {"reason": ""}).status_code == 422
    client.post(address_of(item, "not-ours/"), {"reason": "About rent, not tax"})
    item.refresh_from_db()
    assert (item.status, item.version) == ("review", 2) and "About rent" in item.review_reasons[0]
    assert Correction.objects.get().proposed == "council_tax"


def test_hold_promise_answer(client: Client) -> None:
    item = make_item()
    promised = timezone.localdate() + dt.timedelta(days=14)
    act = address_of(item, "act/")
    assert client.post(act, {"do": "hold", "text": ""}).status_code == 422
    assert client.post(act, {"do": "hold", "text": "x", "promised": "2020-01-01"}).status_code == 422
    client.post(act, {"do": "hold", "text": "Waiting for the landlord", "promised": promised.isoformat()})
    item.refresh_from_db()
    assert item.status == "on_hold" and item.handling.promised == promised
    client.post(act, {"do": "resume"})
    client.post(act, {"do": "note", "text": "Rang her"})
    client.post(act, {"do": "answered", "text": "Letter of today"})
    item.refresh_from_db()
    assert (
        item.status == "answered" and item.answered_at and "Rang her" in client.get(address_of(item)).content.decode()
    )


def test_only_a_leader_gives_items_to_colleagues(signed_in: Callable[..., Client], client: Client) -> None:
    item = make_item()
    assert client.post(address_of(item, "act/"), {"do": "assign"}).status_code == 403
    leader = signed_in("team_leader", "council_tax")
    from django.contrib.auth.models import User

    member = User.objects.get(username="team_member")
    leader.post(address_of(item, "act/"), {"do": "assign", "colleague": member.pk})
    assert Item.objects.get().handling.assigned == member


def test_bulk_touches_only_what_the_person_may_see(client: Client) -> None:
    mine, others = make_item(), make_item("waste")
    client.post("/items/bulk/", {"item": [mine.pk, others.pk], "do": "answered"})
    assert [i.status for i in Item.objects.order_by("pk")] == ["answered", "sent"]


def test_the_pdf_is_sandboxed_and_downloaded(client: Client) -> None:
    answer = client.get(address_of(make_item(), "file.pdf"))
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
