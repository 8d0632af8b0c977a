"""Single keys act at once, so each acts once, and whoever speaks to their computer can turn them off (WCAG 2.1.4)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.records.models import Correction
from tests.web.post import make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def on_the_review_screen(page: Page) -> str:
    """The number of the item that is shown first."""
    page.goto("/review/next/")
    page.wait_for_selector("body.js-enabled")
    return page.locator("h1").inner_text().split()[0]


def test_a_key_held_down_decides_one_item_and_leaves_the_next_one_alone(sign_in: Callable[..., Page]) -> None:
    for _ in range(4):
        make_item(status="review")
    page = sign_in("team_leader", "council_tax")
    first = on_the_review_screen(page)
    for _ in range(12):
        page.keyboard.down("1")  # every one after the first is a repeat, as of a key that is held
        page.wait_for_timeout(60)
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(first)
    page.wait_for_selector("body.js-enabled")
    page.keyboard.down("1")
    page.wait_for_timeout(500)
    page.keyboard.up("1")
    assert [c.item.number for c in Correction.objects.select_related("item")] == [first]


def test_of_two_presses_on_one_page_the_first_decides(sign_in: Callable[..., Page]) -> None:
    for _ in range(3):
        make_item(status="review")
    page = sign_in("team_leader", "council_tax")
    first = on_the_review_screen(page)
    press = "(key) => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))"
    page.evaluate(f"['1', '2'].forEach({press})")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(first)
    expect(page.get_by_text(f"{first} goes to")).to_be_visible()
    assert Correction.objects.get().decided == "council_tax"


def test_whoever_turns_single_keys_off_has_them_off_on_every_page_and_the_desk_still_works(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    make_item(status="review")
    second = make_item(status="review")
    page = sign_in("team_leader", "council_tax")
    first = on_the_review_screen(page)
    switch = page.get_by_label("Single keys act at once")
    switch.uncheck()
    for key in ("1", "l", "/", "r", "+"):
        page.locator("h1").click()
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_contain_text(first)
    expect(page.locator(".viewer__pages")).to_have_class("viewer__pages")
    assert page.locator("kbd:visible").count() == 0 and not Correction.objects.exists()
    page.locator(".choice").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(second.number)
    expect(switch).not_to_be_checked()
    switch.check()
    page.keyboard.press("1")
    page.wait_for_url(re.compile("/review/$"))
    assert Correction.objects.count() == 2


def test_without_javascript_no_page_promises_a_key(sign_in: Callable[..., Page]) -> None:
    item = make_item(status="review")
    page = sign_in("team_leader", "council_tax", java_script_enabled=False)
    page.goto(f"/review/{item.number}/")
    expect(page.get_by_role("heading", name="Whose is it?")).to_be_visible()
    assert page.locator("kbd:visible").count() == 0
    expect(page.get_by_text("Press the number")).to_be_hidden()


def test_on_a_batch_letters_do_nothing_once_single_keys_are_off(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("|spppp-")
    page = sign_in("print_unit")
    page.goto(f"/batches/{batch.number}/")
    page.wait_for_selector("body.js-enabled")
    page.get_by_label("Single keys act at once").uncheck()
    page.locator("#page-4").focus()
    page.keyboard.press("s")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#page-3")).to_be_focused()
    assert page.get_by_text("1 change.").count() == 0
    page.get_by_label("Single keys act at once").check()
    page.locator("#page-4").focus()
    page.keyboard.press("s")
    expect(page.get_by_text("1 change.")).to_be_visible()
