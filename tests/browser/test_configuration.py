"""The administrators' desk in a real browser: every page looked at by axe, and a team's inbox changed by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django import Settings

from mailroom.config.site import load_site
from tests.browser.looking import look
from tests.web.test_configuration import copy_site, settings_on

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    folder = copy_site(tmp_path / "site")
    settings_on(folder, settings)
    yield folder


def test_a_teams_inbox_is_changed_by_keyboard_and_the_fault_of_a_wrong_one_is_named(
    site: Path, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("administrator")
    page.goto("/configuration/teams/waste/")
    page.get_by_label("Inbox").fill("bins@elsewhere.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert look(page, "configuration-problem") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Inbox").fill("bins@wexmere.example")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It counts from now on")).to_be_visible()
    assert load_site(site).routing.teams["waste"].inbox == "bins@wexmere.example"
    assert look(page, "configuration-history", "/configuration/history/") == []


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("configuration", "/configuration/"),
        ("configuration-services", "/configuration/services/"),
        ("configuration-postage", "/configuration/postage/"),
        ("configuration-letter", "/configuration/letters/council_tax_reminder/"),
        ("account-new", "/accounts/new/"),
    ],
)
def test_the_pages_of_the_configuration_have_no_fault(
    name: str, address: str, site: Path, sign_in: Callable[..., Page]
) -> None:
    assert look(sign_in("administrator"), name, address) == []


def test_an_account_is_made_and_its_owner_chooses_a_password_by_the_link(
    site: Path, sign_in: Callable[..., Page], person: Callable[..., User]
) -> None:
    person("team_leader", "waste", "parking")
    page = sign_in("administrator")
    page.goto("/accounts/new/")
    page.get_by_label("User name").fill("j.okafor")
    page.get_by_label("Team member").check()
    page.get_by_label("Parking").check()
    page.get_by_role("button", name="Make it").click()
    link = page.locator(".hand-over code").inner_text()
    assert look(page, "account-link") == []
    assert look(page, "accounts", "/accounts/") == []
    page.get_by_role("button", name="Sign out").click()
    page.goto(link[link.index("/sign-in/") :])
    page.get_by_label("New password").fill("three grey herons 41")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Type the same password twice").first).to_be_visible()
    assert look(page, "password") == []
    page.get_by_label("New password").fill("three grey herons 41")
    page.get_by_label("The same once more").fill("three grey herons 41")
    page.keyboard.press("Enter")
    page.get_by_label("User name").fill("j.okafor")
    page.get_by_label("Password").fill("three grey herons 41")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My team’s post")).to_be_visible()
