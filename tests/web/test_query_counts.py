"""A page asks the database as often for many rows as for few."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.accounts import make_account
from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    CustomerReference,
    Delivery,
    Event,
    Item,
    ItemReference,
    Mailpiece,
    NearDuplicate,
    Page,
    PrintRun,
    SiteChange,
    Valuable,
)
from mailroom.web.configuration.parts import PARTS
from tests.web.conftest import PASSWORD
from tests.web.post import make_customer, make_item, make_letter

pytestmark = pytest.mark.django_db
FEW, MANY = 1, 12


def asked(client: Client, address: str) -> int:
    """Queries of one call, after a first that loads what is kept."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def grows(client: Client, address: str, more: Callable[[int], object]) -> tuple[int, int]:
    """Queries with few rows and with many; more: adds the n-th row."""
    for n in range(FEW):
        more(n)
    few = asked(client, address)
    for n in range(FEW, MANY):
        more(n)
    return few, asked(client, address)


def test_an_item_with_many_pages_references_emails_and_events(signed_in: Callable[..., Client]) -> None:
    item = make_item(customer=make_customer())

    def more(n: int) -> None:
        Page.objects.create(batch=item.batch, number=n + 3, kind="item", item=item)
        ItemReference.objects.create(item=item, type="council_tax", value=f"5{n:07d}", page=1, box=[0.1, 0.1, 0.2, 0.2])
        Delivery.objects.create(item=item, sequence=n, team="waste", inbox="w@wexmere.example", message_id=f"<{n}>")
        other = make_account(f"reader{n}", PASSWORD, "team_member", ["council_tax"])
        Event.record("item.looked_at", item, actor=str(other.pk))
        Event.record("item.noted", item, actor=str(other.pk), text="Rang her")

    few, many = grows(signed_in("team_leader", "council_tax"), f"/items/{item.number}/", more)
    assert many == few <= 30


@pytest.mark.parametrize("role", ["team_leader", "customer_service", "information_governance"])
def test_a_customer_with_much_of_everything(role: str, signed_in: Callable[..., Client]) -> None:
    customer = make_customer()

    def more(n: int) -> None:
        make_item(customer=customer)
        make_item("waste", customer=customer)
        make_letter(customer)
        CustomerReference.objects.create(customer=customer, type="council_tax", value=f"5{n:07d}")
        ContactPoint.objects.create(customer=customer, kind="phone", value=f"0770090{n:04d}")
        CustomerAddress.objects.create(customer=customer, lines=[f"{n} Mill Lane"], postcode="WX2 1AB", source="item")
        Consent.objects.create(customer=customer, choice="email", given_at=timezone.now(), source="item")
        neighbour = Customer.objects.create(id=f"1003{n:02d}", first_name="Aled", last_name=f"Prosser{n}")
        CustomerAddress.objects.create(customer=neighbour, lines=["14 Larkspur Close", "Wexmere"], postcode="WX4 7QT")

    few, many = grows(signed_in(role, "council_tax"), "/customers/100200/", more)
    assert many == few <= 35


def test_many_print_runs_with_many_envelopes(signed_in: Callable[..., Client], print_floor: PrintMachines) -> None:
    now = timezone.now()

    def more(n: int) -> None:
        person = make_account(f"unit{n}", PASSWORD, "print_unit", [])
        run = PrintRun.objects.create(cut_off=now + dt.timedelta(days=n), status="posted", built_by=str(person.pk))
        for number in range(1, n + 2):
            Mailpiece.objects.create(
                run=run, number=number, file="dl.pdf", first_sheet=1, sheets=1, pages=1, envelope="DL",
                stock="white-90", weight_grams=10, postage="second", cost_pence=73,
            )  # fmt: skip

    few, many = grows(signed_in("print_unit"), "/print-runs/", more)
    assert many == few <= 15


def test_many_valuables_entered_by_many_people(signed_in: Callable[..., Client]) -> None:
    now = timezone.now()

    def more(n: int) -> None:
        one, two = (make_account(f"unit{n}{x}", PASSWORD, "print_unit", []) for x in "ab")
        left = {"left_by": "banked", "proof": "Slip 7", "left_at": now, "left_signed_by": two} if n % 2 else {}
        Valuable.objects.create(
            item=make_item(), kind="cheque", description=f"Cheque {n}", amount_pence=100, kept_where="Safe",
            logged_by=one, logged_at=now, witnessed_by=two, witnessed_at=now, **left,
        )  # fmt: skip
        make_item(flags=["cheque_enclosed"])

    few, many = grows(signed_in("print_unit"), "/valuables/", more)
    assert many == few <= 15


@pytest.mark.parametrize("part", ["", *(f"{p.code}/" for p in PARTS), "history/"])
def test_the_configuration_after_many_changes_by_many_people(part: str, signed_in: Callable[..., Client]) -> None:
    def more(n: int) -> None:
        person = make_account(f"admin{n}", PASSWORD, "administrator", [])
        for file in ("config/routing.toml", "config/targets.toml"):
            SiteChange.objects.create(
                account=person, file=file, changes=[["teams.waste.name", "Bins", f"Bins {n}"]], before="b", after="a"
            )

    few, many = grows(signed_in("administrator"), f"/configuration/{part}", more)
    assert many == few <= 12


def test_many_accounts(signed_in: Callable[..., Client]) -> None:
    def more(n: int) -> None:
        make_account(f"somebody{n}", PASSWORD, "team_member", ["waste", "parking"])

    few, many = grows(signed_in("administrator"), "/accounts/", more)
    assert many == few <= 12
    assert User.objects.count() == MANY + 1


@pytest.mark.parametrize(
    ("status", "role"), [("review", "team_leader"), ("sent", "team_leader"), ("sent", "print_unit")]
)
def test_an_item_whose_paper_was_scanned_many_times(status: str, role: str, signed_in: Callable[..., Client]) -> None:
    item = make_item(status=status)
    address = f"/items/{item.number}/" if status == "sent" else f"/review/{item.number}/"

    def more(n: int) -> None:
        NearDuplicate.objects.create(item=make_item(), of=item, likeness=1.0)

    few, many = grows(
        signed_in(role, "council_tax"), address if role != "print_unit" else f"/batches/{item.batch.number}/", more
    )
    assert many == few <= 32


def test_the_review_screen_with_many_candidates_and_a_long_queue(signed_in: Callable[..., Client]) -> None:
    first = make_item(status="review", priority=9)
    candidates = []

    def more(n: int) -> None:
        person = make_customer(f"2{n:05d}", "Aled", f"Prosser{n}")
        candidates.append({"customer_id": person.pk, "probability": 0.5, "reasons": ["same house"]})
        decision = Item.objects.get(pk=first.pk).decision
        decision["match"]["candidates"] = candidates[:4]
        Item.objects.filter(pk=first.pk).update(decision=decision)
        make_item(status="review", customer=person)

    client = signed_in("team_leader", "council_tax")
    few, many = grows(client, f"/review/{first.number}/", more)
    assert many == few <= 30
    few, many = grows(client, "/review/", lambda n: make_item(status="review", flags=["vulnerable"]))
    assert many == few <= 15
