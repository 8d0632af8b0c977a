"""Who is told that a letter has to be made elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.notices import NoticeEmail
from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps.decide import decide_again
from mailroom.outbound.steps.tell_services import tell_services
from mailroom.records.models import Customer, Letter, LetterStatus, ServiceNotice
from tests.outbound import print_floor as floor
from tests.outbound.lines import decided, handed_in
from tests.outbound.people import customer, row, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> list[NoticeEmail]:
    return []


@pytest.fixture
def unit(tmp_path: Path, told: list[NoticeEmail]) -> PrintMachines:
    return floor.machines(tmp_path / "unit", tell=told.append)


@pytest.fixture
def readers(machines: OutboundMachines, tmp_path: Path) -> list[Customer]:
    people = [
        customer("C1", accessible_format="braille"),
        customer("C2", "Ben", "Oakes", accessible_format="audio"),
        customer("C3", "Cay", "Marsh"),
    ]
    path = spreadsheet(tmp_path, *(row(who) for who in people))
    decided(machines, handed_in(machines, path, must_arrive=machines.today().replace(month=12, day=14)))
    return people


def _wishes(machines: OutboundMachines, who: Customer, format_: str) -> None:
    who.accessible_format = format_
    who.save()
    decide_again(machines, Letter.objects.filter(customer=who))


def test_a_service_is_told_once_of_letters_that_joined_the_hand_off_list(
    readers: list[Customer], unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    tell_services(unit)
    tell_services(unit)
    (email,) = told
    assert email.subject == "2 letters have to be made elsewhere"
    numbers = {who.pk: Letter.objects.get(customer=who).number for who in readers}
    assert numbers["C1"] in email.plain and numbers["C2"] in email.html and numbers["C3"] not in email.plain
    assert "braille" in email.plain and "arrive by 14 December 2026" in email.plain
    assert "under Hand-offs" in email.plain and "correct the customer's record" not in email.plain
    assert "Thornbury" not in email.plain + email.html


def test_a_letter_that_joins_the_list_later_is_told_of_then(
    machines: OutboundMachines, readers: list[Customer], unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    tell_services(unit)
    _wishes(machines, readers[2], "braille")
    _wishes(machines, readers[0], "audio")
    tell_services(unit)
    assert [email.subject for email in told[1:]] == ["1 letter has to be made elsewhere"]
    assert Letter.objects.get(customer="C3").number in told[1].plain


def test_nobody_is_told_of_a_letter_that_left_the_list_before_the_email(
    machines: OutboundMachines, readers: list[Customer], unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    _wishes(machines, readers[0], "")
    assert Letter.objects.get(customer="C1").status == LetterStatus.TO_PRINT
    tell_services(unit)
    (email,) = told
    assert email.subject == "1 letter has to be made elsewhere"
    assert Letter.objects.get(customer="C1").number not in email.plain


def test_the_email_says_the_form_that_is_wanted_when_it_leaves(
    machines: OutboundMachines, readers: list[Customer], unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    _wishes(machines, readers[0], "easy_read")
    tell_services(unit)
    assert "easy read" in told[0].plain and "braille" not in told[0].plain


def test_what_came_back_and_what_is_made_elsewhere_are_told_apart_in_one_email(
    machines: OutboundMachines, readers: list[Customer], unit: PrintMachines, told: list[NoticeEmail]
) -> None:
    other = Letter.objects.get(customer="C3")
    ServiceNotice.objects.create(
        letter=other, kind="returned", service=other.mailing.service, detail="gone_away", made_at=machines.clock()
    )
    tell_services(unit)
    (email,) = told
    assert email.subject == "1 letter came back or could not go, 2 letters have to be made elsewhere"
    assert "under Hand-offs" in email.plain and "correct the customer's record" in email.plain
