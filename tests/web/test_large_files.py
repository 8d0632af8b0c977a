"""Files too large to wait for: checked by a worker while a page says how far, and found again by their person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from mailroom.outbound.machines import OutboundMachines
from mailroom.outbound.steps.ask_check import check_draft
from mailroom.records.models import DraftCheck, Mailing
from mailroom.wiring import letter_drafts
from tests.outbound.people import HEAD, customer, row
from tests.web.test_mailings import choose, hand_in, sheet

pytestmark = pytest.mark.django_db
CHECK = "/mailings/new/check/"


@pytest.fixture
def service(outgoing: OutboundMachines) -> str:
    return outgoing.kind("general_letter").service


@pytest.fixture
def client(signed_in: Callable[..., Client], service: str) -> Client:
    return signed_in("team_member", service)


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_drafts, "CHECKED_AT_ONCE", {"csv": 0, "xlsx": 0, "pdf": 0})


def test_a_large_file_is_checked_meanwhile_and_the_page_works_without_a_program_in_the_browser(
    client: Client, outgoing: OutboundMachines
) -> None:
    page = choose(client, sheet(row(customer("C1")), row(customer("C2", "Ben"))))
    assert "The file is being checked" in page and "Waiting for a worker" in page
    assert "You may leave this page" in page and f'href="{CHECK}"' in page
    assert "Hand it in" not in page and "There is a problem" not in page
    check = DraftCheck.objects.get()
    DraftCheck.objects.update(stage="rows", done=1200, total=3000)
    page = client.get(CHECK).content.decode()
    assert "Rows checked: 1,200 of about 3,000" in page and 'max="3000" value="1200"' in page
    part = client.get(CHECK, headers={"X-Fragment": "check"}).content.decode()
    assert "1,200 of about 3,000" in part and "<html" not in part
    listed = client.get("/mailings/").content.decode()
    assert "bins.csv" in listed and "1,200 of about 3,000" in listed
    check_draft(outgoing, check.pk)
    assert client.get(CHECK, headers={"X-Fragment": "check"}).status_code == 302  # the page loads itself anew
    page = client.get(CHECK).content.decode()
    assert "2 letters" in page and "Hand it in" in page and DraftCheck.objects.get().pk == check.pk
    assert "checked, see what was found" in client.get("/mailings/").content.decode()
    mailing = hand_in(client, title="New bins")
    assert (mailing.title, mailing.status) == ("New bins", "checking")
    assert not DraftCheck.objects.exists() and "bins.csv" not in client.get("/mailings/").content.decode()


def test_what_is_wrong_is_told_and_columns_are_matched_after_the_check_too(
    client: Client, outgoing: OutboundMachines
) -> None:
    head = tuple("Betreff" if h == "subject" else h for h in HEAD)
    choose(client, sheet(row(customer("C1")), head=head))
    check_draft(outgoing, DraftCheck.objects.get().pk)
    page = client.get(CHECK).content.decode()
    assert "Match your columns" in page and "<option>Betreff</option>" in page
    page = client.post("/mailings/new/columns/", {"field-subject": "Betreff"}, follow=True).content.decode()
    assert "The file is being checked" in page
    check_draft(outgoing, DraftCheck.objects.get().pk)
    assert "1 letter" in client.get(CHECK).content.decode()


def test_a_person_finds_their_file_again_after_signing_in_anew_and_nobody_else_does(
    client: Client, signed_in: Callable[..., Client], outgoing: OutboundMachines, service: str
) -> None:
    choose(client, sheet(row(customer("C1"))))
    check = DraftCheck.objects.get()
    session = client.session
    del session["mailing_draft"]
    session.save()
    assert client.get(CHECK).status_code == 302
    page = client.get(f"/mailings/new/check/{check.pk}/", follow=True).content.decode()
    assert "The file is being checked" in page and DraftCheck.objects.get().pk == check.pk
    other = signed_in("team_leader", service)
    assert other.get(f"/mailings/new/check/{check.pk}/").status_code == 404
    assert "bins.csv" not in other.get("/mailings/").content.decode()


def test_a_small_file_is_checked_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter_drafts, "CHECKED_AT_ONCE", {"csv": 99_000, "xlsx": 0, "pdf": 0})
    assert "Hand it in" in choose(client, sheet(row(customer("C1"))))
    assert not DraftCheck.objects.exists() and not Mailing.objects.exists()
