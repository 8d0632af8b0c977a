"""Whoever looks at a customer or a letter leaves an event with their account; who is refused leaves none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mailroom.records.models import Event
from tests.web.post import make_customer, make_letter

pytestmark = pytest.mark.django_db


def looks(kind: str) -> list[tuple[str, str]]:
    """Who looked at what: (actor, key of the subject)."""
    return list(Event.objects.filter(kind=kind).values_list("actor", "subject_key"))


@pytest.mark.parametrize("role", ["customer_service", "team_leader"])
def test_a_look_at_a_customer_is_recorded_each_time(role: str, signed_in: Callable[..., Client]) -> None:
    client = signed_in(role, "council_tax")
    make_customer()
    me = str(User.objects.get().pk)
    for _ in range(2):
        client.get("/customers/100200/")
    assert looks("customer.looked_at") == [(me, "100200")] * 2


def test_a_look_at_a_letter_is_recorded_and_a_refused_one_is_not(signed_in: Callable[..., Client]) -> None:
    letter = make_letter(make_customer())
    mine, other = signed_in("team_member", "council_tax"), signed_in("team_member", "waste", name="other")
    assert other.get(f"/letters/{letter.number}/").status_code == 404
    assert looks("letter.looked_at") == []
    assert mine.get(f"/letters/{letter.number}/").status_code == 200
    me = str(User.objects.get(username="team_member").pk)
    assert looks("letter.looked_at") == [(me, str(letter.pk))]


def test_a_manager_who_may_not_see_customers_leaves_no_look(signed_in: Callable[..., Client]) -> None:
    make_customer()
    assert signed_in("manager").get("/customers/100200/").status_code == 403
    assert looks("customer.looked_at") == []
