from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from mailroom.api import sending
from mailroom.api.templates import template_id
from mailroom.records.models import ApiNotification, KeyKind, Letter, Mailing
from mailroom.values.letter_body import Block, BlockKind, LetterBody, LetterToSet, Run
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, make_system

pytestmark = pytest.mark.django_db

PLACE = {"address_line_1": "Ms A Thornbury", "address_line_2": "1 Mill Lane", "postcode": "WX10 9WU"}
WORDS = {"name": "Ms Thornbury", "subject": "Your new bin", "message": "It comes on Tuesday."}


@pytest.fixture
def ids(door: ApiDoor) -> Any:
    return lambda code, asked: str(template_id(door, code, asked))


def _nested(deep: int) -> Any:
    return [_nested(deep - 1)] if deep else "a"


def _errors(answer: Any) -> list[tuple[str, str]]:
    body = answer.json()
    assert body["status_code"] == answer.status_code
    return [(e["error"], e["message"]) for e in body["errors"]]


def test_a_letter_is_taken_in_with_the_address_as_given_and_answered_with_its_words(caller: Caller, ids: Any) -> None:
    template = ids("general_letter", "letter")
    answer = caller.post(
        "/v2/notifications/letter",
        {"template_id": template, "personalisation": {**WORDS, **PLACE}, "reference": "H-1"},
    )
    assert answer.status_code == 201
    body = answer.json()
    letter = Letter.objects.get()
    assert letter.address_lines == ["Ms A Thornbury", "1 Mill Lane", "WX10 9WU"]
    assert (letter.mailing.service, letter.mailing.source, letter.client_reference) == ("housing", "api", "H-1")
    assert body["content"]["subject"] == "Your new bin"
    assert "It comes on Tuesday." in body["content"]["body"]
    assert body["template"]["id"] == template and body["template"]["version"] == 1
    assert body["uri"] == f"http://testserver/v2/notifications/{body['id']}"


@pytest.mark.parametrize(
    ("given", "field"), [({"name": "王伟"}, "name"), ({"address_line_1": "Ms 王伟"}, "address_line_1")]
)
def test_a_letter_that_would_print_as_empty_boxes_is_refused_and_nothing_is_on_record(
    caller: Caller, ids: Any, given: dict[str, str], field: str
) -> None:
    answer = caller.post(
        "/v2/notifications/letter",
        {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE, **given}},
    )
    told = "“王” (U+738B) and 1 more cannot be printed in a letter. Write it in Latin letters, or take it out."
    assert answer.status_code == 400
    assert _errors(answer) == [("BadRequestError", f"Personalisation cannot be printed: {field}: {told}")]
    assert not Mailing.objects.exists() and not ApiNotification.objects.exists()


def test_an_email_without_a_paper_twin_may_have_any_sign(caller: Caller, ids: Any) -> None:
    body = {
        "email_address": "ada@mail.example",
        "template_id": ids("general_letter", "email"),
        "personalisation": {**WORDS, "name": "王伟 \U0001f600"},
    }
    assert caller.post("/v2/notifications/email", body).status_code == 201


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"address_line_1": "A", "postcode": "WX10 9WU"}, "Address must be at least 3 lines"),
        ({f"address_line_{n}": f"Line {n}" for n in range(1, 8)} | {"postcode": "WX10 9WU"},
         "Address must be no more than 7 lines"),
        ({**PLACE, "address_line_2": "???"},
         "The first 2 lines of the address must both include at least one alphanumeric character"),
        ({**PLACE, "postcode": "Nowhere"}, "Last line of address must be a real UK postcode or another country"),
        ({**PLACE, "address_line_2": "(1) Mill Lane"},
         "Address lines must not start with any of the following characters: @ ( ) = [ ] ” \\ / , < >"),
        ({**PLACE, "address_line_2": "No fixed abode"}, "Must be a real address"),
        ({"address_line_1": "A", "address_line_2": "BFPO 12", "postcode": "USA"},
         "The last line of a BFPO address must not be a country."),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_posted_to_is_refused_in_notifys_words(
    caller: Caller, ids: Any, place: dict[str, str], message: str
) -> None:
    answer = caller.post(
        "/v2/notifications/letter",
        {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **place}},
    )
    assert answer.status_code == 400
    assert _errors(answer) == [("ValidationError", message)]
    assert not Letter.objects.exists() and not ApiNotification.objects.exists()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"template_id": None}, "ValidationError", "template_id is not a valid UUID"),
        ({"template_id": "no"}, "ValidationError", "template_id is not a valid UUID"),
        ({"template_id": str(uuid.uuid4())}, "BadRequestError", "Template not found"),
        ({"email_address": "no"}, "ValidationError", "email_address Not a valid email address"),
        ({"email_address": 7}, "ValidationError", "email_address 7 is not of type string"),
        ({"colour": "red"}, "ValidationError", "Additional properties are not allowed (colour was unexpected)"),
        ({"personalisation": "x"}, "ValidationError", "personalisation x is not of type object"),
        ({"personalisation": {"name": "Ada"}}, "BadRequestError", "Missing personalisation: message, subject"),
        ({"one_click_unsubscribe_url": "http://a.example"}, "ValidationError",
         "one_click_unsubscribe_url is not a valid https url"),
        ({"scheduled_for": "soon"}, "ValidationError",
         "scheduled_for datetime format is invalid. It must be a valid ISO8601 date time format, "
         "https://en.wikipedia.org/wiki/ISO_8601"),
        ({"scheduled_for": "2020-01-01T10:00:00"}, "ValidationError", "scheduled_for datetime can not be in the past"),
        ({"scheduled_for": "2099-01-01T10:00:00"}, "ValidationError",
         "scheduled_for datetime can only be 24 hours in the future"),
    ],
)  # fmt: skip
def test_a_request_in_the_wrong_form_is_refused_in_notifys_words(
    caller: Caller, ids: Any, change: dict[str, object], error: str, message: str
) -> None:
    good = {
        "email_address": "ada@mail.example",
        "template_id": ids("general_letter", "email"),
        "personalisation": WORDS,
    }
    answer = caller.post("/v2/notifications/email", {**good, **change})
    assert answer.status_code == 400
    assert _errors(answer) == [(error, message)]
    assert not Mailing.objects.exists()


