"""Sessions as time goes by: what a person does, and what a page left open does by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.conf import settings
from django.test import Client
from django.utils import timezone


@contextmanager
def the_clock_at(began: dt.datetime, minute: float) -> Iterator[None]:
    later = began + dt.timedelta(minutes=minute)
    with (
        mock.patch("django.utils.timezone.now", return_value=later),
        mock.patch("mailroom.web.security.time.time", return_value=later.timestamp()),
    ):
        yield


def left_open(client: Client) -> float:
    """The minute at which Today left open is first sent to the sign-in, if its person does nothing."""
    began, minutes = timezone.now(), settings.ROLES.sign_in.session_minutes
    with the_clock_at(began, 0):
        assert client.get("/print-unit/").status_code == 200
    for half_minute in range(1, 4 * minutes):
        with the_clock_at(began, half_minute / 2):
            picture = client.get("/print-unit/quarantine/B000001/preview", headers={"Accept": "image/avif,image/*"})
            answer = client.get("/print-unit/", headers={"X-Fragment": "today"})
        assert (picture.status_code == 302) == (answer.status_code == 302)
        if answer.status_code == 302:
            return half_minute / 2
    return 2 * minutes
