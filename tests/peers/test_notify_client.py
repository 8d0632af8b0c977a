"""Every method of GOV.UK Notify's own Python client, and its integration flow, against us."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from mailroom.api.keys import add_reply_to, revoke
from mailroom.api.templates import template_id
from mailroom.records.models import ApiKey, ApiNotification, Asked, KeyKind, Letter
from mailroom.values.channel import Channel
from mailroom.values.letter_body import Block, BlockKind, LetterBody, LetterToSet, Run
from mailroom.wiring.api import ApiDoor
from tests.api.door import System, make_system
from tests.peers.schemas import notify

WORDS = {"name": "Ms Thornbury", "subject": "Your new bin", "message": "It comes on Tuesday."}
PLACE = {"address_line_1": "Ms A Thornbury", "address_line_2": "1 Mill Lane", "postcode": "WX10 9WU"}


def valid(answer: Any, schema: notify.Schema) -> Any:
    Draft4Validator(schema).validate(answer)
    return answer


@pytest.fixture
def ids(door: ApiDoor) -> Callable[[str, str], str]:
    return lambda code, asked: str(template_id(door, code, asked))


@pytest.fixture
def pdf(door: ApiDoor, tmp_path: Path) -> bytes:
    """A letter as an older system prints it."""
    path = tmp_path / "precompiled.pdf"
    words = Block(BlockKind.PARAGRAPH, (Run("Account number: 50800001. Nothing is owed."),))
    place = ("Ms A Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU")
    letter = LetterToSet((LetterBody("A letter", (words,)),), place, dt.date(2026, 3, 2))
    door._outbound.typesetter.write([letter], path)
    return path.read_bytes()


def test_the_clients_own_integration_flow_passes(
    client: Any, client_with: Any, door: ApiDoor, system: System, ids: Any, pdf: bytes, refused: Any
) -> None:
    """As integration_test/integration_tests.py goes, with the texts left out that we do not send."""
    reply_to = str(add_reply_to(system.service, "answers@wexmere.example", "test"))
    name = str(uuid.uuid4())
    emails = [
        valid(
            client.send_email_notification(
                email_address="ada@mail.example",
                template_id=ids("integration", "email"),
                personalisation={"name": name},
                one_click_unsubscribe_url="https://unsubscribelink.com/unsubscribe",
                email_reply_to_id=answers_to,
                sanitise_content_for=["name"],
            ),
            notify.POST_EMAIL,
        )
        for answers_to in (None, reply_to)
    ]
    assert name.replace("-", "\\-") in emails[0]["content"]["body"]
    place = {"address_line_1": name, "address_line_2": "foo", "postcode": "SW1 1AA"}
    letter = valid(client.send_letter_notification(ids("integration_letter", "letter"), place), notify.POST_LETTER)
    assert name in letter["content"]["body"]
    plain = valid(
        client.send_precompiled_letter_notification(reference=name, pdf_file=io.BytesIO(pdf)), notify.POST_PRECOMPILED
    )
    first = valid(
        client.send_precompiled_letter_notification(reference=name, pdf_file=io.BytesIO(pdf), postage="first"),
        notify.POST_PRECOMPILED,
    )
    assert (plain["reference"], plain["postage"], first["postage"]) == (name, "second", "first")
    for sent in (*emails, letter, plain, first):
        valid(client.get_notification_by_id(sent["id"]), notify.NOTIFICATION)
    valid(client.get_all_notifications(), notify.NOTIFICATIONS)
    for asked, code in (("email", "integration"), ("letter", "integration_letter")):
        found = valid(client.get_template(ids(code, asked)), notify.TEMPLATE)
        assert (found["id"], found["type"]) == (ids(code, asked), asked)
    assert client.get_template(ids("integration_letter", "letter"))["letter_contact_block"].startswith("Customer Serv")
    old = valid(client.get_template_version(ids("integration", "email"), 1), notify.TEMPLATE)
    assert old["version"] == 1
    preview = valid(client.post_template_preview(ids("integration", "email"), {"name": name}), notify.PREVIEW)
    assert name in preview["body"]
    valid(client.get_all_templates(), notify.TEMPLATES)
    assert {t["type"] for t in valid(client.get_all_templates("email"), notify.TEMPLATES)["templates"]} == {"email"}
    for sent in (letter, plain):
        assert client.get_pdf_for_letter(sent["id"]).read().startswith(b"%PDF-")


def test_methods_for_text_messages_are_answered_as_for_a_service_without_them(client: Any, refused: Any) -> None:
    with pytest.raises(refused) as error:
        client.send_sms_notification("07700900123", str(uuid.uuid4()), {"name": "x"}, "r", str(uuid.uuid4()))
    assert error.value.status_code == 400
    assert error.value.message == [
        {"error": "BadRequestError", "message": "Service is not allowed to send text messages"}
    ]
    valid(client.get_received_texts(), notify.RECEIVED_TEXTS)
    assert list(client.get_received_texts_iterator()) == []
    assert client.get_all_templates("sms")["templates"] == []


def test_the_old_list_of_a_templates_versions_is_not_there(client: Any, refused: Any, ids: Any) -> None:
    with pytest.raises(refused) as error:
        client.get_all_template_versions(ids("integration", "email"))
    assert error.value.status_code == 404
    valid(error.value.response.json(), notify.ERRORS)


def test_the_iterator_reads_every_page_and_ends(client: Any, system: System, door: ApiDoor) -> None:
    key = system.service.keys.get()
    rows = [
        ApiNotification(
            service=system.service, api_key=key, key_kind=key.kind, asked=Asked.LETTER, reference=str(n),
            outcome="delivered", digest="", created_at=door.now(),
        )
        for n in range(612)
    ]  # fmt: skip
    ApiNotification.objects.bulk_create(rows)
    page = valid(client.get_all_notifications(), notify.NOTIFICATIONS)
    assert len(page["notifications"]) == 250
    assert page["links"]["next"].endswith(page["notifications"][-1]["id"])
    read = [n["reference"] for n in client.get_all_notifications_iterator()]
    assert read == [str(n) for n in reversed(range(612))], "each once, the newest first"


def test_a_list_is_of_one_kind_of_key_and_narrows_by_reference_type_and_status(
    client: Any, client_with: Any, door: ApiDoor, ids: Any
) -> None:
    client.send_letter_notification(ids("general_letter", "letter"), {**WORDS, **PLACE}, "L")
    client.send_email_notification("ada@mail.example", ids("general_letter", "email"), WORDS, "E")
    tester = client_with(make_system(door, KeyKind.TEST).key)
    tester.send_email_notification("ada@mail.example", ids("general_letter", "email"), WORDS, "T")

    def found(**asked: Any) -> list[str]:
        return [n["reference"] for n in client.get_all_notifications(**asked)["notifications"]]

    assert found() == ["E", "L"]
    assert found(reference="L") == ["L"]
    assert found(template_type="letter") == ["L"] and found(template_type="email") == ["E"]
    assert found(status="accepted") == ["L"] and found(status=["created", "sending"]) == ["E", "L"]
    assert found(status="delivered") == [] and found(template_type="sms") == []
    assert [n["reference"] for n in tester.get_all_notifications(status="delivered")["notifications"]] == ["T"]


def test_an_unknown_status_is_refused(client: Any, refused: Any) -> None:
    with pytest.raises(refused) as error:
        client.get_all_notifications(status="elephant")
    assert error.value.status_code == 400
    assert error.value.message[0]["message"].startswith("status elephant is not one of [")


def test_a_letter_whose_reader_chose_email_says_so_in_type_and_status(client: Any, ids: Any) -> None:
    sent = client.send_letter_notification(ids("general_letter", "letter"), {**WORDS, **PLACE})
    Letter.objects.update(
        channel=Channel.EMAIL, status="emailed", email="ada@mail.example", reasons=["consented"],
        sent_at=dt.datetime.now(dt.UTC),
    )  # fmt: skip
    found = valid(client.get_notification_by_id(sent["id"]), notify.NOTIFICATION)
    assert (found["type"], found["status"]) == ("email", "sending")
    assert found["mailroom"]["asked"] == "letter" and found["mailroom"]["reason"] == "consented"
    assert found["email_address"] is None, "the address is the customer's record's, not the sending system's"
    assert client.get_all_notifications(template_type="email")["notifications"][0]["id"] == sent["id"]
    assert client.get_pdf_for_letter(sent["id"]).read().startswith(b"%PDF-")


def test_an_emails_pdf_is_refused(client: Any, refused: Any, ids: Any) -> None:
    sent = client.send_email_notification("ada@mail.example", ids("general_letter", "email"), WORDS)
    with pytest.raises(refused) as error:
        client.get_pdf_for_letter(sent["id"])
    assert error.value.message == [{"error": "BadRequestError", "message": "Notification is not a letter"}]


def test_another_services_notification_is_not_found(client: Any, client_with: Any, door: ApiDoor, refused: Any,
                                                    ids: Any) -> None:  # fmt: skip
    sent = client.send_letter_notification(ids("general_letter", "letter"), {**WORDS, **PLACE})
    stranger = client_with(make_system(door, name="parking").key)
    for ask in (stranger.get_notification_by_id, stranger.get_pdf_for_letter):
        with pytest.raises(refused) as error:
            ask(sent["id"])
        assert error.value.status_code == 404
        assert error.value.message == [{"error": "NoResultFound", "message": "No result found"}]
    assert stranger.get_all_notifications()["notifications"] == []


def test_an_id_that_is_none_is_refused(client: Any, refused: Any) -> None:
    with pytest.raises(refused) as error:
        client.get_notification_by_id("no-id")
    assert error.value.message == [{"error": "ValidationError", "message": "notification_id is not a valid UUID"}]


def test_a_preview_without_its_values_names_them(client: Any, refused: Any, ids: Any) -> None:
    with pytest.raises(refused) as error:
        client.post_template_preview(ids("general_letter", "letter"), {"name": "Ada"})
    assert error.value.message == [{"error": "BadRequestError", "message": "Missing personalisation: message, subject"}]


@pytest.mark.parametrize(
    ("key", "status", "message"),
    [
        ("{service}-00000000-0000-0000-0000-000000000000", 403, "Invalid token: API key not found"),
        ("00000000-0000-0000-0000-000000000000-{secret}", 403, "Invalid token: service not found"),
        ("x" * 36 + "-{secret}", 403, "Invalid token: service id is not the right data type"),
    ],
)
def test_a_wrong_secret_and_an_unknown_service_are_refused(
    client_with: Any, system: System, refused: Any, key: str, status: int, message: str
) -> None:
    wrong = client_with("k-" + key.format(service=system.service.key, secret=system.secret))
    with pytest.raises(refused) as error:
        wrong.get_all_notifications()
    assert error.value.status_code == status
    assert error.value.message == [{"error": "AuthError", "message": message}]


@pytest.mark.parametrize("skew", [-31, 31])
def test_a_clock_that_is_half_a_minute_out_is_refused(
    client: Any, refused: Any, monkeypatch: pytest.MonkeyPatch, peer: Any, door: ApiDoor, skew: int
) -> None:
    import importlib

    tokens = importlib.import_module("notifications_python_client.authentication")
    monkeypatch.setattr(tokens, "epoch_seconds", lambda: int(door.now().timestamp()) + skew)
    with pytest.raises(refused) as error:
        client.get_all_notifications()
    assert error.value.status_code == 403
    message = "Error: Your system clock must be accurate to within 30 seconds"
    assert error.value.message == [{"error": "AuthError", "message": message}]


def test_a_revoked_key_is_refused(client: Any, refused: Any, system: System) -> None:
    client.get_all_notifications()
    revoke(ApiKey.objects.get().pk, "test")
    with pytest.raises(refused) as error:
        client.get_all_notifications()
    assert error.value.message == [{"error": "AuthError", "message": "Invalid token: API key revoked"}]


def test_a_store_that_is_away_is_answered_503_for_the_client_to_retry(
    client: Any, peer: Any, door: ApiDoor, ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailroom.errors import Retry

    def away(self: ApiDoor, submission: object) -> None:
        raise Retry("the store is away")

    monkeypatch.setattr(ApiDoor, "check", away)
    with pytest.raises(peer.errors.HTTP503Error):
        client.send_letter_notification(ids("general_letter", "letter"), {**WORDS, **PLACE})
    assert not ApiNotification.objects.exists()
