"""Going away from an undecided item gives it back at once, whatever way somebody goes."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.records.models import Correction, ReviewLease
from tests.web.post import make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON = 10
"""Seconds a busy machine may take for what a page says as it goes; a lease lasts 300."""


def kept() -> list[str]:
    return [lease.item.number for lease in ReviewLease.objects.select_related("item")]


def soon(numbers: list[str]) -> None:
    """That these are kept, and no others, within seconds."""
    end = time.monotonic() + SOON
    while kept() != numbers and time.monotonic() < end:
        time.sleep(0.05)
    assert kept() == numbers


def opened(sign_in: Callable[..., Page]) -> Page:
    """The first item of the queue, in front of a team leader."""
    page = sign_in("team_leader", "council_tax")
    page.goto("/review/next/")
    page.wait_for_selector("body.js-enabled")
    return page


def test_an_item_is_given_back_by_a_key_by_another_page_and_by_closing_the_tab_and_kept_by_a_reload(
    sign_in: Callable[..., Page],
) -> None:
    first, second = make_item(status="review", priority=9), make_item(status="review")
    page = opened(sign_in)
    soon([first.number])
    page.keyboard.press("l")
    expect(page.get_by_role("heading", level=1)).to_contain_text(second.number)
    soon([second.number])
    page.reload()
    page.wait_for_selector("body.js-enabled")
    page.wait_for_timeout(500)  # for the page that went to say so, which must change nothing
    assert kept() == [second.number]
    page.get_by_role("link", name="Review queue").click()
    page.wait_for_url("**/review/")
    soon([])
    page.get_by_role("link", name=second.number).click()
    page.wait_for_selector("body.js-enabled")
    soon([second.number])
    page.close(run_before_unload=True)
    soon([])


def test_an_error_in_a_decision_keeps_the_item_and_a_decision_gives_nothing_else_back(
    sign_in: Callable[..., Page],
) -> None:
    first, second = make_item(status="review", priority=9), make_item(status="review")
    page = opened(sign_in)
    page.locator("#customer").evaluate("radio => { radio.value = 'nobody'; radio.checked = true; }")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.wait_for_timeout(500)
    assert kept() == [first.number]
    page.locator("#customer").check()
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text(second.number)
    soon([second.number])
    assert Correction.objects.get().item_id == first.pk
