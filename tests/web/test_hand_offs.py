"""Letters that somebody outside has to make: the list, their words to take along, and what became of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.decide import decide_again
from mailroom.records.hand_offs import NotThere, move_on
from mailroom.records.mailings import standing_of
from mailroom.records.models import Event, Letter, LetterStatus, Mailing
from tests.outbound.lines import handed_in, run_line
from tests.outbound.people import customer, row, spreadsheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailing(outgoing: OutboundMachines, tmp_path: Path) -> Mailing:
    people = [
        customer("C1", accessible_format="braille"),
        customer("C2", "Ben", "Oakes", accessible_format="audio"),
        customer("C3", "Cay", "Marsh"),
    ]
    path = spreadsheet(tmp_path, *(row(who, message="We will come on Tuesday.") for who in people))
    made = run_line(outgoing, handed_in(outgoing, path))
    Letter.objects.filter(customer="C2").update(must_arrive=dt.date(2026, 1, 5))
    return made


@pytest.fixture
def unit(signed_in: Callable[..., Client], mailing: Mailing) -> Client:
    return signed_in("print_unit")


def _page(client: Client, query: str = "") -> str:
    return client.get(f"/hand-offs/{query}").content.decode()


def _letter(customer: str) -> Letter:
    return Letter.objects.get(customer=customer)


def _move(client: Client, letter: Letter, to: str) -> str:
    return client.post(f"/hand-offs/{letter.number}/move/", {"to": to}, follow=True).content.decode()


def test_the_list_says_what_is_to_be_made_for_whom_and_by_when_the_most_urgent_first(unit: Client) -> None:
    page = _page(unit)
    for said in ("Braille", "Audio", "Ms Ada Thornbury", "5 Jan 2026", "Late", "No day"):
        assert said in page
    assert page.index("Ben Oakes") < page.index("Ada Thornbury")
    assert "Cay Marsh" not in page
    assert "2 letters have to be made elsewhere" in unit.get("/print-runs/").content.decode()


def test_words_and_pdf_are_there_to_take_along_and_every_download_is_on_record(unit: Client) -> None:
    letter = _letter("C1")
    text = unit.get(f"/hand-offs/{letter.number}/letter.txt")
    assert "We will come on Tuesday." in text.content.decode()
    assert text["Content-Disposition"] == f'attachment; filename="{letter.number}.txt"'
    assert unit.get(f"/hand-offs/{letter.number}/letter.pdf").content.startswith(b"%PDF")
    assert Event.objects.filter(kind="letter.downloaded", subject_key=str(letter.pk)).count() == 2
    assert unit.get(f"/hand-offs/{_letter('C3').number}/letter.pdf").status_code == 404


def test_sent_to_the_supplier_and_delivered_are_noted_with_day_and_person_and_cannot_be_noted_twice(
    unit: Client,
) -> None:
    letter = _letter("C1")
    assert "is not there any more" in _move(unit, letter, "handed_over")
    assert "sent to the supplier" in _move(unit, letter, "at_supplier")
    letter.refresh_from_db()
    assert (letter.status, letter.sent_at is not None) == (LetterStatus.AT_SUPPLIER, True)
    assert "Choose what became" in _move(unit, letter, "posted")
    assert "is delivered" in _move(unit, letter, "handed_over")
    letter.refresh_from_db()
    assert (letter.status, letter.delivered_at is not None) == (LetterStatus.HANDED_OVER, True)
    told = Event.objects.filter(kind__in=("letter.at_supplier", "letter.handed_over"))
    assert all(event.actor.isdecimal() and event.details == {"format": "braille"} for event in told)
    assert told.count() == 2
    with pytest.raises(NotThere):
        move_on(letter, LetterStatus.HANDED_OVER, "1")
    assert "Thornbury" not in _page(unit) and "Thornbury" in _page(unit, "?show=delivered")


def test_what_is_learnt_afterwards_changes_no_letter_that_a_supplier_has(
    unit: Client, outgoing: OutboundMachines
) -> None:
    letter = _letter("C1")
    move_on(letter, LetterStatus.AT_SUPPLIER, "1")
    who = letter.customer
    assert who is not None
    who.accessible_format = ""
    who.save()
    decide_again(outgoing, Letter.objects.filter(pk=letter.pk))
    letter.refresh_from_db()
    assert letter.status == LetterStatus.AT_SUPPLIER
    assert not LetterStatus.AT_SUPPLIER.can_be_cancelled


def test_a_mailing_counts_letters_made_elsewhere_apart_from_those_not_sent(
    mailing: Mailing, signed_in: Callable[..., Client]
) -> None:
    move_on(_letter("C1"), LetterStatus.AT_SUPPLIER, "1")
    standing = standing_of(mailing)
    assert (standing.handed_off, standing.apart, standing.waiting) == (2, 0, 1)
    page = signed_in("team_member", mailing.service).get(f"/mailings/{mailing.number}/").content.decode()
    assert "Made elsewhere" in page and "<dt>Not sent</dt>" not in page


def test_a_service_sees_its_own_letters_only(mailing: Mailing, signed_in: Callable[..., Client]) -> None:
    assert "Thornbury" in _page(signed_in("team_member", mailing.service))
    assert "Thornbury" not in _page(signed_in("team_leader", "planning"))


def test_the_list_asks_the_database_a_fixed_number_of_questions(
    unit: Client, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        _page(unit)


def test_a_service_finds_the_list_in_its_menu_and_the_print_unit_has_it_there_once(
    mailing: Mailing, signed_in: Callable[..., Client], unit: Client
) -> None:
    link = 'href="/hand-offs/"'
    for client in (signed_in("team_member", mailing.service), unit):
        assert _menu(_page(client)).count(link) == 1
    assert link not in _menu(signed_in("manager").get("/targets/").content.decode())


def _menu(page: str) -> str:
    return page.split("<main", 1)[0]
