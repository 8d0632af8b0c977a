"""A second factor set up by its first code, addresses locked out, sessions that end when nobody uses them."""

from __future__ import annotations

import base64
import datetime as dt
import re
import time
from collections.abc import Callable

import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from mailroom.records.models import Event, SignInFailure
from tests.web.conftest import PASSWORD
from tests.web.post import make_item
from tests.web.sessions import left_open, the_clock_at

pytestmark = pytest.mark.django_db
ENROL = "/account/second-factor/"


def code_of(device: TOTPDevice, drift: int = 0) -> str:
    clock = TOTP(device.bin_key)
    clock.time = time.time()
    clock.drift = drift
    return f"{clock.token():06d}"


def wrong_code(device: TOTPDevice) -> str:
    """Six digits the app does not show, neither now nor a step away."""
    near = {code_of(device, drift) for drift in (-2, -1, 0, 1, 2)}
    return next(digits for digits in ("111111", "222222", "333333", "444444", "555555", "666666") if digits not in near)


def test_a_second_factor_counts_from_its_first_right_code_and_not_before(signed_in: Callable[..., Client]) -> None:
    client = signed_in("manager")
    client.get(ENROL)
    device = TOTPDevice.objects.get()
    answer = client.post(ENROL, {"code": wrong_code(device)})
    assert answer.status_code == 422 and "six digits your app shows now" in answer.content.decode()
    device.refresh_from_db()
    assert not device.confirmed and client.get("/targets/").status_code == 200
    assert not Event.objects.filter(kind="account.second_factor_set").exists()

    device.throttle_reset()
    assert "Your account has a second factor" in client.post(ENROL, {"code": code_of(device)}).content.decode()
    device.refresh_from_db()
    user = User.objects.get()
    assert device.confirmed and client.get("/targets/").status_code == 200
    assert Event.objects.get(kind="account.second_factor_set").subject_key == str(user.pk)

    elsewhere = Client()
    elsewhere.post("/sign-in/", {"name": "manager", "password": PASSWORD})
    assert elsewhere.get("/targets/")["Location"].startswith("/sign-in/code/")


def test_the_square_is_shown_only_until_the_factor_is_set(signed_in: Callable[..., Client]) -> None:
    client = signed_in("manager")
    client.get(ENROL)
    client.post(ENROL, {"code": code_of(TOTPDevice.objects.get())})
    page = client.get(ENROL).content.decode()
    assert "data:image/png" not in page and TOTPDevice.objects.count() == 1


def test_an_address_that_tries_many_names_is_locked_out_and_another_address_is_not(
    person: Callable[..., User],
) -> None:
    person("manager")
    right = {"name": "manager", "password": PASSWORD}
    for n in range(4 * site.ROLES.sign_in.failures):
        tried = Client().post("/sign-in/", {"name": f"guess{n}", "password": "no"}, REMOTE_ADDR="203.0.113.7")
        assert tried.status_code == 422, n
    refused = Client().post("/sign-in/", right, REMOTE_ADDR="203.0.113.7")
    assert refused.status_code == 429 and "Too many failed attempts" in refused.content.decode()
    assert Client().post("/sign-in/", right, REMOTE_ADDR="203.0.113.8").status_code == 302


def test_a_lock_out_ends_after_its_minutes(person: Callable[..., User]) -> None:
    person("manager")
    for _ in range(site.ROLES.sign_in.failures):
        Client().post("/sign-in/", {"name": "manager", "password": "no"})
    right = {"name": "manager", "password": PASSWORD}
    assert Client().post("/sign-in/", right).status_code == 429
    SignInFailure.objects.update(at=timezone.now() - dt.timedelta(minutes=site.ROLES.sign_in.locked_minutes + 1))
    assert Client().post("/sign-in/", right).status_code == 302


