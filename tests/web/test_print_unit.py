from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mailroom.records import discarding, lost_files
from mailroom.records.folders_away import note_away
from mailroom.records.models import Batch, WatchedFile
from mailroom.records.models.watched_file import NOWHERE
from tests.web.machines import RememberingMachines
from tests.web.post import make_batch, make_customer, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


def test_the_ledger_is_said_in_words(client: Client) -> None:
    make_item()
    assert "Balanced" in client.get("/print-unit/").content.decode()
    make_batch(pages=3)
    page = client.get("/print-unit/").content.decode()
    assert "Does not balance" in page and "3 pages were fed but 0 are on record" in page


def test_folders_out_of_reach_and_files_that_cannot_be_brought_in_are_on_todays_page(client: Client) -> None:
    assert "out of reach" not in client.get("/print-unit/").content.decode()
    note_away("scanner-1", "its mark is missing and it is empty. Mount it.", timezone.now())
    WatchedFile.objects.create(
        folder="scanner-1", name="a.pdf", status="claimed", claimed_as="0.pdf", problem="The spool is full.",
        first_seen=timezone.now(), still_since=timezone.now(),
    )  # fmt: skip
    page = client.get("/print-unit/").content.decode()
    assert "Folders out of reach" in page and "scanner-1" in page and "Mount it." in page
    assert "scanner-1/a.pdf" in page and "The spool is full." in page


def test_a_file_that_is_nowhere_is_given_up_for_lost_by_two_people(
    client: Client, signed_in: Callable[..., Client]
) -> None:
    file = WatchedFile.objects.create(
        folder="scanner-1", name="a.pdf", status="claimed", claimed_as="0.pdf", problem=f"{NOWHERE} Ask who moved it.",
        first_seen=timezone.now(), still_since=timezone.now(),
    )  # fmt: skip
    address = f"/print-unit/stuck/{file.pk}/"
    assert address in client.get("/print-unit/stuck/").content.decode()
    silent = client.post(address, {"do": "ask", "reason": " "})
    assert silent.status_code == 422 and "Say what became of the paper" in silent.content.decode()
    client.post(address, {"do": "ask", "reason": "scanned again as B000012"})
    assert "A colleague has to agree" in client.get(address).content.decode()
    assert client.post(address, {"do": "agree"}).status_code == 422, "the same person"
    second = signed_in("print_unit", name="second")
    assert "scanned again as B000012" in second.get(address).content.decode()
    second.post(address, {"do": "agree"})
    (given_up,) = lost_files.given_up()
    assert given_up.agreed_by == "second"
    assert address not in second.get("/print-unit/stuck/").content.decode()
    assert second.get(address).status_code == 302


def test_the_refresh_sends_the_figures_only(client: Client) -> None:
    part = client.get("/print-unit/", headers={"X-Fragment": "today"}).content.decode()
    assert "<html" not in part and "As of" in part


def test_quarantine_is_tried_again_or_discarded_by_two(
    client: Client, signed_in: Callable[..., Client], machines: RememberingMachines
) -> None:
    batch = make_batch("quarantined", pages=1)
    address = f"/print-unit/quarantine/{batch.number}/"
    client.post(address, {"do": "again"})
    assert machines.retried == [batch.pk]
    client.post(address, {"do": "discard", "reason": "A test sheet"})
    client.post(address, {"do": "agree"})
    assert Batch.objects.get().status == "quarantined"
    signed_in("print_unit", name="second").post(address, {"do": "agree"})
    assert Batch.objects.get().status == "discarded"


def test_a_full_quarantine_asks_the_database_no_more_than_an_empty_one(
    client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _ in range(12):
        make_batch("quarantined", pages=1)
    discarding.ask(Batch.objects.all()[0], "A test sheet", "7")
    with django_assert_max_num_queries(15):
        page = client.get("/print-unit/").content.decode()
    assert page.count('value="agree"') == 0 and page.count('value="again"') == 10


def test_an_upload_says_what_it_is_and_other_kinds_are_refused(client: Client, machines: RememberingMachines) -> None:
    bad = SimpleUploadedFile("post.exe", b"MZ")
    assert client.post("/upload/", {"file": bad}).status_code == 422
    two = [SimpleUploadedFile("a.pdf", b"%PDF-1.7"), SimpleUploadedFile("b.pdf", b"%PDF-1.7 ")]
    assert client.post("/upload/", {"file": two, "expected": "12"}).status_code == 422
    assert not machines.taken
    good = SimpleUploadedFile("post.pdf", b"%PDF-1.7")
    client.post("/upload/", {"file": good, "expected": "12", "policy": "sheets"})
    assert (machines.taken[0].expected_items, machines.taken[0].policy) == (12, "sheets")


def test_a_phones_own_photo_may_be_uploaded(client: Client, machines: RememberingMachines) -> None:
    client.post("/upload/", {"file": SimpleUploadedFile("IMG_0042.HEIC", b"\0\0\0\x18ftypheic")})
    assert [upload.filename for upload in machines.taken] == ["IMG_0042.HEIC"]


@pytest.mark.parametrize("name", ["scan.webp", "fax.GIF", "picture.bmp"])
def test_pictures_as_people_send_them_may_be_uploaded(name: str, client: Client, machines: RememberingMachines) -> None:
    client.post("/upload/", {"file": SimpleUploadedFile(name, b"GIF89a")})
    assert [upload.filename for upload in machines.taken] == [name]


def test_a_batch_shows_its_cuts_and_no_picture_of_private_pages(client: Client) -> None:
    item = make_item(private=True)
    page = client.get(f"/batches/{item.number[:7]}/").content.decode()
    assert "Item 1" in page and "Private" in page
    assert client.get(f"/batches/{item.number[:7]}/pages/1.png").status_code == 404


@pytest.mark.parametrize(
    "words", ["Thistlewood", "Thisslewood", "Margaret Thistlewood", "100200", "WX4 7QT", "14 Larkspur Close"]
)
def test_a_customer_is_found_by_what_a_person_types(words: str, signed_in: Callable[..., Client]) -> None:
    make_customer()
    make_customer("100300", "Aled", "Prosser")
    page = signed_in("customer_service").get("/customers/", {"q": words}).content.decode()
    assert "Mrs Margaret Thistlewood" in page


def test_the_desk_a_page_belongs_to_is_marked_in_the_menu(signed_in: Callable[..., Client]) -> None:
    page = signed_in("print_unit").get(f"/batches/{make_batch('cut').number}/").content.decode()
    assert 'href="/print-unit/" aria-current="true"' in page
