"""What only a real browser shows: a customer found while reviewing, and a resident's whole way on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.records.models import Item
from tests.browser.looking import faults
from tests.browser.post_on_desks import post
from tests.web.preferences import POSTCODE, TOKEN, RememberingPreferences

__all__ = ["post"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_customer_is_found_and_chosen_by_keyboard_and_a_fact_confirmed_with_it(
    post: Item, sign_in: Callable[..., Page], preferences: RememberingPreferences
) -> None:
    page = sign_in("team_leader", "council_tax")
    page.goto(f"/review/{post.number}/")
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("/")
    page.keyboard.type("prosser")
    expect(page.get_by_role("option", name="Aled Prosser")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("input[name=customer][value='100300']")).to_be_checked()
    page.get_by_label("Wants email instead of post").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("aled@example.com")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(post.number)
    assert [(f.customer_id, f.email) for f in preferences.confirmed] == [("100300", "aled@example.com")]


def test_a_resident_chooses_email_by_code_and_takes_it_back(
    visit: Callable[..., Page], preferences: RememberingPreferences
) -> None:
    page = visit(320, 640)
    page.goto("/reply/")
    page.get_by_label("Code").fill("ab3-4k7-9x2q")
    page.keyboard.press("Enter")
    expect(page.locator("#field-error")).to_contain_text("not known")
    assert faults(page) == []
    page.get_by_label("Code").fill("AB3-4K7-9X2Q")
    page.keyboard.press("Enter")
    page.get_by_label("Your email address").fill("m@example.com")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")
    page.goto(f"/letters/confirm/{TOKEN}")
    page.get_by_role("button", name="Yes, send letters by email").click()
    page.get_by_role("link", name="Changed your mind").click()
    page.get_by_role("button", name="Yes, stop").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("stopped")
    assert preferences.chosen == ["email", "post"]
    page.goto(f"/letters/{TOKEN}")
    page.get_by_label("Your postcode").fill(POSTCODE)
    with page.expect_download() as letter:
        page.keyboard.press("Enter")
    assert letter.value.suggested_filename == "letter.pdf"
    page.context.close()
