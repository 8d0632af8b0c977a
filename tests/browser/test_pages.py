"""Every page in a real browser: no fault found by axe, no sideways scrolling on a phone, the desks by keyboard."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from mailroom.records.models import Correction, Item
from tests.web.post import make_batch, make_customer, make_item

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(__file__).parents[2] / "mailroom" / "web" / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("MAILROOM_PICTURES", "")
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"


@pytest.fixture
def post() -> Item:
    make_customer("100300", "Aled", "Prosser")
    customer = make_customer()
    today = timezone.localdate()
    make_batch("quarantined", pages=4)
    make_batch(pages=3, source="scanner-2")
    for n, (status, flags) in enumerate((("sent", []), ("seen", ["vulnerable"]), ("on_hold", []), ("answered", []))):
        make_item(status=status, flags=flags, customer=customer, due=today + dt.timedelta(days=9 * n - 8))
    make_item(status="review", review_reasons=["A second item"])
    reason = "Unsure between Council tax and Benefits. The letter names both a bill and a claim."
    return make_item(status="review", priority=2, customer=customer, flags=["vulnerable"], review_reasons=[reason])


def pages_of(item: Item) -> list[tuple[str, str, str]]:
    other = Item.objects.get(status="seen")
    return [
        ("team_leader", "review-queue", "/review/"),
        ("team_leader", "review-item", f"/review/{item.number}/"),
        ("team_leader", "post", "/items/"),
        ("team_leader", "item", f"/items/{other.number}/"),
        ("team_leader", "accept", f"/items/{other.number}/accept/"),
        ("team_leader", "not-ours", f"/items/{other.number}/not-ours/"),
        ("team_leader", "customers", "/customers/?q=Thisslewood"),
        ("team_leader", "customer", "/customers/100200/"),
        ("team_leader", "second-factor", "/account/second-factor/"),
        ("team_leader", "not-found", "/items/B999999-01/"),
        ("print_unit", "today", "/print-unit/"),
        ("print_unit", "batch", f"/batches/{item.number[:7]}/"),
        ("print_unit", "upload", "/upload/"),
        ("print_unit", "forbidden", "/review/"),
    ]


def faults(page: Page) -> list[str]:
    source = AXE.read_text(encoding="utf-8")
    page.evaluate(f"() => {{ {source}; window.axe = window.axe || module.exports; }}")
    found = page.evaluate(f"async () => (await axe.run(document, {RULES})).violations")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found]


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_no_fault_and_nothing_scrolls_sideways(width: int, post: Item, sign_in: Callable[..., Page]) -> None:
    by_role = {role: sign_in(role, "council_tax", width=width) for role in ("team_leader", "print_unit")}
    problems = {}
    for role, name, address in pages_of(post):
        page = by_role[role]
        page.goto(address)
        page.wait_for_selector("body.js-enabled")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if found := faults(page) + ([f"{wide} px too wide"] if wide > 0 else []):
            problems[name] = found
        if PICTURES:
            kind = "phone" if width < 600 else "desktop"
            page.screenshot(path=f"{PICTURES}/web-{name}-{kind}.png", full_page=width < 600)
    assert problems == {}


def test_the_sign_in_page_with_an_error_has_no_fault(sign_in: Callable[..., Page], live_server: object) -> None:
    page = sign_in("manager")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert faults(page) == []


def test_two_items_are_reviewed_and_one_is_undone_by_keyboard_alone(post: Item, sign_in: Callable[..., Page]) -> None:
    page = sign_in("team_leader", "council_tax", "waste")
    page.goto("/review/next/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(post.number)
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(post.number)
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("/")
    page.keyboard.type("waste")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/review/$"))
    assert [c.decided for c in Correction.objects.order_by("pk")] == ["council_tax", "waste"]


def test_a_decision_is_undone_with_one_key(post: Item, sign_in: Callable[..., Page]) -> None:
    page = sign_in("team_leader", "council_tax")
    page.goto("/review/next/")
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text(post.number)
    page.wait_for_selector("body.js-enabled")
    page.keyboard.press("u")
    expect(page.get_by_role("heading", level=1)).to_contain_text(post.number)
    assert Item.objects.get(pk=post.pk).status == "review"
