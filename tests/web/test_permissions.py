"""Each role tries each address. What a role may open is written out in openings/, apart from config/roles.toml."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver

from mailroom.web.urls import urlpatterns
from tests.web.openings import OPEN_TO, SAMPLES, TO_ANYBODY
from tests.web.post import make_customer, make_item

pytestmark = pytest.mark.django_db

ROLES = (
    "print_unit",
    "team_member",
    "team_leader",
    "customer_service",
    "manager",
    "information_governance",
    "administrator",
)


def addresses() -> dict[str, str]:
    """Every address there is, its places filled with the sample values: one nobody decided on cannot hide."""
    number = make_item().number
    make_customer()
    make_customer("100300", "Aled", "Prosser")
    samples = {**SAMPLES, "batch": number[:7], "position": number[8:]}
    return {p.name or str(p.pattern): _filled(str(p.pattern), samples) for p in _patterns(urlpatterns)}


def _patterns(found: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        assert isinstance(pattern, URLPattern), f"{pattern}: list addresses flat, without include()"
        yield pattern


def _filled(pattern: str, samples: dict[str, str]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda place: samples[place[1]], pattern)


def test_every_address_is_named_as_open_to_somebody() -> None:
    assert set(addresses()) == set(OPEN_TO) | TO_ANYBODY


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_refused_at_every_address_that_is_not_its_own(role: str, signed_in: Callable[..., Client]) -> None:
    client = signed_in(role, "council_tax")
    for name, address in addresses().items():
        if name in OPEN_TO:
            answers = {client.get(address).status_code, client.post(address).status_code}
            assert (403 in answers) is (role not in OPEN_TO[name]), (role, name, answers)
            if role not in OPEN_TO[name]:
                assert answers == {403}


def test_somebody_not_signed_in_is_asked_to_sign_in_everywhere() -> None:
    for name, address in addresses().items():
        if name in OPEN_TO:
            answer = Client().get(address)
            assert answer.status_code == 302 and answer["Location"].startswith("/sign-in/"), name


def test_an_item_of_another_service_does_not_exist_for_a_team(signed_in: Callable[..., Client]) -> None:
    item = make_item("council_tax")
    client = signed_in("team_member", "waste")
    for rest in ("", "accept/", "not-ours/", "file.pdf", "pages/1-240.png"):
        assert client.get(f"/items/{item.number}/{rest}").status_code == 404
    assert client.post(f"/items/{item.number}/act/", {"do": "take"}).status_code == 404
    assert item.number not in client.get("/items/").content.decode()


def test_a_private_item_is_open_to_the_people_named_on_it_only(signed_in: Callable[..., Client]) -> None:
    item = make_item("council_tax", private=True, customer=make_customer())
    leader = signed_in("team_leader", "council_tax")
    assert leader.get(f"/items/{item.number}/").status_code == 404
    assert item.number not in leader.get("/customers/100200/").content.decode()
    item.named_readers.create(account=User.objects.get())
    assert leader.get(f"/items/{item.number}/").status_code == 200
