"""Each error of a form links to the field it speaks of, and stands there too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.print_machines import PrintMachines
from mailroom.records import valuables
from mailroom.records.models import Item, ValuableKind
from mailroom.records.valuables import Found
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


@pytest.mark.parametrize(
    ("form", "places"),
    [
        ({}, ["kind", "description", "kept_where"]),
        ({"kind": "cheque", "description": "Cheque 12", "amount": "a lot", "kept_where": "Safe"}, ["amount"]),
        ({"kind": "cash", "description": "Notes", "amount": ""}, ["amount", "kept_where"]),
    ],
)
def test_logging_a_valuable_every_error_is_told_at_once_and_leads_to_its_field(
    form: dict[str, str], places: list[str], signed_in: Callable[..., Client]
) -> None:
    item = make_item(flags=["cheque_enclosed"])
    answer = signed_in("print_unit").post(f"/valuables/log/{item.number}/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == places


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"do": "sign_out"}, "left_by"),
        ({"do": "sign_out", "left_by": "tracked_post", "tracking": "1"}, "tracking"),
        ({"do": "sign_out", "left_by": "collected"}, "proof"),
        ({"do": "move"}, "kept_where"),
    ],
)
def test_of_a_valuable_each_error_leads_to_its_own_field(
    form: dict[str, str], place: str, signed_in: Callable[..., Client], person: Callable[..., User]
) -> None:
    cheque = Found(ValuableKind.CHEQUE, "Cheque 000123", 102450, "Safe, shelf 2")
    entry = valuables.log(make_item(flags=["cheque_enclosed"]), cheque, person("print_unit", name="first"))
    valuables.witness(entry, person("print_unit", name="second"))
    answer = signed_in("print_unit").post(f"/valuables/{entry.pk}/", form)
    assert answer.status_code == 422 and list(errors_of(answer)) == [place]


@pytest.mark.parametrize(
    ("address", "form", "places"),
    [
        ("/upload/", {"expected": "some", **date("received", "1", "1", "2199")}, ["file", "expected", "received-day"]),
        ("/print-unit/sheets/", {"count": "many"}, ["count"]),
        ("/print-unit/sheets/", {"count": "9", "service": "gold"}, ["service"]),
        ("/print-unit/sheets/", {"count": "9", "header": "yes", "expected": "x"}, ["expected"]),
        ("/print-unit/sheets/", {"count": "9", "dated": "yes", **date("received", "", "1", "2026")}, ["received-day"]),
        ("/returns/", {"mark": "R1 P1"}, ["reason"]),
        ("/returns/", {"reason": "gone_away"}, ["mark"]),
    ],
)
def test_at_the_print_unit_each_error_leads_to_its_own_field(
    address: str, form: dict[str, str], places: list[str], signed_in: Callable[..., Client], print_floor: PrintMachines
) -> None:
    answer = signed_in("print_unit").post(address, form)
    assert answer.status_code == 422 and list(errors_of(answer)) == places


def test_sending_letters_each_error_leads_to_its_own_field(
    signed_in: Callable[..., Client], outgoing: OutboundMachines
) -> None:
    leader = signed_in("team_leader", outgoing.kind("general_letter").service)
    assert list(errors_of(leader.post("/mailings/new/", {}))) == ["door"]
    door = {"door": "general_letter:general_letter"}
    assert list(errors_of(leader.post("/mailings/new/", door))) == ["file"]
    assert list(errors_of(leader.post("/mailings/one/general_letter/", {}))) == ["field-1"]
    nowhere = {"subject": "Your bins", "address line 1": "Ms Ada Thornbury", "postcode": "nowhere"}
    assert "address-6" in errors_of(leader.post("/mailings/one/general_letter/", nowhere))


@pytest.mark.parametrize(
    ("role", "address"),
    [("team_leader", "/search/?since="), ("print_unit", "/print-unit/?day="), ("print_unit", "/returns/?day=")],
)
def test_a_page_asked_for_a_day_that_is_none_says_so_and_is_shown(
    role: str, address: str, signed_in: Callable[..., Client], print_floor: PrintMachines
) -> None:
    field = address.rpartition("?")[2].rstrip("=")
    answer = signed_in(role, "waste").get(f"{address}&{field}-day=31&{field}-month=2&{field}-year=2026")
    assert answer.status_code == 200 and list(errors_of(answer)) == [f"{field}-day"]