def test_every_property_that_is_missing_is_named(caller: Caller) -> None:
    assert _errors(caller.post("/v2/notifications/email", {})) == [
        ("ValidationError", "email_address is a required property"),
        ("ValidationError", "template_id is a required property"),
    ]


def test_a_reference_of_more_than_a_thousand_characters_is_refused(caller: Caller, ids: Any) -> None:
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    answer = caller.post("/v2/notifications/letter", {**body, "reference": "x" * 1001})
    assert answer.status_code == 400
    assert _errors(answer)[0][1].endswith("is too long")


def test_a_letters_template_does_for_no_email_and_says_so(caller: Caller, ids: Any) -> None:
    body = {"email_address": "ada@mail.example", "template_id": ids("general_letter", "letter")}
    assert _errors(caller.post("/v2/notifications/email", body)) == [
        ("BadRequestError", "letter template is not suitable for email notification")
    ]


def test_what_may_not_be_emailed_by_law_has_no_email_template(caller: Caller, ids: Any) -> None:
    body = {"email_address": "ada@mail.example", "template_id": ids("council_tax_reminder", "email")}
    assert _errors(caller.post("/v2/notifications/email", body)) == [("BadRequestError", "Template not found")]


def test_a_text_message_is_refused_as_for_a_service_that_may_not_send_any(caller: Caller) -> None:
    path, template = "/v2/notifications/sms", str(uuid.uuid4())
    good = {"phone_number": "07700900123", "template_id": template}
    assert _errors(caller.post(path, good)) == [("BadRequestError", "Service is not allowed to send text messages")]
    assert _errors(caller.post(path, {**good, "phone_number": "12"})) == [
        ("ValidationError", "phone_number Not enough digits")
    ]


