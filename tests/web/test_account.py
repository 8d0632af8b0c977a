from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_right_password_leads_to_where_one_was_going(person: Callable[..., User]) -> None:
    person("print_unit")
    form = {"name": "print_unit", "password": PASSWORD, "next": "/upload/"}
    assert Client().post("/sign-in/", form)["Location"] == "/upload/"
    assert Client().post("/sign-in/", {**form, "next": "https://evil.example/"})["Location"] == "/"


def test_five_failures_lock_the_name_out_even_for_the_right_password(person: Callable[..., User]) -> None:
    person("print_unit")
    for _ in range(5):
        assert Client().post("/sign-in/", {"name": "print_unit", "password": "no"}).status_code == 422
    assert Client().post("/sign-in/", {"name": "print_unit", "password": PASSWORD}).status_code == 429


def test_with_a_second_factor_the_password_alone_opens_nothing(signed_in: Callable[..., Client]) -> None:
    client = signed_in("print_unit")
    device = TOTPDevice.objects.create(user=User.objects.get(), confirmed=True)
    assert client.get("/print-unit/")["Location"].startswith("/sign-in/code/")
    assert client.post("/sign-in/code/", {"code": "000000"}).status_code == 422
    device.refresh_from_db()
    device.throttle_reset()
    clock = TOTP(device.bin_key)
    clock.time = time.time()
    client.post("/sign-in/code/", {"code": f"{clock.token():06d}"})
    assert client.get("/print-unit/").status_code == 200


def test_a_session_ends_after_its_longest_time(signed_in: Callable[..., Client]) -> None:
    client = signed_in("print_unit")
    session = client.session
    session["began"] = int(time.time()) - 11 * 3600
    session.save()
    there = client.get("/print-unit/")["Location"]
    assert there == "/sign-in/?next=%2Fprint-unit%2F&ended=1"
    assert "for as long as one may be at a time" in client.get(there).content.decode()
    assert client.get("/print-unit/")["Location"] == "/sign-in/?next=%2Fprint-unit%2F"


def test_every_page_carries_the_safe_headers_and_no_inline_script(signed_in: Callable[..., Client]) -> None:
    answer = signed_in("print_unit").get("/print-unit/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert page.count("<script") == page.count('<script type="module" src=') and " style=" not in page


def test_the_account_has_a_page_to_set_up_a_second_factor(signed_in: Callable[..., Client]) -> None:
    assert "data:image/png" in signed_in("manager").get("/account/second-factor/").content.decode()


def test_health_needs_no_account_and_tells_nothing_of_anybody() -> None:
    assert Client().get("/healthz").content == b"ok\n"
    assert Client().get("/readyz").json() == {"ready": True}
    assert b"mailroom_records_up 1.0" in Client().get("/metrics").content


def test_behind_https_djangos_own_deployment_check_finds_nothing(tmp_path: Path) -> None:
    settings = {"MAILROOM_DATA": str(tmp_path), "MAILROOM_PUBLIC_URL": "https://mailroom.wexmere.example"}
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    environment = {**os.environ, **settings, "DJANGO_SETTINGS_MODULE": "mailroom.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_session_in_use_is_kept_alive_once_a_minute_and_not_written_with_every_picture(
    signed_in: Callable[..., Client],
) -> None:
    client = signed_in("print_unit")
    client.get("/print-unit/")
    saved = Session.objects.get().expire_date
    client.get("/print-unit/")
    assert Session.objects.get().expire_date == saved
    session = client.session
    session["in_use"] = int(time.time()) - 61
    session.save()
    Session.objects.update(expire_date=saved - dt.timedelta(minutes=50))
    client.get("/print-unit/")
    assert Session.objects.get().expire_date >= saved


@pytest.mark.parametrize("address", ["/sign-in/?next=%00", "/search/?q=a%00b", "/reply/%00"])
def test_a_character_no_keyboard_types_is_refused(address: str) -> None:
    assert Client().get(address).status_code == 400
    typed = "application/x-www-form-urlencoded"
    assert Client().post("/sign-in/", "name=a%00b&password=x", content_type=typed).status_code == 400
