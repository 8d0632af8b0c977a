"""`mailroom accounts`, as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.commands.site import OwnSite

ROLES = {
    "print_unit", "team_member", "team_leader", "customer_service", "manager", "information_governance",
    "administrator",
}  # fmt: skip
_SIGN_IN = """
import django, json, sys
django.setup()
from django.test import Client
from mailroom.web import machines
answers = {}
for line in sys.stdin:
    name, password = line.split()
    client = Client(HTTP_HOST="localhost")
    answers[name] = client.post("/sign-in/", {"name": name, "password": password}).status_code
    from django.contrib.auth.models import User
    person = User.objects.get(username=name).person
    answers[name] = [answers[name], person.role, len(person.services)]
print(json.dumps(answers))
"""


def test_a_demo_gets_one_account_of_each_role_and_the_printed_password_opens_it(site: OwnSite) -> None:
    done = site.run("accounts", "demo")
    assert done.returncode == 0, done.stderr
    printed = dict(line.split() for line in done.stdout.splitlines())
    assert set(printed) == ROLES and len(set(printed.values())) == 1
    assert len(printed["manager"]) >= 12
    command = [sys.executable, "-c", _SIGN_IN]
    entered = subprocess.run(
        command, input=done.stdout, env=site.environment, capture_output=True, text=True, timeout=120
    )
    assert entered.returncode == 0, entered.stderr
    answers = json.loads(entered.stdout)
    assert {name: (status, role) for name, (status, role, _) in answers.items()} == {r: (302, r) for r in ROLES}
    assert all(services > 10 for _, _, services in answers.values())


def test_a_demo_made_again_has_a_password_of_its_own(site: OwnSite) -> None:
    first, second = (site.run("accounts", "demo").stdout for _ in range(2))
    assert first and second and first.split()[1] != second.split()[1]


def test_an_account_is_made_with_the_password_typed_and_bad_ones_are_refused(site: OwnSite) -> None:
    for role, typed, says in (
        ("king", "three grey herons 41\n", "no such role"),
        ("manager", "short\n", "too short"),
    ):
        refused = site.run("accounts", "add", "a.clerk", "--role", role, typed=typed)
        assert refused.returncode == 2 and says in refused.stderr
    made = site.run("accounts", "add", "a.clerk", "--role", "manager", typed="three grey herons 41\n")
    assert made.returncode == 0 and "a.clerk can sign in." in made.stdout
