"""Tokens of single sign-on: keys are numbered and rotated, and whatever is not the provider's word to us is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from tests.web.oidc_provider import IT_IS_OLD, SECRET, Provider, a_provider, ago, set_up, sign_in

pytestmark = [pytest.mark.django_db, *IT_IS_OLD]
LEADER = {"sub": "1-leader", "preferred_username": "a.leader", "groups": ["Tax leaders"]}
REFUSED = "/sign-in/?refused=1"


@pytest.fixture(scope="module")
def started() -> Iterator[Provider]:
    with a_provider([LEADER]) as provider:
        yield provider


@pytest.fixture
def provider(started: Provider, settings: Settings) -> Provider:
    started.be_honest()
    set_up(started, settings)
    return started


def refused(provider: Provider) -> bool:
    """Whether a sign-in ends at the refusal, in words, with no account made and nobody signed in."""
    client, given = Client(), provider.given
    ended = sign_in(client, "1-leader", "/review/")
    assert provider.given == given + 1, "the provider gave no token that could have been refused"
    if ended != REFUSED:
        return False
    assert "could not be used" in client.get(ended).content.decode()
    assert client.get("/review/").status_code == 302 and not User.objects.exists()
    return True


def test_a_token_is_checked_by_the_key_of_its_number_among_several(provider: Provider) -> None:
    provider.rotate()
    provider.rotate()
    assert len(provider.key_set()["keys"]) == 3
    for number in provider.published:
        provider.signs_with = number
        assert sign_in(Client(), "1-leader", "/review/") == "/review/"


def test_keys_are_rotated_without_a_restart_and_a_withdrawn_key_opens_nothing(provider: Provider) -> None:
    old = provider.signs_with
    assert sign_in(Client(), "1-leader", "/review/") == "/review/"
    provider.rotate()
    assert sign_in(Client(), "1-leader", "/review/") == "/review/"
    provider.withdraw(old)
    assert sign_in(Client(), "1-leader", "/review/") == "/review/"
    User.objects.all().delete()
    provider.signs_with = old
    assert refused(provider)


def test_a_key_under_anothers_number_opens_nothing(provider: Provider) -> None:
    strange = provider.signs_with
    provider.withdraw(strange)
    provider.rotate()
    ours = provider.signs_with
    provider.signed = lambda claims: provider.sign(claims, strange, ours)
    assert refused(provider)


@pytest.mark.parametrize("number", [None, "key-of-nobody"])
def test_a_token_without_a_number_or_with_an_unknown_one_is_refused(number: str | None, provider: Provider) -> None:
    provider.signed = lambda claims: provider.sign(claims, provider.signs_with, number)
    assert refused(provider)


def moments(said: dict[str, object]) -> dict[str, object]:
    """Claims of which times are written as seconds ago, counted from this moment."""
    return {claim: ago(value) if isinstance(value, int) else value for claim, value in said.items()}


def unsigned(provider: Provider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, None, "none", {"kid": provider.signs_with})


def by_the_shared_secret(provider: Provider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, SECRET, "HS256", {"kid": provider.signs_with})


def by_the_public_key_as_if_it_were_a_secret(provider: Provider) -> Callable[[dict[str, Any]], str]:
    def part(content: object) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=")

    def made(claims: dict[str, Any]) -> str:
        body = part({"alg": "HS256", "kid": provider.signs_with}) + b"." + part(claims)
        mark = hmac.new(provider.public_pem(provider.signs_with), body, hashlib.sha256).digest()
        return (body + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()

    return made


def with_other_claims_than_were_signed(provider: Provider) -> Callable[[dict[str, Any]], str]:
    def made(claims: dict[str, Any]) -> str:
        head, _, mark = provider.sign(claims, provider.signs_with, provider.signs_with).split(".")
        other = json.dumps({**claims, "sub": "somebody-else"}).encode()
        return f"{head}.{base64.urlsafe_b64encode(other).rstrip(b'=').decode()}.{mark}"

    return made


def no_token_at_all(provider: Provider) -> Callable[[dict[str, Any]], str]:
    return lambda claims: "not.a.token"


@pytest.mark.parametrize(
    "forged",
    [
        unsigned,
        by_the_shared_secret,
        by_the_public_key_as_if_it_were_a_secret,
        with_other_claims_than_were_signed,
        no_token_at_all,
    ],
)
def test_a_forged_token_is_refused(
    forged: Callable[[Provider], Callable[[dict[str, Any]], str]], provider: Provider
) -> None:
    provider.signed = forged(provider)
    assert refused(provider)


@pytest.mark.parametrize(
    "said",
    [
        {"aud": "another-application"},
        {"aud": ["one", "two"]},
        {"aud": None},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 61 * 60, "iat": 2 * 60 * 60},
        {"exp": None},
        {"nbf": -3600},
        {"iat": -3600},
        {"iat": None},
        {"sub": None},
        {"nonce": "of another sign-in"},
        {"nonce": None},
    ],
    ids=str,
)
def test_a_token_for_others_of_others_out_of_its_time_or_of_another_sign_in_is_refused(
    said: dict[str, object], provider: Provider
) -> None:
    provider.said = moments(said)
    assert refused(provider)


@pytest.mark.parametrize("said", [{"exp": 30}, {"iat": -30, "nbf": -30}, {"aud": ["mailroom"]}], ids=str)
def test_clocks_may_differ_by_half_a_minute_and_an_audience_may_be_a_list(
    said: dict[str, object], provider: Provider
) -> None:
    provider.said = moments(said)
    assert sign_in(Client(), "1-leader", "/review/") == "/review/"
