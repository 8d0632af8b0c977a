"""Single sign-on against a real OpenID Connect provider, started for the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from mailroom.config.roles import SingleSignOn
from mailroom.records.models import Event
from tests.web.error_summary import errors_of
from tests.web.oidc_provider import IT_IS_OLD, Provider, a_provider, at_the_provider, set_up, sign_in
from tests.web.sessions import left_open

pytestmark = [pytest.mark.django_db, *IT_IS_OLD]
PEOPLE = (
    {"sub": "1-leader", "preferred_username": "a.leader", "groups": ["Tax leaders", "All staff"]},
    {"sub": "1-unit", "preferred_username": "c.unit", "groups": ["Scanning"]},
    {"sub": "2-nobody", "preferred_username": "b.nobody", "groups": ["All staff"]},
)


def said(client: Client, address: str) -> str:
    """The words of the page somebody is led to."""
    return client.get(address).content.decode()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with a_provider(PEOPLE) as started:
        yield started


@pytest.fixture
def sso(provider: Provider, settings: Settings) -> SingleSignOn:
    return set_up(provider, settings)


def test_a_member_of_a_group_gets_its_role_and_lands_where_they_were_going(sso: SingleSignOn) -> None:
    client = Client()
    assert "Sign in with your staff account" in client.get("/sign-in/").content.decode()
    assert sign_in(client, "1-leader", "/review/") == "/review/"
    person = User.objects.get(username="a.leader").person
    assert (person.role, person.services) == ("team_leader", ["council_tax"])
    assert client.get("/review/").status_code == 200
    assert Event.objects.get(kind="account.signed_in").details == {"way": "single_sign_on"}


def test_a_second_sign_in_is_the_same_account_with_the_role_of_today(sso: SingleSignOn) -> None:
    sign_in(Client(), "1-leader")
    person = User.objects.get(username="a.leader").person
    person.role = "administrator"
    person.save()
    sign_in(Client(), "1-leader")
    assert [u.person.role for u in User.objects.all()] == ["team_leader"]


def test_a_page_left_open_ends_a_session_of_a_staff_account_all_the_same(sso: SingleSignOn) -> None:
    client, minutes = Client(), settings.ROLES.sign_in.session_minutes
    sign_in(client, "1-unit")
    assert minutes <= left_open(client) <= minutes + 1


def test_somebody_of_no_group_is_refused_in_words(sso: SingleSignOn) -> None:
    client = Client()
    refused = sign_in(client, "2-nobody")
    words = "Your staff account is in no group that works with Mailroom. Ask your administrator for one."
    assert not User.objects.exists() and errors_of(client.get(refused)) == {"do-staff": words}


def test_a_name_that_is_another_account_already_is_not_taken_over(sso: SingleSignOn) -> None:
    User.objects.create_user("a.leader", password="x")
    client = Client()
    assert "another account of your name" in said(client, sign_in(client, "1-leader"))
    assert client.get("/review/").status_code == 302


def test_an_account_closed_here_stays_closed(sso: SingleSignOn) -> None:
    sign_in(Client(), "1-leader")
    User.objects.update(is_active=False)
    client = Client()
    assert "Your account here is closed" in said(client, sign_in(client, "1-leader"))
    assert client.get("/review/").status_code == 302


@pytest.mark.parametrize("change", [{"issuer": "https://elsewhere.example"}, {"client_id": "another"}])
def test_a_token_of_another_provider_or_for_another_application_is_refused(
    change: dict[str, str], sso: SingleSignOn, settings: Settings
) -> None:
    client = Client()
    start = client.get("/sign-in/staff/")
    back = at_the_provider(start["Location"], "1-leader").removeprefix("http://testserver")
    wrong = sso.model_copy(update=change)
    settings.ROLES = settings.ROLES.model_copy(update={"single_sign_on": wrong})
    assert client.get(back).status_code in (302, 400) and not User.objects.exists()


def test_an_answer_nobody_asked_for_or_used_twice_is_refused(sso: SingleSignOn) -> None:
    client = Client()
    assert "refused" in client.get("/sign-in/back/", {"code": "x", "state": "y"})["Location"]
    back = at_the_provider(client.get("/sign-in/staff/")["Location"], "1-leader").removeprefix("http://testserver")
    client.get(back)
    assert Client().get(back)["Location"].endswith("refused=1")
    assert client.get(back)["Location"] == "/", "who goes back with the browser's button is signed in already"
    client.post("/sign-out/")
    client.get("/sign-in/staff/")
    assert "did not finish" in said(client, client.get(back)["Location"])


def test_the_second_factor_is_the_providers_affair_unless_roles_say_otherwise(
    sso: SingleSignOn, settings: Settings
) -> None:
    client = Client()
    sign_in(client, "1-leader")
    assert "not kept here" in said(client, "/account/second-factor/") and not TOTPDevice.objects.exists()
    TOTPDevice.objects.create(user=User.objects.get(), confirmed=True)
    assert client.get("/review/").status_code == 200
    own = sso.model_copy(update={"asks_second_factor": False})
    settings.ROLES = settings.ROLES.model_copy(update={"single_sign_on": own})
    assert client.get("/review/")["Location"].startswith("/sign-in/code/")


def test_somebody_who_gives_up_at_the_provider_is_told_so(sso: SingleSignOn) -> None:
    client = Client()
    client.get("/sign-in/staff/")
    there = client.get("/sign-in/back/", {"error": "access_denied", "state": "x"})["Location"]
    assert "You did not finish signing in" in said(client, there)


def test_a_provider_that_does_not_answer_is_named_as_the_reason(sso: SingleSignOn, settings: Settings) -> None:
    client = Client()
    back = at_the_provider(client.get("/sign-in/staff/")["Location"], "1-leader").removeprefix("http://testserver")
    settings.OIDC_OP_TOKEN_ENDPOINT = "http://127.0.0.1:9/token"
    assert "did not answer" in said(client, client.get(back)["Location"])


def test_after_a_sign_out_the_provider_asks_the_next_person_in_this_browser_who_they_are(
    sso: SingleSignOn, settings: Settings
) -> None:
    client = Client()
    assert "prompt" not in client.get("/sign-in/staff/")["Location"]
    sign_in(client, "1-leader")
    page = client.post("/sign-out/", follow=True).content.decode()
    assert "You are signed out." in page and "staff account too" not in page, "no address for it is known"
    assert "prompt=login" in client.get("/sign-in/staff/")["Location"]
    there = sso.model_copy(update={"sign_out": "https://sign-in.example/out"})
    settings.ROLES = settings.ROLES.model_copy(update={"single_sign_on": there})
    link = "https://sign-in.example/out?client_id=mailroom&amp;post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Fsign-in%2F"
    assert link in said(client, "/sign-in/") and link not in said(Client(), "/sign-in/")
    sign_in(client, "1-leader")
    assert "prompt" not in client.get("/sign-in/staff/")["Location"]


def test_without_single_sign_on_its_addresses_do_not_exist() -> None:
    assert Client().get("/sign-in/staff/").status_code == 404 == Client().get("/sign-in/back/").status_code
