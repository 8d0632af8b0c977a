"""The address mail services tell bounces to: signed or refused, and the letter prints in the next run."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from mailroom.api import delivery_notice_machines
from mailroom.config.outgoing import DeliveryNotices
from mailroom.errors import Misconfigured, Retry
from mailroom.gateways.sns import AmazonAway, SnsMessages
from mailroom.outbound.machines import OutboundMachines
from mailroom.records.models import ContactPoint, Event, Letter, LetterStatus
from mailroom.wiring.delivery_notices import DeliveryNoticeDoor, secrets_of
from tests.amazon import NOW, TOPIC, Amazon
from tests.outbound.machines import make_machines
from tests.outbound.test_notices_heard import emailed
from tests.values.test_bounces import OURS
from tests.values.test_mail_notices import bounced, ses

pytestmark = pytest.mark.django_db
SECRET, NEXT_SECRET = "0" * 64, "1" * 64
GATEWAY, AMAZONS = "/delivery-notices", "/delivery-notices/amazon-sns"


@pytest.fixture
def outbound(tmp_path: Path) -> OutboundMachines:
    return make_machines(tmp_path)


@pytest.fixture
def amazon(outbound: OutboundMachines, tmp_path: Path) -> Amazon:
    """The address set up for both, with an Amazon that the test holds."""
    made = Amazon()
    (tmp_path / "secret").write_text(f"{SECRET}\n{NEXT_SECRET}\n")
    settings = DeliveryNotices(sns_topics=(TOPIC,), secret_file=str(tmp_path / "secret"))
    sns = SnsMessages((TOPIC,), made.fetch, lambda: NOW)
    delivery_notice_machines.use(DeliveryNoticeDoor(outbound, settings, sns))
    return made


def by_gateway(outbound: OutboundMachines, body: Any, secret: str = SECRET, late: int = 0, **changes: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = int(outbound.clock().timestamp()) - late
    sign = hmac.new(secret.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
    headers = {"Mailroom-Signature": f"t={at},v1={sign}", **changes}
    return Client(enforce_csrf_checks=True).post(GATEWAY, raw, "application/json", headers=headers)


def by_amazon(told: Any) -> Any:
    """SNS says its JSON is text."""
    return Client(enforce_csrf_checks=True).post(AMAZONS, json.dumps(told), "text/plain; charset=UTF-8")


def notices(letter: Letter, kind: str = "bounced", **more: object) -> dict[str, Any]:
    return {"notices": [{"kind": kind, "message_id": letter.message_id, **more}]}


def of(letter: Letter, told: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(told).replace(OURS, letter.message_id)))


def test_a_gateways_hard_bounce_marks_the_address_and_prints_the_letter_once(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path
) -> None:
    letter = emailed(outbound, tmp_path)
    for _ in range(3):
        answer = by_gateway(outbound, notices(letter, status="5.1.1"))
        assert (answer.status_code, answer.json()) == (200, {"taken": 1, "unknown": 0})
    letter.refresh_from_db()
    assert letter.status == LetterStatus.TO_PRINT
    point = ContactPoint.objects.get()
    assert (point.dead, point.bounces) == (True, 1)
    assert Event.objects.filter(kind="letter.bounced").count() == 1


def test_a_secret_can_be_changed_for_another_without_a_gap(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path
) -> None:
    letter = emailed(outbound, tmp_path)
    assert by_gateway(outbound, notices(letter, "delivered"), NEXT_SECRET).status_code == 200
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DELIVERED


def test_what_is_not_signed_or_signed_long_ago_is_refused_and_changes_nothing(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path
) -> None:
    letter = emailed(outbound, tmp_path)
    body = notices(letter, status="5.1.1")
    assert by_gateway(outbound, body, "2" * 64).status_code == 401
    assert by_gateway(outbound, body, late=301).status_code == 401
    assert by_gateway(outbound, body, late=-301).status_code == 401
    for header in ("", "t=1,v1=", "x", "t=1,v1=" + "0" * 64):
        assert by_gateway(outbound, body, **{"Mailroom-Signature": header}).status_code == 401
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED


def test_one_bad_notice_refuses_the_whole_request_by_its_number(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path
) -> None:
    letter = emailed(outbound, tmp_path)
    body = notices(letter, status="5.1.1")
    body["notices"].append({"kind": "vanished", "message_id": letter.message_id})
    answer = by_gateway(outbound, body)
    assert answer.status_code == 400 and "notice 2" in answer.json()["problem"]
    assert by_gateway(outbound, b"{").status_code == 400
    assert by_gateway(outbound, b"[" * 200_000).status_code == 400
    assert by_gateway(outbound, b" " * 1_000_001).status_code == 413
    assert Client().get(GATEWAY).status_code == 405
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED


def test_emails_that_are_none_of_ours_are_counted_apart(outbound: OutboundMachines, amazon: Amazon) -> None:
    body = {"notices": [{"kind": "bounced", "message_id": "<a@b.example>", "status": "5.1.1"}]}
    assert by_gateway(outbound, body).json() == {"taken": 0, "unknown": 1}


def test_amazons_bounce_has_the_same_effect_and_twice_is_once(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path
) -> None:
    letter = emailed(outbound, tmp_path)
    told = amazon.notification(of(letter, bounced("Permanent", {"action": "failed", "status": "5.1.1"})))
    assert by_amazon(told).json() == {"taken": 1, "unknown": 0}
    assert by_amazon(told).status_code == 200
    letter.refresh_from_db()
    assert (letter.status, ContactPoint.objects.get().bounces) == (LetterStatus.TO_PRINT, 1)


def test_amazons_delivery_and_complaint_are_taken(outbound: OutboundMachines, amazon: Amazon, tmp_path: Path) -> None:
    letter = emailed(outbound, tmp_path)
    by_amazon(amazon.notification(of(letter, ses("Delivery")), "1"))
    letter.refresh_from_db()
    assert letter.status == LetterStatus.DELIVERED
    by_amazon(amazon.notification(of(letter, ses("Complaint", complaintFeedbackType="abuse"))))
    assert Event.objects.filter(kind="letter.complained").count() == 1


def test_a_forged_message_of_amazon_is_refused(outbound: OutboundMachines, amazon: Amazon, tmp_path: Path) -> None:
    letter = emailed(outbound, tmp_path)
    forged = Amazon().notification(of(letter, bounced("Permanent", {"status": "5.1.1"})))
    assert by_amazon(forged).status_code == 403
    assert by_amazon([]).status_code == 400
    letter.refresh_from_db()
    assert letter.status == LetterStatus.EMAILED


def test_amazons_subscription_is_confirmed_and_one_of_another_topic_is_not(amazon: Amazon) -> None:
    told = amazon.confirmation()
    assert by_amazon(told).status_code == 200
    assert amazon.fetched[-1] == told["SubscribeURL"]
    asked = len(amazon.fetched)
    assert by_amazon(amazon.confirmation(TopicArn=TOPIC + "-other")).status_code == 403
    assert len(amazon.fetched) == asked


def test_when_amazon_is_away_it_is_asked_to_send_again(amazon: Amazon, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(url: str) -> bytes:
        raise AmazonAway("away")

    monkeypatch.setattr(amazon, "fetch", away)
    door: Any = delivery_notice_machines.notice_door()
    door._sns.fetch = away
    answer = by_amazon(amazon.notification({}))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")


def test_a_topic_that_tells_something_else_is_answered_so_that_amazon_stops(amazon: Amazon) -> None:
    for message in ("Successfully validated SNS topic for Amazon SES event publishing.", {"hello": 1}, 7):
        assert by_amazon(amazon.notification(message)).json() == {"taken": 0}


def test_an_address_that_is_not_set_up_is_not_there(outbound: OutboundMachines) -> None:
    delivery_notice_machines.use(DeliveryNoticeDoor(outbound, DeliveryNotices()))
    assert by_gateway(outbound, {}).status_code == 404
    assert by_amazon({}).status_code == 404


def test_a_secret_that_is_missing_or_short_is_named(tmp_path: Path, outbound: OutboundMachines) -> None:
    (tmp_path / "short").write_text("secret\n")
    for name in ("short", "none"):
        settings = DeliveryNotices(secret_file=str(tmp_path / name))
        with pytest.raises(Misconfigured, match="openssl rand"):
            secrets_of(settings)
        delivery_notice_machines.use(DeliveryNoticeDoor(outbound, settings))
        assert by_gateway(outbound, {}).status_code == 503


def test_a_database_that_is_away_has_the_sender_send_again(
    outbound: OutboundMachines, amazon: Amazon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> str:
        raise Retry("the database is away")

    monkeypatch.setattr(DeliveryNoticeDoor, "take", away)
    answer = by_gateway(outbound, {"notices": [{"kind": "delivered", "message_id": "<a@b.example>"}]})
    assert answer.status_code == 503


def test_logs_hold_no_address(
    outbound: OutboundMachines, amazon: Amazon, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    letter = emailed(outbound, tmp_path)
    told = of(letter, bounced("Permanent", {"emailAddress": "c1@mail.example", "status": "5.1.1 c1@mail.example"}))
    by_amazon(amazon.notification(told))
    by_amazon(Amazon().notification(told))
    assert "c1@mail" not in caplog.text + str(list(Event.objects.values_list("details", flat=True)))
