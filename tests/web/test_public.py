from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mailroom.records.models import PublicAttempt
from mailroom.records.public_attempts import MOST_ATTEMPTS
from tests.web.preferences import CODE, POSTCODE, TOKEN, RememberingPreferences

pytestmark = pytest.mark.django_db


def test_a_code_as_printed_leads_to_its_page_which_names_no_person() -> None:
    client = Client()
    there = client.post("/reply/", {"code": "AB3-4K7-9X2Q"})["Location"]
    page = client.get(there).content.decode()
    assert there == f"/reply/{CODE}" and "Council Tax bill" in page and "Thistlewood" not in page


def test_a_wrong_code_an_odd_one_and_none_are_answered_alike() -> None:
    client = Client()
    pages = [client.post("/reply/", {"code": code}) for code in ("ZZZZZZZZZZ", "<script>", "")]
    assert {p.status_code for p in pages} == {422}
    assert all("not known, was used, or has expired" in p.content.decode() for p in pages)
    assert client.get("/reply/ZZZZZZZZZZ").status_code == 404


def test_an_email_address_is_asked_for_and_only_the_press_in_the_email_counts(
    preferences: RememberingPreferences,
) -> None:
    client = Client()
    assert client.post(f"/reply/{CODE}", {"email": "no address"}).status_code == 422
    assert "Check your email" in client.post(f"/reply/{CODE}", {"email": "m@example.com"}).content.decode()
    assert preferences.asked == [(CODE, "m@example.com")]
    assert client.get(f"/letters/confirm/{TOKEN}").status_code == 200 and preferences.chosen == []
    page = client.post(f"/letters/confirm/{TOKEN}").content.decode()
    assert preferences.chosen == ["email"] and f"/letters/choices/{TOKEN}" in page


def test_the_choice_is_taken_back_by_hand_or_by_the_mail_program(preferences: RememberingPreferences) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/letters/choices/{TOKEN}").status_code == 200 and preferences.chosen == []
    client.post(f"/letters/choices/{TOKEN}", {"List-Unsubscribe": "One-Click"})
    assert preferences.chosen == ["post"]
    assert client.post("/letters/choices/made-up").status_code == 410
    assert client.post(f"/letters/confirm/{TOKEN}").status_code == 403


def test_an_emailed_letter_opens_only_for_who_knows_the_postcode() -> None:
    client = Client()
    assert client.get("/letters/made-up").status_code == 410
    assert client.get(f"/letters/{TOKEN}").status_code == 200
    wrong = client.post(f"/letters/{TOKEN}", {"answer": "WX1 1AA"})
    assert wrong.status_code == 422 and b"%PDF" not in wrong.content
    right = client.post(f"/letters/{TOKEN}", {"answer": POSTCODE})
    assert right.content.startswith(b"%PDF") and right["Content-Disposition"].startswith("attachment")
    assert "sandbox" in right["Content-Security-Policy"]


def test_an_address_that_tries_too_often_waits_and_another_does_not() -> None:
    one, other = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.8")
    for _ in range(MOST_ATTEMPTS):
        assert one.post("/reply/", {"code": "ZZZZZZZZZZ"}).status_code == 422
    assert one.post("/reply/", {"code": CODE}).status_code == 429 == one.get(f"/reply/{CODE}").status_code
    assert one.get("/reply/").status_code == 200
    assert other.post("/reply/", {"code": CODE}).status_code == 302
    PublicAttempt.objects.update(at=timezone.now() - dt.timedelta(minutes=16))
    assert one.post("/reply/", {"code": CODE}).status_code == 302


def test_behind_the_proxy_the_address_it_added_counts_not_one_that_was_made_up(settings: Settings) -> None:
    settings.IS_HTTPS = True
    Client().post("/reply/", {"code": "x"}, headers={"X-Forwarded-For": "203.0.113.9, 198.51.100.4"})
    assert PublicAttempt.objects.get().address == "198.51.100.4"


def test_public_pages_are_not_kept_indexed_or_passed_on() -> None:
    answer = Client().get(f"/letters/{TOKEN}")
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "same-origin")
    assert "noindex" in answer["X-Robots-Tag"]


def test_a_residents_page_shows_nothing_of_the_staffs_desks_even_to_staff(signed_in: Callable[..., Client]) -> None:
    page = signed_in("print_unit").get("/reply/").content.decode()
    assert "Sign out" not in page and "/print-unit/" not in page and "Menu" not in page
