from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from mailroom.api import machines
from mailroom.api.callbacks import NotAUrl, set_callback, tell
from mailroom.api.forgetting import forget
from mailroom.api.templates import template_id
from mailroom.gateways.callback import post_callback
from mailroom.records.models import ApiCallback, ApiFile, ApiNotification, Event, KeyKind, Letter, LetterStatus
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, System, make_door, make_system
from tests.outbound.machines import Clock

pytestmark = pytest.mark.django_db
WORDS = {"name": "Ms Thornbury", "subject": "Your new bin", "message": "It comes on Tuesday."}
PLACE = {"address_line_1": "Ms A Thornbury", "address_line_2": "1 Mill Lane", "postcode": "WX10 9WU"}


@dataclass
class Listener:
    """A system that is told. answers: the status of each answer in turn, 204 when there are none left."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()

    class Hears(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            listening.heard.append((self.headers["Authorization"], body))
            self.send_response(listening.answers.pop(0) if listening.answers else 204)
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Hears)
    listening.url = f"http://127.0.0.1:{server.server_port}/told"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield listening
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime.now(dt.UTC))


@pytest.fixture
def door(tmp_path: Path, clock: Clock) -> ApiDoor:
    made = make_door(tmp_path, clock)
    machines.use(made)
    return made


def _email(door: ApiDoor, system: System, clock: Clock) -> Any:
    body = {
        "email_address": "ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": WORDS,
        "reference": "E-1",
    }
    return Caller(system, at=clock.now).post("/v2/notifications/email", body).json()


def test_a_service_is_told_once_when_its_email_is_delivered(
    door: ApiDoor, system: System, clock: Clock, listener: Listener
) -> None:
    token = set_callback(door.seal, system.service, "status", listener.url, "test")
    assert token not in ApiCallback.objects.get().token
    sent = _email(door, system, clock)
    assert tell(door, post_callback) == 0, "it has not ended yet"
    Letter.objects.update(status=LetterStatus.DELIVERED, sent_at=clock.now, delivered_at=clock.now)
    assert [tell(door, post_callback), tell(door, post_callback)] == [1, 0]
    ((authorization, body),) = listener.heard
    assert authorization == f"Bearer {token}"
    assert body["id"] == sent["id"] and body["template_id"] == sent["template"]["id"]
    assert (body["reference"], body["to"], body["status"]) == ("E-1", "ada@mail.example", "delivered")
    assert set(body) == {
        "id", "reference", "to", "status", "created_at", "completed_at", "sent_at", "notification_type",
        "template_id", "template_version",
    }  # fmt: skip


def test_a_bounce_after_all_is_told_too(door: ApiDoor, system: System, clock: Clock, listener: Listener) -> None:
    set_callback(door.seal, system.service, "status", listener.url, "test")
    _email(door, system, clock)
    Letter.objects.update(status=LetterStatus.EMAILED, sent_at=clock.now - dt.timedelta(days=4))
    tell(door, post_callback)
    Letter.objects.update(status=LetterStatus.BOUNCED)
    tell(door, post_callback)
    assert [body["status"] for _, body in listener.heard] == ["delivered", "permanent-failure"]


def test_a_system_that_is_away_is_told_again_five_minutes_later_and_given_up_after_five_more(
    door: ApiDoor, system: System, clock: Clock, listener: Listener
) -> None:
    set_callback(door.seal, system.service, "status", listener.url, "test")
    _email(door, system, clock)
    Letter.objects.update(status=LetterStatus.DELIVERED)
    listener.answers = [500, 429, 503, 500, 500, 500]
    for _ in range(10):
        assert tell(door, post_callback) == 0
        tell(door, post_callback)
        clock.later(seconds=301)
    assert len(listener.heard) == 6, "once, and five times more"
    assert Event.objects.filter(kind="api.callback_given_up").count() == 1


def test_a_system_that_refuses_is_not_told_again(
    door: ApiDoor, system: System, clock: Clock, listener: Listener
) -> None:
    set_callback(door.seal, system.service, "status", listener.url, "test")
    _email(door, system, clock)
    Letter.objects.update(status=LetterStatus.DELIVERED)
    listener.answers = [403]
    for _ in range(3):
        tell(door, post_callback)
        clock.later(minutes=6)
    assert len(listener.heard) == 1


def test_nobody_listening_counts_as_away(door: ApiDoor, system: System, clock: Clock) -> None:
    set_callback(door.seal, system.service, "status", "http://127.0.0.1:1/", "test")
    _email(door, system, clock)
    Letter.objects.update(status=LetterStatus.DELIVERED)
    tell(door, post_callback)
    assert ApiNotification.objects.get().tell_tries == 1


def test_letters_are_told_of_only_when_they_come_back(
    door: ApiDoor, system: System, clock: Clock, listener: Listener
) -> None:
    for about in ("status", "returned"):
        set_callback(door.seal, system.service, about, listener.url, "test")
    body = {
        "template_id": str(template_id(door, "general_letter", "letter")),
        "personalisation": {**WORDS, **PLACE},
    }
    sent = Caller(system, at=clock.now).post("/v2/notifications/letter", body).json()
    Letter.objects.update(status=LetterStatus.POSTED, channel="print", sent_at=clock.now)
    assert tell(door, post_callback) == 0
    Letter.objects.update(status=LetterStatus.RETURNED, return_reason="gone_away")
    assert tell(door, post_callback) == 1
    ((_, told),) = listener.heard
    assert told["notification_id"] == sent["id"] and told["mailroom"]["reason"] == "gone_away"


@pytest.mark.parametrize("url", ["http://system.example/x", "ftp://a.example", "nothing"])
def test_only_https_is_told(door: ApiDoor, system: System, url: str) -> None:
    with pytest.raises(NotAUrl):
        set_callback(door.seal, system.service, "status", url, "test")


def test_what_test_keys_sent_and_files_out_of_time_are_forgotten_and_nothing_else(
    door: ApiDoor, system: System, clock: Clock
) -> None:
    _email(door, system, clock)
    _email(door, make_system(door, KeyKind.TEST), clock)
    for weeks in (1, 2):
        ApiFile.objects.create(service=system.service, stored_as="x", filename="a.pdf", created_at=clock.now,
                               expires_at=clock.now + dt.timedelta(weeks=weeks))  # fmt: skip
    assert forget(door) == 0
    clock.later(days=8)
    assert forget(door) == 2
    assert ApiNotification.objects.get().key_kind == KeyKind.NORMAL
    assert ApiFile.objects.count() == 1
