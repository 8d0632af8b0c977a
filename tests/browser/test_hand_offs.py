"""The hand-off list in a browser: noted step by step, and axe finds no fault at any width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.records.models import Mailing
from tests.browser.looking import look
from tests.web.test_hand_offs import mailing

__all__ = ["mailing"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_letter_in_braille_is_noted_as_sent_and_delivered_and_axe_finds_no_fault(
    sign_in: Callable[..., Page], mailing: Mailing
) -> None:
    page = sign_in("print_unit")
    page.goto("/hand-offs/")
    assert look(page, "hand-offs") == []
    braille = page.get_by_role("row").filter(has_text="Braille")
    braille.get_by_role("button", name="Sent to supplier").click()
    expect(page.get_by_role("row").filter(has_text="At the supplier")).to_be_visible()
    assert look(page, "hand-offs-at-supplier") == []
    page.get_by_role("row").filter(has_text="Braille").get_by_role("button", name="Delivered").click()
    page.get_by_role("link", name="Show what is delivered").click()
    expect(page.get_by_role("row").filter(has_text="Delivered in their format")).to_be_visible()
    assert look(page, "hand-offs-delivered") == []