def test_a_session_nobody_uses_ends_after_its_minutes_and_one_in_use_does_not(
    signed_in: Callable[..., Client],
) -> None:
    client, minutes = signed_in("manager"), site.ROLES.sign_in.session_minutes
    began = timezone.now()
    for minute in (0, minutes - 1, 2 * minutes - 3):
        with the_clock_at(began, minute):
            assert client.get("/targets/").status_code == 200
    with the_clock_at(began, 3 * minutes - 2):
        assert client.get("/targets/").status_code == 302
    assert Session.objects.get().expire_date < began + dt.timedelta(minutes=3 * minutes)


def test_a_page_left_open_that_refreshes_itself_and_its_pictures_ends_its_session_all_the_same(
    signed_in: Callable[..., Client],
) -> None:
    minutes = site.ROLES.sign_in.session_minutes
    assert minutes <= left_open(signed_in("print_unit")) <= minutes + 1


def test_scanning_envelopes_is_a_persons_act_and_keeps_the_session(signed_in: Callable[..., Client]) -> None:
    client, minutes = signed_in("print_unit"), site.ROLES.sign_in.session_minutes
    began = timezone.now()
    for minute in range(0, 3 * minutes, minutes - 1):
        with the_clock_at(began, minute):
            answer = client.post("/print-runs/R000001/scan/", {"mark": "x"}, headers={"X-Fragment": "scan"})
            assert answer.status_code == 404, "signed out"


def test_no_session_outlives_its_hours_however_busy_its_person_is(signed_in: Callable[..., Client]) -> None:
    client, hours = signed_in("print_unit"), site.ROLES.sign_in.session_hours
    began = timezone.now()
    for minute in range(0, hours * 60, 30):
        with the_clock_at(began, minute):
            assert client.get("/print-unit/").status_code == 200
    with the_clock_at(began, hours * 60 + 1):
        assert client.get("/print-unit/").status_code == 302


def test_the_words_of_a_lock_out_name_its_minutes(person: Callable[..., User], settings: Settings) -> None:
    person("manager")
    limits = settings.ROLES.sign_in.model_copy(update={"failures": 1, "locked_minutes": 45})
    settings.ROLES = settings.ROLES.model_copy(update={"sign_in": limits})
    Client().post("/sign-in/", {"name": "manager", "password": "no"})
    refused = Client().post("/sign-in/", {"name": "manager", "password": PASSWORD}).content.decode()
    assert "Wait 45 minutes" in refused


def test_after_wrong_codes_a_right_one_typed_too_soon_is_told_to_wait(signed_in: Callable[..., Client]) -> None:
    client = signed_in("manager")
    device = TOTPDevice.objects.create(user=User.objects.get(), confirmed=True)
    device.throttling_failure_count, device.throttling_failure_timestamp = 4, timezone.now()
    device.save()
    answer = client.post("/sign-in/code/", {"code": code_of(device)}).content.decode()
    assert re.search("nothing is accepted for a while: wait [78] seconds", answer)
    assert "Lost your phone" in answer


def test_the_key_of_a_second_factor_can_be_typed_where_no_camera_is(signed_in: Callable[..., Client]) -> None:
    client = signed_in("manager")
    page = client.get(ENROL).content.decode()
    shown = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    assert shown and base64.b32decode(shown[1].replace(" ", "")) == TOTPDevice.objects.get().bin_key


def test_a_form_sent_by_somebody_signed_out_leads_back_to_its_page_and_says_that_it_was_not_kept(
    signed_in: Callable[..., Client],
) -> None:
    item = make_item()
    client, form = signed_in("team_member", "council_tax"), f"/items/{item.number}/act/"
    Session.objects.all().delete()
    page = f"http://testserver/items/{item.number}/?show=open"
    there = client.post(form, {"do": "note", "text": "x"}, headers={"Referer": page})["Location"]
    assert "was not kept" in client.get(there).content.decode()
    user = {"name": "team_member", "password": PASSWORD, "next": f"/items/{item.number}/?show=open"}
    assert f'value="{user["next"]}"' in client.get(there).content.decode()
    assert client.post("/sign-in/", user, follow=True).status_code == 200
    elsewhere = Client().post(form, headers={"Referer": "https://evil.example/x"})["Location"]
    assert elsewhere == "/sign-in/?next=%2F&unsaved=1"
