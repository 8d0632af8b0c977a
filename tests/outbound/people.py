"""Customers and spreadsheets for the tests of the outgoing steps."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from mailroom.records.models import Consent, ContactPoint, Customer, CustomerAddress, CustomerReference

LONG_AGO = dt.datetime(2025, 1, 6, 12, tzinfo=dt.UTC)
HEAD = ("name", "subject", "message", "address line 1", "address line 2", "address line 3", "postcode", "customer id")


def customer(
    number: str = "C1", first: str = "Ada", last: str = "Thornbury", title: str = "Ms", **facts: object
) -> Customer:
    made = Customer.objects.create(id=number, title=title, first_name=first, last_name=last, **facts)
    CustomerAddress.objects.create(
        customer=made, lines=[f"{_house(number)} Mill Lane", "Stokeley"], postcode="WX10 9WU"
    )
    return made


def _house(number: str) -> str:
    return "".join(c for c in number if c.isdigit()) or "1"


def chose(who: Customer, choice: str = "email", kind: str = "", at: dt.datetime = LONG_AGO) -> Consent:
    return Consent.objects.create(customer=who, choice=choice, document_class=kind, given_at=at, source="clerk")


def mailbox(who: Customer, address: str = "", **facts: object) -> ContactPoint:
    facts = {"verified_at": LONG_AGO, **facts}
    return ContactPoint.objects.create(
        customer=who, kind="email", value=address or f"{who.pk.lower()}@mail.example", **facts
    )


def account(who: Customer, value: str, type_: str = "council_tax") -> CustomerReference:
    return CustomerReference.objects.create(customer=who, type=type_, value=value)


def emailable(number: str = "C1", **facts: object) -> Customer:
    made = customer(number, **facts)  # type: ignore[arg-type]
    chose(made)
    mailbox(made)
    return made


def row(who: Customer, **cells: str) -> tuple[str, ...]:
    """A good row of a general letter to somebody on record."""
    place = who.addresses.get()
    values = {
        "name": who.name, "subject": "Your new bin", "message": "We will bring it on Tuesday.",
        "address line 1": who.name, "address line 2": place.lines[0], "address line 3": place.lines[1],
        "postcode": place.postcode, "customer id": who.pk, **cells,
    }  # fmt: skip
    return tuple(values[h] for h in HEAD)


def spreadsheet(folder: Path, *rows: tuple[str, ...], head: tuple[str, ...] = HEAD, name: str = "letters.csv") -> Path:
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows((head, *rows))
    return path
