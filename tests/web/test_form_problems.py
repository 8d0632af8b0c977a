"""Each error of a form links to the field it speaks of, and stands there too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mailroom.records.models import Item
from tests.web.error_summary import errors_of
from tests.web.post import flagged, make_customer, make_item

pytestmark = pytest.mark.django_db(transaction=True)


def date(field: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{field}-day": day, f"{field}-month": month, f"{field}-year": year}


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"do": "hold"}, "text"),
        ({"do": "answered"}, "text"),
        ({"do": "note"}, "text"),
        ({"do": "confirm"}, "fact-email"),
        ({"do": "confirm", "fact": "email", "email": "nobody"}, "fact-email-address"),
        ({"do": "confirm", "fact": "moved", "address": "Wexmere"}, "fact-moved-address"),
        ({"do": "confirm", "fact": "moved", "address": "1 Elm Row\nWX2 1AB", "moved_on-day": "2"}, "moved_on-month"),
        ({"do": "holding_reply"}, "promised-day"),
        ({"do": "holding_reply", **date("promised", "1", "1", "2020")}, "promised-day"),
        ({"do": "holding_reply", **date("promised", "1", "1", "")}, "promised-year"),
    ],
)
def test_on_an_item_each_error_leads_to_its_own_field(
    form: dict[str, str], place: str, signed_in: Callable[..., Client]
) -> None:
    item = make_item(customer=make_customer())
    item.decision["classification"]["flags"] = [flagged("digital_opt_in"), flagged("change_of_address")]
    item.save()
    answer = signed_in("team_member", "council_tax").post(f"/items/{item.number}/act/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == [place]


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({}, "fact-email"),
        ({"fact": "email", "email": "nobody"}, "fact-email-address"),
        ({"fact": "format", "format": "gold"}, "fact-format-choice"),
        ({"fact": "moved", "address": ""}, "fact-moved-address"),
        ({"fact": "died", **date("died_on", "1", "11", "2199")}, "died_on-day"),
        ({"fact": "died", **date("died_on", "", "11", "2025")}, "died_on-day"),
    ],
)
def test_on_a_customer_each_error_leads_to_its_own_field(
    form: dict[str, str], place: str, signed_in: Callable[..., Client]
) -> None:
    make_customer()
    answer = signed_in("customer_service").post("/customers/100200/change/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == [place]


def review() -> Item:
    item = make_item(status="review", customer=make_customer())
    item.decision["classification"]["flags"] = [flagged("digital_opt_in")]
    item.save()
    return item


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"service": "made up"}, "service"),
        ({"service": "other", "other": ""}, "other"),
        ({"service": "council_tax", "customer": "", "fact": "email"}, "customer"),
        ({"service": "council_tax", "customer": "nobody"}, "customer"),
        ({"service": "council_tax", "customer": "100200", "fact": "email", "email": "x"}, "fact-email-address"),
    ],
)
def test_in_review_each_error_leads_to_its_own_field(
    form: dict[str, str], place: str, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in("team_member", "council_tax").post(f"/review/{review().number}/decide/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == [place]


def test_after_an_error_in_review_the_customer_that_was_chosen_is_still_chosen(
    signed_in: Callable[..., Client],
) -> None:
    item = review()
    make_customer("100300", "Aled", "Prosser")
    form = {"service": "council_tax", "customer": "100300", "fact": "email", "email": "x"}
    answer = signed_in("team_member", "council_tax").post(f"/review/{item.number}/decide/", form)
    assert [r["customer"].pk for r in answer.context["candidates"]][-1] == "100300"
    assert answer.context["proposed"] == "100300"
