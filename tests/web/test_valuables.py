"""The register of valuables: two people for every entry, a proof for everything that leaves."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from mailroom.records.models import Event, Item, Valuable
from tests.web.post import make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = pytest.mark.django_db

CHEQUE = {"kind": "cheque", "description": "Cheque 000123", "amount": "£1,024.50", "kept_where": "Safe, shelf 2"}


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


@pytest.fixture
def second(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit", name="second")


@pytest.fixture
def item() -> Item:
    return make_item(flags=["cheque_enclosed"])


def text(client: Client, address: str, data: dict[str, str] | None = None) -> str:
    answer = client.get(address) if data is None else client.post(address, data, follow=True)
    return str(answer.content.decode())


def test_an_item_that_speaks_of_an_enclosure_waits_to_be_logged(client: Client, item: Item) -> None:
    make_item(flags=["vulnerable"])
    page = text(client, "/valuables/")
    assert page.count("/valuables/log/") == 1 and item.number in page
    text(client, f"/valuables/log/{item.number}/", CHEQUE)
    assert "Every letter that speaks of an enclosure is in the register" in text(client, "/valuables/")


def test_an_entry_counts_only_when_a_second_person_has_signed(client: Client, second: Client, item: Item) -> None:
    text(client, f"/valuables/log/{item.number}/", CHEQUE)
    entry = Valuable.objects.get()
    assert entry.amount_pence == 102450
    address = f"/valuables/{entry.pk}/"
    assert "A second person has to see it" in text(client, address, {"do": "witness"})
    out = {"do": "sign_out", "left_by": "tracked_post", "tracking": "AB 123 456 789 GB"}
    assert "before it leaves" in text(client, address, out)
    text(second, address, {"do": "witness"})
    entry.refresh_from_db()
    assert entry.witnessed_by and entry.witnessed_by.username == "second"
    text(client, address, {"do": "move", "kept_where": "Finance"})
    text(client, address, out)
    entry.refresh_from_db()
    assert (entry.tracking, entry.left_by, entry.kept_where) == ("AB123456789GB", "tracked_post", "Finance")
    kinds = list(Event.objects.filter(subject="valuable").order_by("at", "pk").values_list("kind", flat=True))
    assert kinds == ["valuable.logged", "valuable.witnessed", "valuable.moved", "valuable.left"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"kind": ""}, "Choose what was enclosed"),
        ({"description": ""}, "Say what it is"),
        ({"kept_where": ""}, "Say where it is kept"),
        ({"amount": ""}, "Enter the amount"),
        ({"amount": "ten"}, "pounds and pence, for example"),
    ],
)
def test_an_entry_that_lacks_something_is_refused_and_keeps_what_was_typed(
    changed: dict[str, str], says: str, client: Client, item: Item
) -> None:
    page = text(client, f"/valuables/log/{item.number}/", {**CHEQUE, **changed})
    assert says in page and "There is a problem" in page and not Valuable.objects.exists()
    assert changed.get("description", "Cheque 000123") in page


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ({"left_by": "tracked_post", "tracking": "12"}, "number of the tracked post"),
        ({"left_by": "collected", "proof": ""}, "Say what proves it"),
        ({"left_by": "thrown_away"}, "Choose how it left"),
    ],
)
def test_nothing_leaves_without_a_proof(
    out: dict[str, str], says: str, client: Client, second: Client, item: Item
) -> None:
    text(client, f"/valuables/log/{item.number}/", CHEQUE)
    address = f"/valuables/{Valuable.objects.get().pk}/"
    text(second, address, {"do": "witness"})
    assert says in text(client, address, {"do": "sign_out", **out})
    assert Valuable.objects.get().left_at is None


def photograph() -> SimpleUploadedFile:
    """As a telephone makes it: the place it was taken is written beside the picture."""
    file, about = io.BytesIO(), Image.Exif()
    about[0x8825] = {2: (51.0, 30.0, 0.0)}
    Image.new("RGB", (400, 300), "ivory").save(file, "JPEG", exif=about)
    return SimpleUploadedFile("receipt.JPG", file.getvalue(), "image/jpeg")


def test_a_photograph_of_the_proof_is_kept_drawn_anew_without_what_the_camera_wrote(
    client: Client, second: Client, item: Item, print_unit: PrintUnitOnRecord
) -> None:
    text(client, f"/valuables/log/{item.number}/", CHEQUE)
    entry = Valuable.objects.get()
    address = f"/valuables/{entry.pk}/"
    text(second, address, {"do": "witness"})
    assert client.get(f"{address}proof.png").status_code == 404
    out = {"do": "sign_out", "left_by": "collected", "proof": "Receipt 12, signed"}
    client.post(address, {**out, "photo": photograph()})
    answer = client.get(f"{address}proof.png")
    assert answer["Content-Type"] == "image/png" and answer["X-Content-Type-Options"] == "nosniff"
    assert not Image.open(io.BytesIO(answer.content)).getexif()
    assert photograph().read() not in print_unit.line.store.kept.values()
    assert f"{address}proof.png" in text(client, address)


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("receipt.svg", b"<svg onload='alert(1)'/>"),
        SimpleUploadedFile("receipt.jpg", b"MZ not a picture"),
        SimpleUploadedFile("receipt.png", b""),
    ],
    ids=lambda file: str(file.name) + str(file.size),
)
def test_what_is_no_picture_is_no_proof(file: SimpleUploadedFile, client: Client, second: Client, item: Item) -> None:
    text(client, f"/valuables/log/{item.number}/", CHEQUE)
    address = f"/valuables/{Valuable.objects.get().pk}/"
    text(second, address, {"do": "witness"})
    file.seek(0)
    answer = client.post(address, {"do": "sign_out", "left_by": "collected", "proof": "Receipt 12", "photo": file})
    assert answer.status_code == 422 and "picture" in answer.content.decode()
    assert Valuable.objects.get().left_at is None


def test_two_people_can_say_that_nothing_was_enclosed(client: Client, second: Client, item: Item) -> None:
    text(client, f"/valuables/log/{item.number}/", {"kind": "nothing"})
    text(second, f"/valuables/{Valuable.objects.get().pk}/", {"do": "witness"})
    assert "We keep nothing" in text(client, "/valuables/")


def test_an_item_no_machine_flagged_is_logged_by_its_number(client: Client) -> None:
    item = make_item()
    answer = client.get("/valuables/find/", {"number": f" {item.number.lower()} "})
    assert answer["Location"] == f"/valuables/log/{item.number}/"
    assert "like B000042-03" in client.get("/valuables/find/", {"number": "B1"}).content.decode()


def test_the_register_is_downloaded_without_formulas(client: Client, item: Item) -> None:
    text(client, f"/valuables/log/{item.number}/", {**CHEQUE, "description": "=HYPERLINK(1)"})
    rows = list(csv.reader(io.StringIO(text(client, "/valuables/register.csv"))))
    assert rows[0][:3] == ["entry", "item", "kind"] and rows[1][1] == item.number
    assert rows[1][3] == "'=HYPERLINK(1)" and rows[1][4] == "1024.50"
