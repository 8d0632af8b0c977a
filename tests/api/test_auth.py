from __future__ import annotations

import jwt
import pytest
from django.test import Client
from django.utils import timezone

from mailroom.api.keys import make_key, revoke
from mailroom.records.models import ApiKey, ApiService, KeyKind
from mailroom.wiring.api import ApiDoor
from tests.api.door import Caller, System

pytestmark = pytest.mark.django_db
PATH = "/v2/notifications"


def _refused(headers: dict[str, str]) -> tuple[int, str]:
    answer = Client().get(PATH, headers=headers)
    (error,) = answer.json()["errors"]
    assert error["error"] == "AuthError"
    return answer.status_code, error["message"]


def test_without_a_token_or_with_another_scheme_the_answer_is_401(system: System) -> None:
    assert _refused({}) == (401, "Unauthorized: authentication token must be provided")
    assert _refused({"Authorization": "Basic abc"}) == (
        401,
        "Unauthorized: authentication bearer scheme must be used",
    )


def test_the_scheme_is_known_in_any_case(caller: Caller) -> None:
    token = caller.headers()["Authorization"].split()[1]
    assert Client().get(PATH, headers={"Authorization": f"bearer {token}"}).status_code == 200


@pytest.mark.parametrize("token", ["", "abc", "a.b.c"])
def test_what_is_no_token_is_refused(system: System, token: str) -> None:
    status, message = _refused({"Authorization": f"Bearer {token}"})
    assert status == 403 and message.startswith("Invalid token: make sure your API token matches")


def test_a_token_without_its_issuer_is_refused(system: System) -> None:
    token = jwt.encode({"iat": 1}, system.secret, "HS256")
    assert _refused({"Authorization": f"Bearer {token}"}) == (403, "Invalid token: iss field not provided")


def test_a_token_without_its_time_matches_no_key(system: System) -> None:
    token = jwt.encode({"iss": str(system.service.key)}, system.secret, "HS256")
    assert _refused({"Authorization": f"Bearer {token}"}) == (403, "Invalid token: API key not found")
    endless = jwt.encode({"iss": str(system.service.key), "iat": float("inf")}, system.secret, "HS256")
    assert _refused({"Authorization": f"Bearer {endless}"}) == (403, "Invalid token: API key not found")


def test_a_token_signed_another_way_or_not_at_all_is_refused(system: System) -> None:
    claims = {"iss": str(system.service.key), "iat": int(timezone.now().timestamp())}
    longer = jwt.encode(claims, system.secret * 2, "HS512")
    assert _refused({"Authorization": f"Bearer {longer}"})[0] == 403
    unsigned = jwt.encode(claims, None, "none")
    assert _refused({"Authorization": f"Bearer {unsigned}"}) == (403, "Invalid token: algorithm used is not HS256")


def test_any_of_a_services_keys_will_do_and_a_revoked_one_will_not(door: ApiDoor, system: System) -> None:
    second = System(system.service, make_key(system.service, "second", KeyKind.NORMAL, door.seal, "test"))
    assert Caller(second).get(PATH).status_code == 200
    revoke(ApiKey.objects.get(name="second").pk, "test")
    assert _refused(Caller(second).headers()) == (403, "Invalid token: API key revoked")
    assert Caller(system).get(PATH).status_code == 200


def test_an_archived_service_and_one_without_keys_are_refused(caller: Caller, system: System) -> None:
    ApiService.objects.update(archived_at=timezone.now())
    assert _refused(caller.headers()) == (403, "Invalid token: service is archived")
    ApiKey.objects.all().delete()
    assert _refused(caller.headers()) == (403, "Invalid token: service has no API keys")


def test_the_database_alone_gives_no_key_away(system: System) -> None:
    assert system.secret not in ApiKey.objects.get().secret


def test_another_method_and_an_unknown_address_are_answered_in_the_same_shape(caller: Caller) -> None:
    assert Client().get("/v2/notifications/email").json()["status_code"] == 405
    unknown = caller.get("/v2/elephants")
    assert (unknown.status_code, unknown.json()["errors"][0]["error"]) == (404, "NoResultFound")
