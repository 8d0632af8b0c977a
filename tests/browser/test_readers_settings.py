"""The desks as some readers have them: without JavaScript, without movement, in colours of their own, on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.records.models import Correction, Item
from tests.browser.looking import faults
from tests.browser.post_on_desks import post
from tests.browser.test_targets import OCTOBER
from tests.browser.test_targets import post as post_of_months
from tests.web.print_unit import PrintUnitOnRecord

__all__ = ["post", "post_of_months"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A4_WIDE = 718
"""Pixels between margins of a centimetre on A4, as Chromium prints it."""


def test_without_javascript_items_are_reviewed_and_answered(post: Item, sign_in: Callable[..., Page]) -> None:
    page = sign_in("team_leader", "council_tax", "waste", java_script_enabled=False)
    page.goto(f"/review/{post.number}/")
    page.get_by_label("Find another customer").fill("prosser")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_label("Aled Prosser").check()
    page.get_by_label("Another service", exact=True).select_option("waste")
    page.get_by_role("button", name="Send there").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(post.number)
    decided = Correction.objects.get(account__username="team_leader")
    assert (decided.decided, decided.item.customer_id) == ("waste", "100300")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(post.number)
    other = Item.objects.get(status="seen")
    page.goto("/items/")
    page.get_by_role("link", name=other.number).click()
    page.get_by_label("In your words").fill("By telephone")
    page.get_by_role("button", name="Mark answered").click()
    other.refresh_from_db()
    assert other.status == "answered"


def test_without_javascript_a_batch_is_split(print_unit: PrintUnitOnRecord, sign_in: Callable[..., Page]) -> None:
    batch = print_unit.batch("|spppp-")
    page = sign_in("print_unit", java_script_enabled=False)
    page.goto(f"/batches/{batch.number}/")
    page.locator("#page-4").check()
    page.get_by_role("button", name="Cut before").click()
    expect(page.get_by_text("1 change.")).to_be_visible()
    page.get_by_role("button", name="Put into force").click()
    expect(page.get_by_text("2 items go on the line again")).to_be_visible()


MOVING = """() => [...document.querySelectorAll("*")].filter((part) => {
  const style = getComputedStyle(part);
  const seconds = `${style.transitionDuration},${style.animationDuration}`.split(",").map(parseFloat);
  return style.scrollBehavior === "smooth" || seconds.some((s) => s > 0);
}).map((part) => part.className || part.localName)"""


def test_nothing_moves_for_a_reader_who_asked_for_less_movement_and_colours_of_their_own_are_kept(
    post: Item, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("team_leader", "council_tax", reduced_motion="reduce", forced_colors="active")
    for address in ("/items/", f"/review/{post.number}/", "/customers/100200/"):
        page.goto(address)
        page.wait_for_selector("body.js-enabled")
        assert page.evaluate(MOVING) == [], address
        assert faults(page) == [], address
    page.goto("/items/?show=late")
    width = "(chip) => getComputedStyle(chip).borderBottomWidth"
    now, other = page.locator(".chip[aria-current]"), page.locator(".chip:not([aria-current])").first
    assert now.evaluate(width) != other.evaluate(width)


def test_charts_are_printed_whole_and_what_is_pressed_is_left_out(
    post_of_months: None, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("manager", width=A4_WIDE, height=1000)
    page.goto(f"/targets/levels/?{OCTOBER}")
    page.emulate_media(media="print")
    charts = page.locator(".chart svg")
    assert charts.count()
    for chart in charts.all():
        box = chart.bounding_box()
        assert box and box["width"] > 300 and box["x"] + box["width"] <= A4_WIDE
    expect(page.get_by_role("navigation", name="Desks")).to_be_hidden()
    expect(page.get_by_role("button", name="Show")).to_be_hidden()
    breaks = page.locator(".chart").first.evaluate("(chart) => getComputedStyle(chart).breakInside")
    assert breaks == "avoid"
