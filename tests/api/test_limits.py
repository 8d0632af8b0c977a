from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailroom.api import machines
from mailroom.api.limits import LARGEST_BURST, Buckets
from mailroom.api.templates import template_id
from mailroom.records.models import KeyKind
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, make_door, make_system
from tests.outbound.machines import Clock

START = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
WORDS = {"name": "Ada", "subject": "Bins", "message": "Tuesday."}


@given(a_minute=st.integers(1, 6000), waits=st.lists(st.floats(0, 30), max_size=60))
def test_no_more_is_let_through_than_the_burst_and_what_fills_up_in_the_time(a_minute: int, waits: list[float]) -> None:
    buckets, at, let_through = Buckets(), START, 0
    for wait in waits:
        at += dt.timedelta(seconds=wait)
        let_through += buckets.take((1, "normal"), a_minute, at)
    burst = min(math.ceil(a_minute / 3) + 1, LARGEST_BURST)
    assert let_through <= burst + (at - START).total_seconds() * a_minute / 60 + 1e-6


def _send(door: ApiDoor, caller: Caller) -> Any:
    body = {
        "email_address": "ada@mail.example",
        "template_id": str(template_id(door, "general_letter", "email")),
        "personalisation": WORDS,
    }
    return caller.post("/v2/notifications/email", body)


@pytest.mark.django_db
def test_more_requests_in_a_minute_than_allowed_are_answered_429_in_notifys_words(tmp_path: Path) -> None:
    clock = Clock(dt.datetime.now(dt.UTC))
    door = make_door(tmp_path, clock, requests_a_minute=6)
    machines.use(door)
    caller = Caller(make_system(door), at=clock.now)
    assert [_send(door, caller).status_code for _ in range(4)] == [201, 201, 201, 429]
    (error,) = _send(door, caller).json()["errors"]
    assert error == {
        "error": "RateLimitError",
        "message": "Exceeded rate limit for key type LIVE of 6 requests per 60 seconds",
    }
    clock.later(seconds=10)
    assert _send(door, caller).status_code == 201
    tester = Caller(make_system(door, KeyKind.TEST), at=clock.now)
    assert _send(door, tester).status_code == 201, "each kind of key has a bucket of its own"


@pytest.mark.django_db
def test_more_in_a_day_than_allowed_is_answered_429_until_midnight(tmp_path: Path) -> None:
    clock = Clock(dt.datetime(2026, 11, 25, 23, 0, tzinfo=dt.UTC))
    door = make_door(tmp_path, clock, emails_a_day=2)
    machines.use(door)
    system = make_system(door)
    assert [_send(door, Caller(system, at=clock.now)).status_code for _ in range(3)] == [201, 201, 429]
    (error,) = _send(door, Caller(system, at=clock.now)).json()["errors"]
    assert error == {"error": "TooManyRequestsError", "message": "Exceeded send limits (email: 2) for today"}
    clock.later(hours=2)
    assert _send(door, Caller(system, at=clock.now)).status_code == 201
