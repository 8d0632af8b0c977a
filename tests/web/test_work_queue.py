from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailroom.config.environment import example_site
from mailroom.config.targets import load_targets
from mailroom.records.models import Correction, Event, Item
from mailroom.web import replies as web_replies
from tests.web.error_summary import errors_of
from tests.web.post import address_of, make_customer, make_item, make_letter

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
    assert client.post(act, {"do": "holding_reply", "promised": "2020-01-01"}).status_code == 422
    assert client.post(act, {"do": "holding_reply", "promised": ""}).status_code == 422
    client.post(act, {"do": "holding_reply", "text": "Waiting for the landlord", "promised": promised.isoformat()})
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
    member = User.objects.get(username="team_member")
    leader.post(address_of(item, "act/"), {"do": "assign", "colleague": member.pk})
    assert Item.objects.get().handling.assigned == member


def test_bulk_touches_only_what_the_person_may_see(client: Client) -> None:
    mine, others = make_item(), make_item("waste")
    client.post("/items/bulk/", {"item": [mine.pk, others.pk], "do": "answered"})
    assert [i.status for i in Item.objects.order_by("pk")] == ["answered", "sent"]


def test_what_is_wrong_in_the_list_is_told_in_the_same_list_with_its_ticks(signed_in: Callable[..., Client]) -> None:
    first, second = make_item(), make_item()
    leader = signed_in("team_leader", "council_tax")
    answer = leader.post("/items/bulk/?show=unassigned", {"do": "take"})
    assert answer.status_code == 422 and errors_of(answer) == {f"item-{first.pk}": "Select at least one item"}
    answer = leader.post("/items/bulk/?show=unassigned", {"do": "assign", "item": second.pk})
    assert answer.status_code == 422 and list(errors_of(answer)) == ["colleague"]
    page = answer.content.decode()
    assert re.findall(r'value="(\d+)" checked', page) == [str(second.pk)]
    assert 'href="/items/?show=unassigned" aria-current="page"' in page


def test_after_something_is_done_to_several_items_the_list_is_the_same_as_before(client: Client) -> None:
    there = "/items/?show=unassigned&page=1"
    address = there.replace("/items/", "/items/bulk/")
    assert client.post(address, {"item": make_item().pk, "do": "take"})["Location"] == there
    assert client.get(address)["Location"] == there


def test_items_that_a_colleague_has_answered_in_the_meantime_are_said_to_be(client: Client) -> None:
    make_item()
    answer = client.post("/items/bulk/", {"item": make_item(status="answered").pk, "do": "take"})
    assert "not open any more" in next(iter(errors_of(answer).values()))
    Item.objects.all().delete()
    assert "Select at least one item" in client.post("/items/bulk/", {"do": "take"}, follow=True).content.decode()


def test_the_pdf_is_sandboxed_and_downloaded(client: Client) -> None:
    answer = client.get(address_of(make_item(filed_as="f" * 64), "file.pdf"))
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]


def test_a_pdf_that_is_not_filed_yet_asks_to_wait(client: Client) -> None:
    assert client.get(address_of(make_item(), "file.pdf")).status_code == 409


def test_a_team_suggests_whose_it_is_and_review_proposes_that_first(
    client: Client, signed_in: Callable[..., Client]
) -> None:
    item = make_item()
    client.post(address_of(item, "not-ours/"), {"reason": "A bin", "service": "waste"})
    page = signed_in("team_member", "waste", name="w").get(f"/review/{item.number}/").content.decode()
    assert page.index('value="waste" data-key="1"') and "suggested" in page


def test_the_letter_that_answers_an_item_is_kept_with_it(client: Client) -> None:
    customer = make_customer()
    item, letter = make_item(customer=customer), make_letter(customer)
    stranger = make_letter(make_customer("100300", "Aled", "Prosser"))
    assert letter.number in client.get(address_of(item)).content.decode()
    client.post(address_of(item, "act/"), {"do": "answered", "letter": stranger.pk})
    assert Item.objects.get().status == "seen"
    client.post(address_of(item, "act/"), {"do": "answered", "letter": letter.pk})
    item.refresh_from_db()
    assert item.status == "answered" and item.handling.letter == letter


def test_a_holding_reply_is_sent_from_here_where_letters_go_out(client: Client) -> None:
    sent = []

    class Replies:
        def send_holding_reply(self, item: Item, promised: dt.date, actor: str) -> str:
            sent.append((item.pk, promised))
            return "L00000001"

    item, promised = make_item(customer=make_customer()), timezone.localdate() + dt.timedelta(days=5)
    web_replies.use(Replies())
    try:
        form = {"do": "holding_reply", "promised": promised.isoformat(), "send": "yes"}
        client.post(address_of(item, "act/"), form)
    finally:
        web_replies._replies.clear()
    assert sent == [(item.pk, promised)] and Item.objects.get().status == "on_hold"


def test_a_leader_gives_several_items_at_once_but_only_to_their_own_service(
    signed_in: Callable[..., Client], client: Client, person: Callable[..., User]
) -> None:
    mine, waste = make_item(), make_item("waste")
    leader, member = signed_in("team_leader", "council_tax", "waste"), User.objects.get(username="team_member")
    leader.post("/items/bulk/", {"item": [mine.pk, waste.pk], "do": "assign", "colleague": member.pk})
    assert [h.item_id for h in member.handled_items.all()] == [mine.pk]
    assert client.post("/items/bulk/", {"item": mine.pk, "do": "assign", "colleague": member.pk}).status_code == 403


def test_a_private_item_opens_to_the_one_a_leader_names_and_the_naming_page_shows_nothing_of_it(
    signed_in: Callable[..., Client], client: Client
) -> None:
    item = make_item(private=True, customer=make_customer(), text="secret")
    leader, member = signed_in("team_leader", "council_tax"), User.objects.get(username="team_member")
    page = leader.get("/items/private/").content.decode()
    assert item.number in page and "Thistlewood" not in page and "secret" not in page
    assert client.get(address_of(item)).status_code == 404
    leader.post("/items/private/", {"item": item.pk, "reader": member.pk, "do": "name"})
    assert client.get(address_of(item)).status_code == 200
    assert Event.objects.filter(kind="item.reader_named", subject_key=str(item.pk)).exists()
    leader.post("/items/private/", {"item": item.pk, "reader": member.pk, "do": "remove"})
    assert client.get(address_of(item)).status_code == 404


def test_a_person_says_that_a_complaint_is_at_stage_2_and_its_twenty_days_and_standard_follow(client: Client) -> None:
    item = make_item(received=dt.date(2026, 11, 24), due=dt.date(2026, 12, 8), flags=["cheque_enclosed", "complaint"])
    client.post(address_of(item, "act/"), {"do": "clock", "clocks": "1", "clock": ["complaint_stage_2"]})
    item.refresh_from_db()
    assert item.due == dt.date(2026, 12, 22)
    assert item.flags == ["cheque_enclosed", "complaint", "complaint_stage_2"]
    assert load_targets(example_site()).standard_of(item.service, "post", tuple(item.flags)) == "complaint_stage_2"
    client.post(address_of(item, "act/"), {"do": "clock", "clocks": "1", "clock": ["nonsense"]})
    item.refresh_from_db()
    assert (item.flags, item.due) == (["cheque_enclosed"], dt.date(2026, 12, 8))
    assert Event.objects.filter(kind="item.clock_set", subject_key=str(item.pk)).count() == 2
