from __future__ import annotations

from pathlib import Path

import pytest

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps import decide
from mailroom.outbound.steps.compose import letter_to_set
from mailroom.outbound.steps.decide import WhatIf, what_if
from mailroom.records.models import Customer, CustomerAddress, Letter, LetterStatus, ReplyCode
from mailroom.values.channel import Channel, LetterFormat, Rule
from tests.outbound.lines import decided, handed_in
from tests.outbound.machines import with_class
from tests.outbound.people import account, chose, customer, emailable, mailbox, row, spreadsheet

pytestmark = pytest.mark.django_db


def _letters(machines: OutboundMachines, folder: Path, *rows: tuple[str, ...]) -> list[Letter]:
    mailing = handed_in(machines, spreadsheet(folder, *rows))
    assert mailing.problems == []
    return list(decided(machines, mailing).letters.order_by("position"))


def test_the_number_given_leads_to_the_record_when_the_name_is_theirs(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    (letter,) = _letters(machines, tmp_path, row(emailable("C1")))
    assert (letter.customer_id, letter.matched) == ("C1", True)
    assert (letter.channel, letter.rule, letter.status) == (Channel.EMAIL, Rule.CONSENT, LetterStatus.TO_EMAIL)
    assert letter.email == "c1@mail.example"


def test_a_number_of_somebody_else_discloses_nothing_to_them(machines: OutboundMachines, tmp_path: Path) -> None:
    emailable("C1")
    ben = customer("C2", "Ben", "Ogilvie", "Mr")
    (letter,) = _letters(machines, tmp_path, row(ben, **{"customer id": "C1"}))
    assert letter.customer_id == "C2"
    assert letter.channel == Channel.PRINT


def test_without_a_number_name_and_address_are_compared_with_everybody(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    rows = [row(emailable(f"C{n}", first=first), **{"customer id": ""}) for n, first in enumerate(("Ada", "Rosa"), 1)]
    letters = _letters(machines, tmp_path, *rows)
    assert [(x.customer_id, x.matched) for x in letters] == [("C1", True), ("C2", True)]


def test_a_reference_on_one_record_leads_to_it(machines: OutboundMachines, tmp_path: Path) -> None:
    ada = emailable("C1")
    account(ada, "50893044")
    head = ("name", "subject", "message", "address line 1", "address line 2", "postcode", "reference")
    cells = ("Ms Thornbury", "Bin", "Soon.", "Ms A Thornbury", "9 Elsewhere Road", "WX1 1AB", "5089 3044")
    mailing = decided(machines, handed_in(machines, spreadsheet(tmp_path, cells, head=head)))
    letter = mailing.letters.get()
    assert (letter.customer_id, letter.matched, letter.channel) == ("C1", True, Channel.EMAIL)


def test_father_and_son_of_one_initial_at_one_address_are_a_doubtful_match_and_print(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    for number, first in (("C1", "John"), ("C2", "James")):
        emailable(number, first=first, title="Mr")
    CustomerAddress.objects.update(lines=["1 Mill Lane", "Stokeley"])
    john = Customer.objects.get(pk="C1")
    cells = row(john, **{"customer id": "", "address line 1": "Mr J Thornbury", "name": "Mr Thornbury"})
    (letter,) = _letters(machines, tmp_path, cells)
    assert (letter.matched, letter.channel) == (False, Channel.PRINT)


@pytest.mark.parametrize(
    ("name", "cells", "is_sure"),
    [
        ("D Thornbury", {}, False),
        ("Mrs D Thornbury", {}, False),
        ("Mr D Thornbury", {}, True),
        ("David Thornbury", {}, True),
        ("D Thornbury", {"customer id": "C1"}, True),
    ],
)
def test_an_initial_alone_at_an_address_discloses_nothing_by_email(
    machines: OutboundMachines, tmp_path: Path, name: str, cells: dict[str, str], is_sure: bool
) -> None:
    """A Diana Thornbury who lives there may be on no record."""
    david = emailable("C1", first="David", title="Mr")
    (letter,) = _letters(machines, tmp_path, row(david, **{"customer id": "", "address line 1": name, **cells}))
    assert (letter.matched, letter.channel) == (is_sure, Channel.EMAIL if is_sure else Channel.PRINT)


@pytest.mark.parametrize("name", ["The Occupier", "The Executors of Ada Thornbury", "Thornbury Homes Limited"])
def test_a_letter_to_no_one_person_belongs_to_no_customer(
    machines: OutboundMachines, tmp_path: Path, name: str
) -> None:
    cells = row(emailable("C1", deceased_date="2026-01-01"), **{"address line 1": name, "name": name})
    (letter,) = _letters(machines, tmp_path, cells)
    assert (letter.customer_id, letter.channel) == (None, Channel.PRINT)


def test_a_letter_to_two_people_is_not_emailed_to_one_of_them(machines: OutboundMachines, tmp_path: Path) -> None:
    cells = row(emailable("C1"), **{"address line 1": "Ms Ada Thornbury & Mr Ben Ogilvie"})
    (letter,) = _letters(machines, tmp_path, cells)
    assert (letter.matched, letter.channel, letter.rule) == (False, Channel.PRINT, Rule.DOUBTFUL_MATCH)


def test_a_merged_record_leads_to_the_one_that_replaced_it(machines: OutboundMachines, tmp_path: Path) -> None:
    now = emailable("C1")
    old = customer("C9", merged_into=now)
    (letter,) = _letters(machines, tmp_path, row(old))
    assert letter.customer_id == "C1"


def test_large_print_deaths_and_returned_post_reach_the_decision(machines: OutboundMachines, tmp_path: Path) -> None:
    people = [
        emailable("C1", accessible_format="Large print 18pt"),
        emailable("C2", deceased_date="2026-10-01"),
        customer("C3", "Rosa"),
        emailable("C4", accessible_format="translation:pa"),
    ]
    CustomerAddress.objects.filter(customer="C3").update(gone_away=True)
    large, dead, gone, other_language = _letters(machines, tmp_path, *(row(p) for p in people))
    assert (large.status, large.format) == (LetterStatus.TO_PRINT, LetterFormat.LARGE_PRINT)
    assert (dead.status, dead.rule) == (LetterStatus.WITHHELD, Rule.DECEASED)
    assert (gone.status, gone.rule) == (LetterStatus.WITHHELD, Rule.GONE_AWAY)
    assert (other_language.status, other_language.format) == (LetterStatus.HAND_OFF, LetterFormat.TRANSLATION)


def test_an_address_that_is_on_two_records_is_shared(machines: OutboundMachines, tmp_path: Path) -> None:
    ada, ben = emailable("C1"), customer("C2", "Ben")
    mailbox(ben, "c1@mail.example")
    (letter,) = _letters(machines, tmp_path, row(ada))
    assert letter.rule == Rule.HOUSEHOLD


def test_reasons_facts_and_rule_version_are_kept_without_personal_data(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    (letter,) = _letters(machines, tmp_path, row(emailable("C1")))
    assert letter.rule_version > 0
    assert "06/01/2025" in " ".join(letter.reasons)
    kept = f"{letter.reasons} {letter.facts}"
    assert "Thornbury" not in kept
    assert "mail.example" not in kept


def test_deciding_twice_changes_nothing(machines: OutboundMachines, tmp_path: Path) -> None:
    mailing = handed_in(machines, spreadsheet(tmp_path, row(emailable("C1")), row(customer("C2", "Ben"))))
    before = list(decided(machines, mailing).letters.order_by("pk").values())
    decided(machines, mailing)
    assert list(mailing.letters.order_by("pk").values()) == before
    assert ReplyCode.objects.count() == 1


def test_what_becomes_known_later_changes_letters_that_have_not_left(
    machines: OutboundMachines, tmp_path: Path
) -> None:
    ben = customer("C2", "Ben")
    (letter,) = _letters(machines, tmp_path, row(ben))
    assert letter.channel == Channel.PRINT
    chose(ben)
    mailbox(ben)
    assert decide.decide_again(machines, decide.letters_of_customer("C2")) == 1
    letter.refresh_from_db()
    assert letter.status == LetterStatus.TO_EMAIL
    Letter.objects.update(status=LetterStatus.IN_RUN)
    Customer.objects.update(deceased_date="2026-11-01")
    assert decide.decide_again(machines, decide.letters_of_customer("C2")) == 0


def test_only_people_who_could_choose_email_are_asked_to(machines: OutboundMachines, tmp_path: Path) -> None:
    asked, large = _letters(
        machines, tmp_path, row(customer("C1")), row(customer("C2", "Ben", accessible_format="large print"))
    )
    assert letter_to_set(machines, asked).opt_in
    assert not letter_to_set(machines, large).opt_in
    assert letter_to_set(machines, large).reply_code


def test_a_past_run_can_be_decided_again_in_another_world(machines: OutboundMachines, tmp_path: Path) -> None:
    cells = [row(emailable("C1")), row(customer("C2", "Ben"))]
    letters = _letters(machines, tmp_path, *cells)
    assert letters[0].channel == Channel.EMAIL
    strict = with_class(machines, "general_letter", may_email=False)
    told = what_if(strict, Letter.objects.all(), WhatIf(classes_by_email=frozenset({"general_letter"})))
    assert told.before == {Channel.PRINT: 2}
    assert told.changed == {(Channel.PRINT, Channel.EMAIL): 1}
