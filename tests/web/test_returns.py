"""Returned envelopes at the print unit's desk, and an item confirmed in review as our own letter come back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from mailroom.outbound.print_machines import PrintMachines
from mailroom.outbound.steps import print_runs as steps
from mailroom.records.models import Correction, CustomerAddress, Event, Item, Letter, PrintRun, ServiceNotice
from mailroom.values.sheet_mark import SheetMark
from mailroom.web.returns import machines as web_returns
from mailroom.wiring.web_returns import ReturnsDesk
from tests.outbound import print_floor as floor
from tests.outbound.test_returns import HOME, _posted
from tests.web.machines import RememberingMachines
from tests.web.post import make_item

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def unit(print_floor: PrintMachines) -> PrintMachines:
    at_work = dataclasses.replace(print_floor, clock=timezone.now)
    web_returns.use(ReturnsDesk(at_work))
    return at_work


@pytest.fixture
def run(print_floor: PrintMachines, unit: PrintMachines) -> PrintRun:
    """Three envelopes that were posted, the first to somebody surely known."""
    person = floor.customer()
    CustomerAddress.objects.create(customer=person, lines=["83 Church Lane", "Stokeley"], postcode="WX10 9WU")
    mailing = floor.mailing()
    floor.letters(mailing, 1, customer=person, matched=True, format="standard", **HOME)
    run = _posted(print_floor, 2)
    assert steps.files_of(run)
    return run


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


def known(run: PrintRun) -> Letter:
    return run.letters.get(customer="C1000001")


def mark_of(letter: Letter) -> str:
    piece = letter.mailpiece
    assert piece is not None
    return SheetMark("WDC", piece.run_id, piece.number, 1, piece.sheets).payload


def post(client: Client, mark: str, reason: str = "gone_away", do: str = "record", status: int = 200) -> str:
    answer = client.post("/returns/", {"mark": mark, "reason": reason, "do": do})
    assert answer.status_code == status
    return str(answer.content.decode())


def test_a_scanned_mark_notes_the_exact_letter_and_says_whose_it_is_and_what_followed(
    client: Client, run: PrintRun
) -> None:
    letter = known(run)
    page = post(client, mark_of(letter))
    assert "Mrs A Rawlinson, 83 Church Lane, Stokeley, WX10 9WU" in page
    assert letter.number in page and "Council tax" in page.replace("Tax", "tax")
    assert "No more post goes to that address" in page and "Its service is told" in page
    assert "autofocus" in page
    letter.refresh_from_db()
    assert (letter.status, letter.return_reason) == ("returned", "gone_away")
    assert CustomerAddress.objects.get().gone_away
    assert ServiceNotice.objects.get().service == "council_tax"
    assert Event.objects.get(kind="letter.returned").actor.isdigit()


def test_the_reason_stays_chosen_for_the_next_envelope(client: Client, run: PrintRun) -> None:
    page = post(client, mark_of(known(run)), "addressee_unknown")
    assert 'value="addressee_unknown" checked' in page
    assert 'value="addressee_unknown" checked' in client.get("/returns/").content.decode()


def test_looking_notes_nothing_but_the_look_and_says_what_would_follow(client: Client, run: PrintRun) -> None:
    letter = known(run)
    page = post(client, letter.number, "refused", "look")
    assert "Not noted yet" in page and "Mrs A Rawlinson" in page and "Post to the address goes on" in page
    assert "No more post" in post(client, letter.number, "gone_away", "look")
    letter.refresh_from_db()
    assert letter.status == "posted"
    assert Event.objects.filter(kind="letter.looked_at").count() == 2


@pytest.mark.parametrize("mark", ["5012345678900", "R999 P1", "L00000000"])
def test_a_mark_that_is_not_ours_is_said_and_the_field_is_ready_again(client: Client, run: PrintRun, mark: str) -> None:
    page = post(client, mark, status=422)
    assert "is no mark of ours" in page and "There is a problem" in page and "autofocus" in page


def test_an_empty_field_and_an_unknown_reason_are_told(client: Client, run: PrintRun) -> None:
    assert "Scan a mark" in post(client, "", status=422)
    assert "Choose why" in post(client, "R1 P1", "bored", status=422)


def test_the_days_list_has_every_return_and_each_can_be_undone(client: Client, run: PrintRun) -> None:
    letter = known(run)
    post(client, mark_of(letter))
    post(client, f"R{run.pk} P3" if letter.mailpiece and letter.mailpiece.number != 3 else f"R{run.pk} P1", "refused")
    page = client.get("/returns/").content.decode()
    assert "Today: 2 letters" in page and "Gone away" in page and "Refused" in page
    answer = client.post(f"/returns/{letter.number}/undo/", follow=True).content.decode()
    assert "did not come back: noted" in answer and "Post goes to the address again" in answer
    assert "Today: 1 letter" in answer
    letter.refresh_from_db()
    assert letter.status == "posted" and not CustomerAddress.objects.get().gone_away
    assert client.post(f"/returns/{letter.number}/undo/").status_code == 404
    assert "Nothing was noted" in client.get("/returns/?day=2026-01-05").content.decode()
    assert client.get("/returns/?day=2026-99-99").status_code == 200


def test_the_same_envelope_scanned_twice_changes_nothing_and_keeps_its_reason(client: Client, run: PrintRun) -> None:
    post(client, mark_of(known(run)))
    page = post(client, mark_of(known(run)), "refused")
    assert "Noted before" in page and known(run).return_reason == "gone_away"
    assert ServiceNotice.objects.count() == 1


def held(run: PrintRun, *letters: Letter, **columns: object) -> Item:
    """An incoming item that the line held back as our own letter come back."""
    item = make_item("waste", "review", **columns)
    pieces = [f"R{run.pk:06d} P{x.mailpiece.number}" for x in letters if x.mailpiece]
    rules = {"rules": ["is_our_letter_come_back"], "inbox": "", "copies": [], "reasons": []}
    item.decision = {**item.decision, "came_back": pieces, "routing": rules}
    item.review_reasons = [f"Our letter {', '.join(pieces)} came back. Record it as returned post."]
    item.save()
    return item


@pytest.fixture
def reviewer(signed_in: Callable[..., Client]) -> Client:
    return signed_in("team_member", "waste", name="reviewer")


def test_one_click_in_review_notes_the_return_links_item_and_letter_and_closes_the_item(
    reviewer: Client, run: PrintRun, machines: RememberingMachines
) -> None:
    letter = known(run)
    item = held(run, letter)
    page = reviewer.get(f"/review/{item.number}/").content.decode()
    assert "Our own letter came back" in page and letter.number in page and "Mrs A Rawlinson" in page
    answer = reviewer.post(f"/review/{item.number}/came-back/", {"reason": "gone_away"}, follow=True)
    assert f"{letter.number} came back, gone away" in answer.content.decode()
    item.refresh_from_db()
    letter.refresh_from_db()
    assert (item.status, item.service, item.customer_id) == ("closed", "council_tax", "C1000001")
    assert (letter.status, letter.returned_as_id) == ("returned", item.pk)
    assert Event.objects.get(kind="letter.returned").details["item"] == item.pk
    assert machines.on_line == [(item.pk, 2)] and item.version == 2
    assert CustomerAddress.objects.get().gone_away and ServiceNotice.objects.count() == 1


def test_the_click_is_undone_whole_from_review_and_from_the_days_list(
    reviewer: Client, client: Client, run: PrintRun
) -> None:
    letter = known(run)
    item = held(run, letter)
    for undo in ("review", "desk"):
        reviewer.get(f"/review/{item.number}/")
        reviewer.post(f"/review/{item.number}/came-back/")
        if undo == "review":
            kept = Correction.objects.get(undone_at=None)
            reviewer.post(f"/review/undo/{kept.pk}/")
        else:
            answer = client.post(f"/returns/{letter.number}/undo/", follow=True).content.decode()
            assert f"In review again: {item.number}" in answer
        item.refresh_from_db()
        letter.refresh_from_db()
        assert (item.status, item.service, item.customer_id) == ("review", "waste", None)
        assert (letter.status, letter.returned_as_id) == ("posted", None)
        assert not CustomerAddress.objects.get().gone_away
        assert not ServiceNotice.objects.exists()


def test_the_next_item_offers_to_take_the_click_back(reviewer: Client, run: PrintRun) -> None:
    item = held(run, known(run))
    reviewer.post(f"/review/{item.number}/came-back/")
    make_item("waste", "review")
    page = reviewer.get("/review/next/", follow=True).content.decode()
    assert f"/review/undo/{Correction.objects.get().pk}/" in page


def test_a_return_noted_at_the_desk_stays_when_the_item_is_taken_back(
    reviewer: Client, client: Client, run: PrintRun
) -> None:
    letter = known(run)
    post(client, mark_of(letter), "refused")
    item = held(run, letter)
    reviewer.post(f"/review/{item.number}/came-back/", {"reason": "gone_away"})
    letter.refresh_from_db()
    assert (letter.return_reason, letter.returned_as_id) == ("refused", item.pk)
    reviewer.post(f"/review/undo/{Correction.objects.get().pk}/")
    letter.refresh_from_db()
    item.refresh_from_db()
    assert (letter.status, letter.returned_as_id, item.status) == ("returned", None, "review")


def test_an_item_that_shows_no_posted_letter_or_that_a_colleague_has_is_not_confirmed(
    reviewer: Client, run: PrintRun, signed_in: Callable[..., Client]
) -> None:
    plain = make_item("waste", "review")
    answer = reviewer.post(f"/review/{plain.number}/came-back/", follow=True).content.decode()
    assert "shows no letter of ours" in answer
    assert "came-back/" not in reviewer.get(f"/review/{plain.number}/").content.decode()
    item = held(run, known(run))
    signed_in("team_member", "waste", name="other").get(f"/review/{item.number}/")
    reviewer.post(f"/review/{item.number}/came-back/")
    item.refresh_from_db()
    assert item.status == "review" and known(run).status == "posted"


def test_a_confirmed_letter_and_its_scan_name_each_other(reviewer: Client, run: PrintRun) -> None:
    item = held(run, known(run))
    item.service = "council_tax"
    item.save()
    other = Client()
    person = User.objects.get(username="reviewer")
    person.person.services = ["council_tax", "waste"]  # type: ignore[attr-defined]
    person.person.save()  # type: ignore[attr-defined]
    other.force_login(person)
    other.post(f"/review/{item.number}/came-back/")
    assert known(run).number in other.get(f"/items/{item.number}/").content.decode()
    assert item.number in other.get(f"/letters/{known(run).number}/").content.decode()


def test_a_day_of_many_returns_comes_in_pages_of_a_fixed_size_and_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    mailing = floor.mailing()
    letters = floor.letters(mailing, 60, status="returned", returned_at=timezone.now(), return_reason="gone_away")
    for letter in letters:
        Event.record("letter.returned", letter, actor=str(letter.position))
    with django_assert_max_num_queries(12):
        page = client.get("/returns/").content.decode()
    assert len(page) < 100_000 and "60 letters" in page and letters[-1].number in page
    assert letters[0].number not in page and letters[0].number in client.get("/returns/?page=2").content.decode()
