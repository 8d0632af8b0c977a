from __future__ import annotations

import base64
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client

from mailroom.api.templates import template_id
from mailroom.records.models import ApiFile, Event, KeyKind, Letter
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, make_system

pytestmark = pytest.mark.django_db
CONTENT = b"ward,votes\nMill,12\n"


def _sent(caller: Caller, door: ApiDoor, **file: object) -> Any:
    given = {"file": base64.b64encode(CONTENT).decode(), "filename": "wards.csv", **file}
    body = {
        "email_address": "Ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": {"name": "Ada", "subject": "Your file", "message": given},
    }
    return caller.post("/v2/notifications/email", body)


def _path(answer: Any) -> str:
    file = ApiFile.objects.get()
    link = f"/files/{file.key}"
    assert link in answer.json()["content"]["body"]
    return link


def test_a_file_is_kept_and_the_email_carries_its_link(caller: Caller, door: ApiDoor) -> None:
    answer = _sent(caller, door)
    link = door.public_url + _path(answer)
    assert Letter.objects.get().fields["message"] == link
    assert "votes" not in str(Letter.objects.get().fields)


def test_the_clients_own_prepared_file_is_taken_with_all_four_keys(caller: Caller, door: ApiDoor) -> None:
    from notifications_python_client import prepare_upload

    prepared = prepare_upload(io.BytesIO(b"%PDF-1.4 synthetic"))
    assert _sent(caller, door, **prepared).status_code == 201
    file = ApiFile.objects.get()
    assert (file.filename, file.confirm) == ("document.pdf", "ada@mail.example")
    assert file.expires_at - file.created_at == dt.timedelta(weeks=26)


def test_the_file_is_given_to_who_types_the_address_the_email_went_to(caller: Caller, door: ApiDoor) -> None:
    path = _path(_sent(caller, door))
    page = Client().get(path)
    assert page.status_code == 200 and CONTENT not in page.content
    assert b"wards" not in page.content, "a file's name may say whose it is"
    assert Client().post(path, {"email": "bob@mail.example"}).status_code == 403
    given = Client().post(path, {"email": " ADA@mail.example "})
    assert given.content == CONTENT
    assert given["Content-Disposition"] == 'attachment; filename="wards.csv"'
    assert Event.objects.filter(kind="api.file_downloaded").count() == 1


def test_without_confirmation_only_the_button_is_asked_for(caller: Caller, door: ApiDoor) -> None:
    path = _path(_sent(caller, door, confirm_email_before_download=False))
    assert CONTENT not in Client().get(path).content
    assert Client().post(path).content == CONTENT


def test_after_five_wrong_addresses_the_right_one_has_to_wait(caller: Caller, door: ApiDoor) -> None:
    path = _path(_sent(caller, door))
    for n in range(5):
        Client().post(path, {"email": f"guess{n}@mail.example"})
    assert Client().post(path, {"email": "ada@mail.example"}).status_code == 403
    ApiFile.objects.update(wrong_at=door.now() - dt.timedelta(minutes=16))
    assert Client().post(path, {"email": "ada@mail.example"}).status_code == 200


def test_a_file_is_gone_after_its_weeks(caller: Caller, door: ApiDoor) -> None:
    path = _path(_sent(caller, door, retention_period="2 weeks"))
    file = ApiFile.objects.get()
    assert file.expires_at - file.created_at == dt.timedelta(weeks=2)
    ApiFile.objects.update(expires_at=door.now())
    gone = Client().get(path)
    assert gone.status_code == 404 and "no longer here" in gone.content.decode()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"filename": "wards"}, "filename `filename` must end with a file extension. For example, filename.csv"),
        ({"retention_period": "79 weeks"},
         "retention_period Unsupported value for retention_period: 79 weeks. "
         "Supported periods are from 1 to 78 weeks."),
        ({"colour": "red"}, "Additional properties are not allowed (colour was unexpected)"),
        ({"file": "%"}, "Document is not base64 encoded"),
        ({"filename": "wards.exe"}, "Unsupported file type '.exe'"),
        ({"file": base64.b64encode(b"x" * (2 * 1024 * 1024 + 1)).decode()}, "File is larger than 2MB"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_sent_is_refused(
    caller: Caller, door: ApiDoor, change: dict[str, object], message: str
) -> None:
    answer = _sent(caller, door, **change)
    assert answer.status_code in (400, 413)
    assert answer.json()["errors"][0]["message"].startswith(message)
    assert not ApiFile.objects.exists() and not Letter.objects.exists()


def test_a_letter_carries_no_file(caller: Caller, door: ApiDoor) -> None:
    body = {
        "template_id": str(template_id(door, "general_letter", "letter")),
        "personalisation": {"message": {"file": "AA=="}},
    }
    answer = caller.post("/v2/notifications/letter", body)
    assert answer.json()["errors"] == [{"error": "BadRequestError", "message": "Can only send a file by email"}]


def test_a_test_keys_file_is_checked_and_not_kept(door: ApiDoor) -> None:
    answer = _sent(Caller(make_system(door, KeyKind.TEST)), door)
    assert "/files/test-document" in answer.json()["content"]["body"]
    assert not ApiFile.objects.exists()
