"""Issue 3's promise, through the steps and a real database: for any mix of records, document classes and dates."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.config.document_classes import DocumentClasses
from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.preferences import confirm_fact
from mailroom.outbound.steps.sweep import sweep
from mailroom.records.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerAddress,
    Letter,
    LetterStatus,
    Mailing,
)
from mailroom.values.channel import Channel, LetterFormat
from mailroom.values.confirmed_fact import ConfirmedFact, FactKind, FactSource
from tests.outbound.lines import decided, handed_in, run_line
from tests.outbound.machines import NOW, RememberingMail, make_machines
from tests.outbound.people import row, spreadsheet

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Person:
    """What the records say of one customer. late: what becomes known between the decision and the sending."""

    format: str
    deceased: bool
    gone_away: bool
    vulnerable: bool
    consents: tuple[tuple[str, str, int, str], ...]
    mailbox: tuple[bool, int, bool] | None
    shares_mailbox: bool
    late: str


CONSENTS = st.tuples(
    st.sampled_from(["email", "post", "large_print", "standard"]),
    st.sampled_from(["", "general_letter", "rent_statement"]),
    st.integers(-400, 5),
    st.sampled_from(["clerk", "item", "import", ""]),
)
PEOPLE = st.builds(
    Person,
    format=st.sampled_from(["", "", "large_print", "Large print 18pt", "braille"]),
    deceased=st.booleans(),
    gone_away=st.booleans(),
    vulnerable=st.booleans(),
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    mailbox=st.none() | st.tuples(st.booleans(), st.integers(0, 3), st.booleans()),
    shares_mailbox=st.booleans(),
    late=st.sampled_from(["", "", "died", "large_print"]),
)
READY_FOR_EMAIL = st.builds(
    Person,
    format=st.sampled_from(["", "", "", "large_print"]),
    deceased=st.just(False),
    gone_away=st.booleans(),
    vulnerable=st.just(False),
    consents=st.lists(CONSENTS, max_size=1).map(lambda more: (("email", "", -30, "clerk"), *more)),
    mailbox=st.just((True, 0, False)),
    shares_mailbox=st.just(False),
    late=st.sampled_from(["", "", "", "died", "large_print"]),
)
"""Without these few examples would come near an email."""
CLASS = st.fixed_dictionaries(
    {
        "may_email": st.booleans(),
        "needs_proof": st.booleans(),
        "paper_for_vulnerable": st.booleans(),
        "shared_mailbox_is_fine": st.booleans(),
        "unsubscribe": st.booleans(),
    }
)
_FAMILIES = ("Abernethy", "Blackwood", "Carmody", "Dunstable", "Eastleigh", "Fotheringay")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PEOPLE | READY_FOR_EMAIL, min_size=1, max_size=6), CLASS, st.booleans(), st.integers(0, 4))
def test_whatever_the_records_say_every_promise_to_a_reader_is_kept(
    people: list[Person], changes: dict[str, bool], repeated: bool, number_left_out: int
) -> None:
    """In one of five the customer numbers are left out, and people are found by name and address."""
    with tempfile.TemporaryDirectory() as folder, taken_back():
        machines = _machines(Path(folder), changes)
        customers = [_put_on_record(n, p) for n, p in enumerate(people)]
        left_out = {"customer id": ""} if number_left_out == 0 else {}
        cells = [row(customer, **left_out) for customer in customers]
        mailing = handed_in(machines, spreadsheet(Path(folder), *cells))
        assert mailing.letter_count == len(people), mailing.problems
        _send(machines, mailing, people, repeated=repeated)
        _everybody_gets_exactly_one(machines, mailing, people)
        for letter, person in zip(mailing.letters.order_by("position"), people, strict=True):
            _promises_are_kept(letter, person, machines)


def _machines(data: Path, changes: dict[str, bool]) -> OutboundMachines:
    made = make_machines(data)
    kinds = tuple(
        k.model_copy(update=changes) if k.code == "general_letter" else k for k in made.classes.document_class
    )
    return make_machines(data, classes=DocumentClasses(document_class=kinds))


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever is written meanwhile is gone afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _put_on_record(number: int, person: Person) -> Customer:
    made = Customer.objects.create(
        id=f"C{number}",
        title="Ms",
        first_name="Ada",
        last_name=_FAMILIES[number],
        accessible_format=person.format,
        deceased_date=dt.date(2026, 1, 1) if person.deceased else None,
        vulnerable=person.vulnerable,
    )
    CustomerAddress.objects.create(
        customer=made, lines=[f"{number + 1} Mill Lane", "Stokeley"], postcode="WX10 9WU", gone_away=person.gone_away
    )
    for choice, kind, days, source in person.consents:
        at = NOW + dt.timedelta(days=days)
        Consent.objects.create(customer=made, choice=choice, document_class=kind, given_at=at, source=source)
    if person.mailbox is not None:
        verified, bounces, dead = person.mailbox
        address = "shared@mail.example" if person.shares_mailbox else f"c{number}@mail.example"
        ContactPoint.objects.create(
            customer=made,
            kind="email",
            value=address,
            verified_at=NOW if verified else None,
            bounces=bounces,
            dead=dead,
        )
    return made


def _send(machines: OutboundMachines, mailing: Mailing, people: list[Person], *, repeated: bool) -> None:
    """Decide, let a clerk confirm what came in meanwhile, then send; and, as after a crash, perhaps all once more."""
    decided(machines, mailing)
    for number, person in enumerate(people):
        if person.late:
            confirm_fact(machines, _fact(f"C{number}", person.late))
    run_line(machines, mailing)
    if repeated:
        run_line(machines, mailing)
        sweep(machines)
        run_line(machines, mailing)


def _fact(customer: str, late: str) -> ConfirmedFact:
    kind = FactKind.DIED if late == "died" else FactKind.FORMAT
    large = LetterFormat.LARGE_PRINT
    return ConfirmedFact(kind, customer, FactSource.ITEM, "clerk-7", source_key="B000001-01", format=large)


def _everybody_gets_exactly_one(machines: OutboundMachines, mailing: Mailing, people: list[Person]) -> None:
    assert isinstance(machines.mail, RememberingMail)
    letters = list(mailing.letters.all())
    assert len(letters) == len(people)
    emailed = Counter(m.message_id for m in machines.mail.sent)
    assert set(emailed.values()) <= {1}
    assert set(emailed) == {x.message_id for x in letters if x.status == LetterStatus.EMAILED}
    ended = (LetterStatus.EMAILED, LetterStatus.TO_PRINT, LetterStatus.HAND_OFF, LetterStatus.WITHHELD)
    assert all(x.status in ended for x in letters)
    assert all((x.status == LetterStatus.EMAILED) == (x.channel == Channel.EMAIL) for x in letters)


def _promises_are_kept(letter: Letter, person: Person, machines: OutboundMachines) -> None:
    dead = person.deceased or person.late == "died"
    asked = "large" in person.format.lower() or person.late == "large_print"
    if letter.customer_id is None:
        assert letter.channel == Channel.PRINT
        return
    if dead:
        assert letter.status == LetterStatus.WITHHELD
    if asked and letter.channel == Channel.PRINT:
        assert letter.format == LetterFormat.LARGE_PRINT
    if asked or person.format == "braille":
        assert letter.channel != Channel.EMAIL
        assert letter.format != LetterFormat.STANDARD
    if letter.channel == Channel.EMAIL:
        _email_was_allowed(letter, person, machines)


def _email_was_allowed(letter: Letter, person: Person, machines: OutboundMachines) -> None:
    """Written apart from the rules on purpose: the rows are read again, the plain way."""
    kind = machines.kind("general_letter")
    assert kind.may_email and not kind.needs_proof and letter.matched
    rows = [
        (days, choice)
        for choice, for_kind, days, source in person.consents
        if source and days <= 0 and choice in ("email", "post") and for_kind in ("", "general_letter")
    ]
    newest = max(days for days, _ in rows)
    assert (newest, "email") in rows
    assert person.mailbox is not None
    verified, bounces, dead = person.mailbox
    assert verified and bounces < 2 and not dead
    assert not (person.vulnerable and kind.paper_for_vulnerable)
