"""An item that nobody has in front of them any more is anybody's at once, not after the lease has run out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from mailroom.records.models import Correction, Delivery, Item, ReviewLease
from tests.web.error_summary import errors_of
from tests.web.post import make_item

pytestmark = pytest.mark.django_db


def next_of(client: Client) -> str:
    """The number of the item this person is given; '' for none. They open its page."""
    there = client.get("/review/next/")["Location"]
    client.get(there)
    found = re.search(r"/review/(B\d+-\d+)/", there)
    return found[1] if found else ""


def kept_until(client: Client, item: Item) -> str:
    """What the page of the item says when it gives it back by itself."""
    page = client.get(f"/review/{item.number}/").content.decode()
    return re.search(r'data-kept-until="([^"]+)"', page)[1]  # type: ignore[index]


def test_an_item_left_for_later_is_given_to_a_colleague_at_once(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    assert (next_of(one), next_of(two)) == (item.number, "")
    one.post(f"/review/{item.number}/leave/")
    assert next_of(two) == item.number
    assert next_of(one) == ""


def test_items_left_for_later_come_again_only_when_nothing_else_waits(signed_in: Callable[..., Client]) -> None:
    first, second, third = (make_item(status="review", priority=p) for p in (9, 5, 1))
    client = signed_in("team_member", "council_tax")
    for item in (first, second):
        assert next_of(client) == item.number
        client.post(f"/review/{item.number}/leave/")
    assert next_of(client) == third.number
    answer = client.post(f"/review/{third.number}/leave/", follow=True)
    assert answer.redirect_chain[-1][0] == "/review/" and "Only what you left for later" in answer.content.decode()
    assert next_of(client) == first.number


def test_when_colleagues_decided_what_was_left_nothing_is_promised(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{item.number}/leave/")
    Item.objects.update(status="routed")
    assert "Nothing more waits" in client.get("/review/next/", follow=True).content.decode()


def test_what_a_person_left_is_not_fetched_as_their_next(signed_in: Callable[..., Client]) -> None:
    first, second = (make_item(status="review", priority=p) for p in (9, 5))
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{first.number}/leave/")
    assert "prefetch" not in client.get(f"/review/{second.number}/").content.decode()


def test_a_page_that_goes_gives_its_item_back(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    assert one.post(f"/review/{item.number}/give-back/", {"until": kept_until(one, item)}).status_code == 204
    assert next_of(two) == item.number


def test_a_page_that_says_so_late_takes_nothing_from_the_same_item_opened_again(
    signed_in: Callable[..., Client],
) -> None:
    item = make_item(status="review")
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    before = kept_until(one, item)
    ReviewLease.objects.update(until=timezone.now() + dt.timedelta(minutes=4))
    one.post(f"/review/{item.number}/give-back/", {"until": before})
    assert next_of(two) == ""


@pytest.mark.parametrize("said", ["", "soon", "2026-13-45", "2026-11-24T10:00:00"])
def test_a_page_that_does_not_say_until_when_gives_nothing_back(said: str, signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    client = signed_in("team_member", "council_tax")
    next_of(client)
    assert client.post(f"/review/{item.number}/give-back/", {"until": said}).status_code == 400
    assert ReviewLease.objects.exists()


def test_nobody_gives_back_what_a_colleague_has(signed_in: Callable[..., Client]) -> None:
    item = make_item(status="review")
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    until = kept_until(one, item)
    two.post(f"/review/{item.number}/give-back/", {"until": until})
    two.post(f"/review/{item.number}/leave/")
    assert ReviewLease.objects.get().account.username == "one"


def test_whoever_takes_a_decision_back_gives_the_item_in_front_of_them_to_others(
    signed_in: Callable[..., Client],
) -> None:
    first, second = (make_item(status="review", priority=p) for p in (9, 5))
    one, two = (signed_in("team_member", "council_tax", name=n) for n in ("one", "two"))
    assert next_of(one) == first.number
    one.post(f"/review/{first.number}/decide/", {"service": "benefits"})
    assert next_of(one) == second.number
    one.post(f"/review/undo/{Correction.objects.get().pk}/", {"in_front": second.pk}, follow=True)
    assert next_of(two) == second.number
    assert ReviewLease.objects.get(item=first).account.username == "one"


def test_an_undo_that_comes_too_late_is_said_at_its_button_and_the_item_in_front_stays(
    signed_in: Callable[..., Client],
) -> None:
    first, second = (make_item(status="review", priority=p) for p in (9, 5))
    client = signed_in("team_member", "council_tax")
    client.post(f"/review/{first.number}/decide/", {"service": "benefits"})
    Delivery.objects.create(item=first, sequence=41, team="benefits", inbox="b@wexmere.example", message_id="<1>")
    answer = client.post(f"/review/undo/{Correction.objects.get().pk}/", {"in_front": second.pk})
    assert answer.status_code == 422 and "has already gone to its team" in errors_of(answer)["do-undo"]
    assert second.number in answer.content.decode() and "data-kept-until" in answer.content.decode()
    Correction.objects.update(at=timezone.now() - dt.timedelta(minutes=1))
    answer = client.post(f"/review/undo/{Correction.objects.get().pk}/", {"in_front": second.pk}, follow=True)
    page = answer.content.decode()
    assert "has already gone to its team" in page and "There is a problem" not in page, "no button is left to mend"


def test_whoever_signs_out_keeps_no_item(signed_in: Callable[..., Client]) -> None:
    make_item(status="review")
    client = signed_in("team_member", "council_tax")
    next_of(client)
    client.post("/sign-out/")
    assert not ReviewLease.objects.exists()
