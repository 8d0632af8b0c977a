"""Accounts in the browser, and passwords: who may sign in, and what a password must be."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from mailroom.records.accounts import account_of_subject
from mailroom.records.models import Event, SignInFailure
from mailroom.web.account.single_sign_on import StaffAccounts
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"name": "j.okafor", "role": "team_member", "service": ["waste", "parking"]}
GOOD = "three grey herons 41"


@pytest.fixture
def admin(signed_in: Callable[..., Client]) -> Client:
    return signed_in("administrator")


def link_on(page: str) -> str:
    found = re.search(r"http://[^<]+(/sign-in/choose/[^<]+/)", page)
    assert found, page
    return found[1]


def of(name: str) -> str:
    return f"/accounts/{User.objects.get(username=name).pk}/"


def kinds(name: str) -> list[str]:
    user = User.objects.get(username=name)
    return list(
        Event.objects.filter(subject="user", subject_key=str(user.pk)).order_by("pk").values_list("kind", flat=True)
    )


def test_a_new_account_opens_only_when_its_owner_has_chosen_a_password_by_a_link_that_works_once(admin: Client) -> None:
    page = admin.post("/accounts/new/", NEW).content.decode()
    user = User.objects.get(username="j.okafor")
    assert (user.person.role, user.person.services) == ("team_member", ["parking", "waste"])
    assert not user.has_usable_password()
    link, owner = link_on(page), Client()
    assert owner.post(link, {"password": GOOD, "again": GOOD})["Location"] == "/sign-in/"
    assert owner.post(link, {"password": "another one 4711", "again": "another one 4711"}).status_code == 404
    answer = owner.post("/sign-in/", {"name": "j.okafor", "password": GOOD, "next": "/items/"})
    assert answer["Location"] == "/items/" and owner.get("/items/").status_code == 200
    assert kinds("j.okafor") == ["account.made", "account.link_made", "account.password_set", "account.signed_in"]


def test_the_link_is_kept_nowhere_and_shown_once(admin: Client) -> None:
    token = link_on(admin.post("/accounts/new/", NEW).content.decode()).split("/")[-2]
    assert token not in admin.get(of("j.okafor")).content.decode()
    assert token not in str(list(Event.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short 1 pass", ""),
        ("short pass", "at least 12 characters"),
        ("j.okafor-xyz", "too similar to the username"),
        ("password1234", "too common"),
        ("948271650382", "entirely numeric"),
    ],
)
def test_a_password_keeps_to_the_rules_or_says_which_one_it_breaks(password: str, says: str, admin: Client) -> None:
    link = link_on(admin.post("/accounts/new/", NEW).content.decode())
    answer = Client().post(link, {"password": password, "again": password})
    assert (answer.status_code == 302) is not bool(says)
    if says:
        assert answer.status_code == 422 and says in answer.content.decode()
        assert not User.objects.get(username="j.okafor").has_usable_password()


def test_a_password_typed_differently_the_second_time_is_refused(admin: Client) -> None:
    link = link_on(admin.post("/accounts/new/", NEW).content.decode())
    assert "same password twice" in Client().post(link, {"password": GOOD, "again": GOOD + "."}).content.decode()


@pytest.mark.parametrize("key", ["x", "MQ", "OTk5OTk", "LTE", "-" * 30])
def test_a_made_up_link_opens_nothing(key: str, admin: Client) -> None:
    assert Client().get(f"/sign-in/choose/{key}/abc-123/").status_code == 404


def test_ones_own_password_is_changed_with_the_present_one_only(signed_in: Callable[..., Client]) -> None:
    mine, elsewhere = signed_in("manager"), Client()
    elsewhere.force_login(User.objects.get(username="manager"))
    said = {"present": "wrong", "password": GOOD, "again": GOOD}
    assert mine.post("/account/password/", said).status_code == 422
    assert SignInFailure.objects.count() == 1
    assert mine.post("/account/password/", {**said, "present": PASSWORD}).status_code == 302
    assert mine.get("/targets/").status_code == 200
    assert elsewhere.get("/targets/")["Location"].startswith("/sign-in/")


def test_guessing_the_present_password_is_locked_out_too(signed_in: Callable[..., Client]) -> None:
    mine = signed_in("manager")
    for _ in range(5):
        mine.post("/account/password/", {"present": "x", "password": GOOD, "again": GOOD})
    said = {"present": PASSWORD, "password": GOOD, "again": GOOD}
    assert "Too many failed attempts" in mine.post("/account/password/", said).content.decode()
    assert User.objects.get(username="manager").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "administrator"}, "There is an account administrator already"),
        ({"name": "ADMINISTRATOR"}, "already"),
        ({"name": "two words"}, "without spaces"),
        ({"role": "king"}, "Choose a role"),
        ({"role": ""}, "Choose a role"),
    ],
)
def test_an_account_that_cannot_be_made_says_why(changed: dict[str, str], says: str, admin: Client) -> None:
    answer = admin.post("/accounts/new/", {**NEW, **changed})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert User.objects.count() == 1


def test_a_role_changed_counts_for_the_session_that_is_open(admin: Client, signed_in: Callable[..., Client]) -> None:
    clerk = signed_in("team_leader", "waste")
    assert clerk.get("/review/").status_code == 200
    admin.post(of("team_leader"), {"do": "role", "role": "print_unit"})
    assert clerk.get("/review/").status_code == 403 and clerk.get("/print-unit/").status_code == 200
    change = Event.objects.get(kind="account.role_changed")
    assert change.details["before"] == {"role": "team_leader", "services": ["waste"]}
    assert change.actor == str(User.objects.get(username="administrator").pk)


def test_a_service_nobody_has_is_not_given(admin: Client, signed_in: Callable[..., Client]) -> None:
    signed_in("team_member")
    admin.post(of("team_member"), {"do": "role", "role": "team_member", "service": ["waste", "made_up"]})
    assert User.objects.get(username="team_member").person.services == ["waste"]


def test_a_closed_account_is_signed_out_at_once_and_can_be_opened_again(
    admin: Client, signed_in: Callable[..., Client]
) -> None:
    clerk = signed_in("print_unit")
    admin.post(of("print_unit"), {"do": "close"})
    assert clerk.get("/print-unit/")["Location"].startswith("/sign-in/")
    assert Client().post("/sign-in/", {"name": "print_unit", "password": PASSWORD}).status_code == 422
    assert "closed" in admin.post(of("print_unit"), {"do": "link"}).content.decode()
    admin.post(of("print_unit"), {"do": "open"})
    assert Client().post("/sign-in/", {"name": "print_unit", "password": PASSWORD}).status_code == 302
    assert kinds("print_unit")[:3] == ["account.made", "account.closed", "account.opened_again"]


def test_a_closed_account_of_the_sign_in_provider_is_signed_out_at_once_too() -> None:
    user = account_of_subject("issuer#1", "a@wexmere.example", "manager", [])
    backend = StaffAccounts.__new__(StaffAccounts)
    backend.UserModel = User
    assert user and backend.get_user(user.pk) == user
    User.objects.update(is_active=False)
    assert backend.get_user(user.pk) is None


def test_what_the_sign_in_provider_says_of_an_account_is_not_changed_here(admin: Client) -> None:
    account_of_subject("issuer#1", "sso", "manager", [])
    answer = admin.post(of("sso"), {"do": "role", "role": "administrator"})
    assert answer.status_code == 422 and "Change its group there" in answer.content.decode()
    assert "no password here" in admin.post(of("sso"), {"do": "link"}).content.decode()
    assert User.objects.get(username="sso").person.role == "manager"


def test_a_lost_phone_is_helped_by_resetting_the_second_factor(admin: Client, signed_in: Callable[..., Client]) -> None:
    clerk = signed_in("print_unit")
    TOTPDevice.objects.create(user=User.objects.get(username="print_unit"), confirmed=True)
    assert clerk.get("/print-unit/")["Location"].startswith("/sign-in/code/")
    admin.post(of("print_unit"), {"do": "reset"})
    assert clerk.get("/print-unit/").status_code == 200
    assert "account.second_factor_reset" in kinds("print_unit")


def test_somebody_locked_out_is_let_try_again(admin: Client, signed_in: Callable[..., Client]) -> None:
    signed_in("print_unit")
    for _ in range(5):
        Client().post("/sign-in/", {"name": "print_unit", "password": "no"})
    assert "Locked" in admin.get(of("print_unit")).content.decode()
    admin.post(of("print_unit"), {"do": "unlock"})
    assert Client().post("/sign-in/", {"name": "print_unit", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("do", ["role", "close", "reset"])
def test_nobody_changes_their_own_account(do: str, admin: Client) -> None:
    TOTPDevice.objects.create(user=User.objects.get(), confirmed=False)
    answer = admin.post(of("administrator"), {"do": do, "role": "team_leader", "service": "waste"})
    assert answer.status_code == 422 and "your own account" in answer.content.decode()
    me = User.objects.get()
    assert me.is_active and me.person.role == "administrator" and TOTPDevice.objects.count() == 1


def test_accounts_are_found_by_their_names(admin: Client, signed_in: Callable[..., Client]) -> None:
    signed_in("team_leader", "waste")
    page = admin.get("/accounts/?q=LEAD").content.decode()
    assert of("team_leader") in page and of("administrator") not in page
