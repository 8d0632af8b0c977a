"""What the lists of the desks say of each row, and what they are narrowed to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailroom.records.models import Item, NamedReader
from mailroom.web.site import services
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db


def rows(page: str) -> list[str]:
    """The list's rows as words, each from one item to the next."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r'<li class="post">.*?</li>', page, re.S)
    ]


def test_a_row_of_the_teams_post_says_who_what_when_and_by_when(signed_in: Callable[..., Client]) -> None:
    received = dt.date(2026, 11, 2)
    item = make_item(
        received=received, due=timezone.localdate() - dt.timedelta(days=14), customer=make_customer(),
        flags=["vulnerable"], doc_type="complaint",
    )  # fmt: skip
    (row,) = rows(signed_in("team_member", "council_tax").get("/items/").content.decode())
    flag = next(f.name for f in services().flags if f.code == "vulnerable")
    for words in (
        "Mrs Margaret Thistlewood", item.number, "Council tax", "complaint",
        "Sorted by phrase ‘council tax bill’", flag,
        "Received 2 Nov 2026", f"due {item.due.day} {item.due:%b %Y}", "working days late", "Not assigned",
    ):  # fmt: skip
        assert words in row, words


def test_a_row_says_what_the_letter_wants_in_its_own_words_and_a_private_one_to_its_reader_only(
    signed_in: Callable[..., Client],
) -> None:
    openly, private = make_item(), make_item(private=True)
    for item, words in ((openly, "Please send a copy bill"), (private, "I want my file kept from my brother")):
        Item.objects.filter(pk=item.pk).update(decision={**item.decision, "summary": words}, text=words)
    client = signed_in("team_member", "council_tax")
    (row,) = rows(client.get("/items/").content.decode())
    assert "‘Please send a copy bill’" in row and "Sorted by" not in row
    assert "brother" not in client.get("/items/?show=unassigned").content.decode()
    found = client.get("/search/?q=brother+file").content.decode()
    assert private.number not in found and "kept from" not in found
    NamedReader.objects.create(item=private, account=User.objects.get(username="team_member"))
    assert "‘I want my file kept from my brother’" in client.get("/items/").content.decode()
    for role in ("manager", "customer_service", "print_unit"):
        assert "copy bill’" not in signed_in(role).get("/items/").content.decode()


def test_a_row_names_the_kind_of_paper_in_words_and_says_what_is_read_from_handwriting(
    signed_in: Callable[..., Client],
) -> None:
    for kind in ("email_print", "handwritten"):
        item = make_item(doc_type=kind)
        Item.objects.filter(pk=item.pk).update(decision={"summary": f"Please ring about my {kind[:5]}"})
    first, second = rows(signed_in("team_member", "council_tax").get("/items/").content.decode())
    assert "Email, printed" in first and "email_print" not in first and "read as" not in first
    assert "Handwritten, read as ‘Please ring about my handw’" in second


def test_a_row_says_in_words_and_colour_how_long_is_left(signed_in: Callable[..., Client]) -> None:
    today = timezone.localdate()
    for days, service in ((-20, "waste"), (60, "parking")):
        make_item(service, due=today + dt.timedelta(days=days))
    late, early = signed_in("team_member", "waste", "parking").get("/items/").content.decode().split("post__when")[1:]
    assert "govuk-tag--red" in late and "working days late" in late
    assert "govuk-tag--red" not in early and "working days left" in early


def test_the_review_queue_and_what_comes_next_are_narrowed_to_a_service(signed_in: Callable[..., Client]) -> None:
    tax = make_item("council_tax", status="review", priority=9)
    waste, later = (make_item("waste", status="review", priority=n) for n in (2, 1))
    client = signed_in("team_member", "council_tax", "waste")
    page = client.get("/review/", {"service": "waste"}).content.decode()
    assert waste.number in page and later.number in page and tax.number not in page
    assert re.search(r'<option value="waste" selected>', page)
    assert waste.number in client.get("/review/next/")["Location"]
    client.post(f"/review/{waste.number}/leave/")
    assert later.number in client.get("/review/next/")["Location"]
    page = client.get("/review/", {"service": ""}).content.decode()
    assert tax.number in page and waste.number in page


def test_a_service_that_is_not_ones_own_narrows_the_queue_to_nothing(signed_in: Callable[..., Client]) -> None:
    other = make_item("parking", status="review")
    page = signed_in("team_member", "waste").get("/review/", {"service": "parking"}).content.decode()
    assert other.number not in page
