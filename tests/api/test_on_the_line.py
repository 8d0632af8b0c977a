"""What was asked for through the interface, followed to its end on the outgoing line."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from mailroom.api.keys import add_reply_to
from mailroom.api.templates import template_id
from mailroom.records.models import Event, Letter, LetterStatus
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, System
from tests.outbound.lines import run_line
from tests.outbound.people import emailable

pytestmark = pytest.mark.django_db
WORDS = {"name": "Ms Thornbury", "subject": "Your new bin", "message": "It comes on Tuesday."}
PLACE = {
    "address_line_1": "Ms Ada Thornbury", "address_line_2": "1 Mill Lane", "address_line_3": "Stokeley",
    "postcode": "WX10 9WU",
}  # fmt: skip


def test_a_letter_leaves_as_an_email_where_its_reader_chose_email_and_says_so(caller: Caller, door: ApiDoor) -> None:
    emailable("C1")
    body = {
        "template_id": str(template_id(door, "general_letter", "letter")),
        "personalisation": {**WORDS, **PLACE, "customer id": "C1"},
    }
    sent = caller.post("/v2/notifications/letter", body).json()
    run_line(door._outbound, Letter.objects.get().mailing)
    (email,) = door._outbound.mail.sent  # type: ignore[attr-defined]
    assert email.recipient == "c1@mail.example"
    found = caller.get(f"/v2/notifications/{sent['id']}").json()
    assert (found["type"], found["status"], found["mailroom"]["channel"]) == ("email", "sending", "email")
    assert found["postage"] is None and found["cost_in_pounds"] == 0.0
    assert "email" in found["mailroom"]["reason"]


def test_a_letter_to_somebody_without_consent_is_printed(caller: Caller, door: ApiDoor) -> None:
    body = {
        "template_id": str(template_id(door, "general_letter", "letter")),
        "personalisation": {**WORDS, **PLACE},
    }
    sent = caller.post("/v2/notifications/letter", body).json()
    run_line(door._outbound, Letter.objects.get().mailing)
    assert Letter.objects.get().status == LetterStatus.TO_PRINT
    found = caller.get(f"/v2/notifications/{sent['id']}").json()
    assert (found["type"], found["status"], found["postage"]) == ("letter", "accepted", "second")
    assert found["line_1"] == "Ms Ada Thornbury" and found["postcode"] == "WX10 9WU"
    assert found["is_cost_data_ready"] is False and found["cost_in_pounds"] is None


def test_a_class_of_post_that_notify_does_not_have_is_told_as_one_it_has(caller: Caller, door: ApiDoor) -> None:
    body = {
        "template_id": str(template_id(door, "general_letter", "letter")),
        "personalisation": {**WORDS, **PLACE},
    }
    sent = caller.post("/v2/notifications/letter", body).json()
    for posted_by, told in (("certified", "second"), ("international", "second"), ("economy", "economy")):
        Letter.objects.update(postage=posted_by, cost_pence=73)
        found = caller.get(f"/v2/notifications/{sent['id']}").json()
        assert (found["postage"], found["cost_details"]["postage"]) == (told, told)


def test_an_email_goes_with_its_reply_address_and_one_click_unsubscribe(
    caller: Caller, door: ApiDoor, system: System
) -> None:
    body = {
        "email_address": "ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": WORDS,
        "email_reply_to_id": str(add_reply_to(system.service, "bins@wexmere.example", "test")),
        "one_click_unsubscribe_url": "https://wexmere.example/stop/1",
    }
    assert caller.post("/v2/notifications/email", body).status_code == 201
    run_line(door._outbound, Letter.objects.get().mailing)
    (email,) = door._outbound.mail.sent  # type: ignore[attr-defined]
    assert ("Reply-To", "bins@wexmere.example") in email.headers
    assert ("List-Unsubscribe", "<https://wexmere.example/stop/1>") in email.headers
    assert "It comes on Tuesday." in email.plain


def test_an_email_asked_for_later_waits_for_its_time(caller: Caller, door: ApiDoor) -> None:
    at = door.now() + dt.timedelta(hours=3)
    body = {
        "email_address": "ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": WORDS,
        "scheduled_for": at.isoformat(),
    }
    answer = caller.post("/v2/notifications/email", body)
    assert answer.status_code == 201 and answer.json()["scheduled_for"].startswith(f"{at:%Y-%m-%dT%H:%M}")
    mailing = Letter.objects.get().mailing
    run_line(door._outbound, mailing)
    assert door._outbound.mail.sent == []  # type: ignore[attr-defined]
    door._outbound.clock.later(hours=3, seconds=1)  # type: ignore[attr-defined]
    run_line(door._outbound, mailing)
    assert len(door._outbound.mail.sent) == 1  # type: ignore[attr-defined]


def test_another_services_reply_address_is_refused(caller: Caller, door: ApiDoor) -> None:
    from tests.api.door import make_system

    other = add_reply_to(make_system(door, name="parking").service, "parking@wexmere.example", "test")
    body = {
        "email_address": "ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": WORDS,
        "email_reply_to_id": str(other),
    }
    (error,) = caller.post("/v2/notifications/email", body).json()["errors"]
    assert error["message"].startswith(f"email_reply_to_id {other} does not exist in database for service id")


def test_events_and_logs_hold_ids_only(caller: Caller, door: ApiDoor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    template = str(template_id(door, "general_letter", "letter"))
    for place in (PLACE, {**PLACE, "postcode": "Nowhere"}):
        caller.post(
            "/v2/notifications/letter",
            {"template_id": template, "personalisation": {**WORDS, **place}, "reference": "Thornbury-7"},
        )
    caller.get("/v2/notifications?reference=Thornbury-7")
    told = caplog.text + str(list(Event.objects.values_list("kind", "subject_key", "actor", "details")))
    for private in ("Thornbury", "Mill Lane", "WX10", "Tuesday"):
        assert private not in told
    assert Event.objects.filter(kind="api.accepted").count() == 1
