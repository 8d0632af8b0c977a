"""No page, picture, refusal or error leaves without the policy that lets no strange script run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.web.openings import OPEN_TO, TO_ANYBODY
from tests.web.test_permissions import addresses

pytestmark = pytest.mark.django_db
RUNS_OF_ITSELF = re.compile(r"<script(?![^>]* src=)|<style| style=|<[^>]* on[a-z]+=|javascript:", re.IGNORECASE)


def policy(answer: object) -> dict[str, str]:
    """The Content-Security-Policy as name -> sources."""
    header = answer["Content-Security-Policy"]  # type: ignore[index]
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


def test_every_address_answers_with_the_policy_whoever_asks(signed_in: Callable[..., Client]) -> None:
    found = addresses()
    nobody, clients = Client(), {}
    for name, address in found.items():
        role = sorted(OPEN_TO[name])[0] if name in OPEN_TO else ""
        client = clients.setdefault(role, signed_in(role, "council_tax") if role else nobody)
        for answer in (client.get(address), client.post(address), nobody.get(address)):
            said = policy(answer)
            assert said["default-src"] in ("'self'", "'none'"), (name, said)
            assert said.get("script-src", said["default-src"]) in ("'self'", "'none'"), (name, said)
            assert "unsafe" not in str(said) and said["frame-ancestors"] == "'none'", (name, said)
            if answer.get("Content-Type", "").startswith("text/html"):
                assert not RUNS_OF_ITSELF.search(answer.content.decode()), name
    assert set(found) == set(OPEN_TO) | TO_ANYBODY


@pytest.mark.parametrize("address", ["/no/such/page/", "/static/no-such.css", "/sign-in/?next=%00"])
def test_what_is_not_found_or_refused_carries_it_too(address: str) -> None:
    assert policy(Client().get(address))["script-src"] == "'self'"


def test_a_page_that_broke_carries_it_too(signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    client = signed_in("print_unit")
    client.raise_request_exception = False
    monkeypatch.setattr("mailroom.records.print_unit_day.scanners_of", broken)
    answer = client.get("/print-unit/")
    assert answer.status_code == 500 and policy(answer)["script-src"] == "'self'"