def test_what_is_no_json_is_refused(caller: Caller) -> None:
    answer = caller.post("/v2/notifications/email", "{", **{"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert _errors(answer) == [("BadRequestError", "Invalid JSON supplied in POST data")]


def test_the_same_idempotency_key_makes_one_letter_and_gets_the_first_answer_again(caller: Caller, ids: Any) -> None:
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    first = caller.post("/v2/notifications/letter", body, **{"Idempotency-Key": "bin-1"})
    again = caller.post("/v2/notifications/letter", body, **{"Idempotency-Key": "bin-1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Letter.objects.count() == 1


def test_of_two_requests_with_one_idempotency_key_at_the_same_moment_one_makes_a_letter(
    caller: Caller, ids: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    first = caller.post("/v2/notifications/letter", body, **{"Idempotency-Key": "bin-1"})
    looked, really = [], sending._before

    def too_early(request: sending.Request) -> Any:
        """The first look of the second request comes before the first one's commit."""
        looked.append(1)
        return None if len(looked) == 1 else really(request)

    monkeypatch.setattr(sending, "_before", too_early)
    again = caller.post("/v2/notifications/letter", body, **{"Idempotency-Key": "bin-1"})
    assert first.json() == again.json()
    assert (len(looked), Letter.objects.count()) == (2, 1)


def test_an_idempotency_key_used_for_another_letter_is_refused(caller: Caller, ids: Any) -> None:
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    caller.post("/v2/notifications/letter", body, **{"Idempotency-Key": "bin-1"})
    other = caller.post("/v2/notifications/letter", {**body, "reference": "other"}, **{"Idempotency-Key": "bin-1"})
    assert other.status_code == 422
    assert Letter.objects.count() == 1


def test_without_an_idempotency_key_a_retry_makes_a_second_letter_as_in_notify(caller: Caller, ids: Any) -> None:
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    for _ in range(2):
        assert caller.post("/v2/notifications/letter", body).status_code == 201
    assert Letter.objects.count() == 2


def test_a_test_key_puts_nothing_on_the_line_but_its_letter_can_be_looked_at(door: ApiDoor, ids: Any) -> None:
    caller = Caller(make_system(door, KeyKind.TEST))
    body = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    sent = caller.post("/v2/notifications/letter", body).json()
    assert not Letter.objects.exists() and not Mailing.objects.exists()
    assert caller.get(f"/v2/notifications/{sent['id']}").json()["status"] == "received"
    assert caller.get(f"/v2/notifications/{sent['id']}/pdf").content.startswith(b"%PDF-")


def test_a_test_keys_letter_is_checked_like_any_other(door: ApiDoor, ids: Any) -> None:
    caller = Caller(make_system(door, KeyKind.TEST))
    bad = {**WORDS, **PLACE, "postcode": "Nowhere"}
    answer = caller.post(
        "/v2/notifications/letter", {"template_id": ids("general_letter", "letter"), "personalisation": bad}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("address", "status"),
    [("perm-fail@simulator.notify", "permanent-failure"), ("temp-fail@simulator.notify", "temporary-failure")],
)
def test_a_test_keys_email_to_a_simulator_fails_as_that_simulator_says(
    door: ApiDoor, ids: Any, address: str, status: str
) -> None:
    caller = Caller(make_system(door, KeyKind.TEST))
    body = {"email_address": address, "template_id": ids("general_letter", "email"), "personalisation": WORDS}
    sent = caller.post("/v2/notifications/email", body).json()
    assert caller.get(f"/v2/notifications/{sent['id']}").json()["status"] == status


def test_an_email_to_a_simulated_address_is_answered_and_neither_kept_nor_sent(caller: Caller, ids: Any) -> None:
    body = {
        "email_address": "simulate-delivered@notifications.service.gov.uk",
        "template_id": ids("general_letter", "email"),
        "personalisation": WORDS,
    }
    assert caller.post("/v2/notifications/email", body).status_code == 201
    assert not ApiNotification.objects.exists() and not Mailing.objects.exists()


def test_a_team_key_sends_no_letters_and_emails_only_the_councils_own_people(door: ApiDoor, ids: Any) -> None:
    caller = Caller(make_system(door, KeyKind.TEAM))
    letter = {"template_id": ids("general_letter", "letter"), "personalisation": {**WORDS, **PLACE}}
    answer = caller.post("/v2/notifications/letter", letter)
    assert answer.status_code == 403
    assert _errors(answer) == [("BadRequestError", "Cannot send letters with a team api key")]
    email = {
        "email_address": "ada@mail.example",
        "template_id": ids("general_letter", "email"),
        "personalisation": WORDS,
    }
    assert _errors(caller.post("/v2/notifications/email", email)) == [
        ("BadRequestError", "Can’t send to this recipient using a team-only API key")
    ]
    staff = f"anna@{sorted(door.staff_domains)[0]}"
    assert caller.post("/v2/notifications/email", {**email, "email_address": staff}).status_code == 201


def test_values_named_for_it_are_made_safe_and_the_answer_shows_how(caller: Caller, ids: Any) -> None:
    words = {**WORDS, "name": "Ada-Lou", "message": "See https://evil.example/x and mind the gap."}
    body = {
        "email_address": "ada@mail.example",
        "template_id": ids("general_letter", "email"),
        "personalisation": words,
        "sanitise_content_for": ["name", "message"],
    }
    answer = caller.post("/v2/notifications/email", body).json()
    assert "Ada\\-Lou" in answer["content"]["body"]
    assert "evil" not in answer["content"]["body"]
    assert answer["sanitised_content"]["name"] == {"unsanitised": "Ada-Lou", "sanitised": "Ada\\-Lou"}
    sent = Letter.objects.get().fields
    assert sent["name"] == "Ada-Lou", "our emails never read marks in a value, so nobody sees a backslash"
    assert "evil" not in sent["message"]


def test_a_pdf_that_is_none_is_refused_with_the_problems_code(caller: Caller) -> None:
    content = base64.b64encode(b"this is no PDF").decode()
    answer = caller.post("/v2/notifications/letter", {"reference": "P-1", "content": content})
    assert answer.status_code == 400
    assert _errors(answer)[0][1].startswith("unable-to-read-the-file")


def test_a_pdf_that_cannot_be_posted_is_refused_with_notifys_codes(
    caller: Caller, door: ApiDoor, tmp_path: Path
) -> None:
    words = Block(BlockKind.PARAGRAPH, (Run("A letter."),))
    letter = LetterToSet((LetterBody("A letter", (words,)),), ("Ms A Thornbury", "Nowhere"), dt.date(2026, 3, 2))
    door._outbound.typesetter.write([letter], tmp_path / "letter.pdf")
    content = base64.b64encode((tmp_path / "letter.pdf").read_bytes()).decode()
    answer = caller.post("/v2/notifications/letter", {"reference": "P-1", "content": content})
    codes = {message.split(" on page 1: ")[0] for _, message in _errors(answer)}
    assert {"not-enough-address-lines", "not-a-real-uk-postcode-or-country"} <= codes
    assert not Letter.objects.exists()


def test_a_pdf_asked_for_first_class_must_arrive_the_working_day_after_it_is_posted(
    caller: Caller, door: ApiDoor, tmp_path: Path
) -> None:
    words = Block(BlockKind.PARAGRAPH, (Run("Account number: 50800001."),))
    place = ("Ms A Thornbury", "1 Mill Lane", "Stokeley", "WX10 9WU")
    letter = LetterToSet((LetterBody("A letter", (words,)),), place, dt.date(2026, 3, 2))
    door._outbound.typesetter.write([letter], tmp_path / "letter.pdf")
    content = base64.b64encode((tmp_path / "letter.pdf").read_bytes()).decode()
    answer = caller.post("/v2/notifications/letter", {"reference": "P", "content": content, "postage": "first"})
    assert answer.json()["postage"] == "first"
    taken = Letter.objects.get()
    assert taken.must_arrive == door.latest_arrival(door.now(), "first").date()
    assert taken.address_lines == [*place]


def test_content_that_is_not_base64_is_refused(caller: Caller) -> None:
    answer = caller.post("/v2/notifications/letter", {"reference": "P-1", "content": "%%%"})
    assert _errors(answer) == [("BadRequestError", "Cannot decode letter content (invalid base64 encoding)")]


def test_an_unknown_postage_is_refused(caller: Caller) -> None:
    answer = caller.post("/v2/notifications/letter", {"reference": "P", "content": "AA==", "postage": "third"})
    assert _errors(answer) == [("ValidationError", "postage invalid. It must be either first, second or economy.")]


@pytest.mark.parametrize(
    "hostile",
    [
        {"reference": "a\x00b"},
        {"reference": "\ud800"},
        {"personalisation": {"name": "a\x00b"}},
        {"personalisation": {"\x00": "a"}},
        {"personalisation": {"name": ["a", {"b": "\udfff"}]}},
        {"personalisation": {"name": _nested(30)}},
        {"personalisation": {"name": _nested(900)}},
    ],
    ids=["NUL", "half a pair", "NUL in a value", "NUL in a name", "half a pair below", "nested", "nested deep"],
)
def test_words_that_no_database_keeps_are_refused_and_never_an_error_of_ours(
    hostile: dict[str, Any], caller: Caller, ids: Any
) -> None:
    body = {"template_id": ids("general_letter", "email"), "email_address": "a@b.example", **hostile}
    answer = caller.post("/v2/notifications/email", json.dumps(body))
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"error": "BadRequestError", "message": "Invalid JSON supplied in POST data"}],
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/notifications?reference=%ff%fe", 200),
        ("/v2/notifications?status=sending&status=lost", 400),
        ("/v2/notifications?older_than=..%2f..%2f", 400),
        ("/v2/notifications/..%2f..%2fetc", 404),
        ("/v2/templates?type='%20or%201=1", 400),
    ],
)
def test_hostile_questions_are_answered_in_the_shape_clients_know(path: str, status: int, caller: Caller) -> None:
    answer = caller.get(path)
    assert answer.status_code == status
    if status != 200:
        assert (answer.json()["status_code"], set(answer.json()["errors"][0])) == (status, {"error", "message"})


def test_a_version_beyond_any_number_is_not_found(caller: Caller, ids: Any) -> None:
    answer = caller.get(f"/v2/template/{ids('general_letter', 'letter')}/version/{10**30}")
    assert answer.json() == {"status_code": 404, "errors": [{"error": "NoResultFound", "message": "No result found"}]}
