"""Every page in a real browser: no fault found by axe, no sideways scrolling on a phone, the desks by keyboard."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from mailroom.records.models import Correction, Item, TrainingExample
from tests.browser.looking import faults, picture
from tests.web.post import flagged, make_batch, make_customer, make_item, make_letter
from tests.web.preferences import CODE, POSTCODE, TOKEN, RememberingPreferences

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def post() -> Item:
    make_customer("100300", "Aled", "Prosser")
    customer = make_customer()
    make_customer("100201", "M", "Thistlewood")
    customer.addresses.create(lines=["7 Mill Lane", "Wexmere"], postcode="WX2 1AB", source="item")
    make_letter(customer)
    make_item(private=True, text="Private")
    learned = make_item(status="answered", text="My bins were not emptied on Tuesday. " * 9)
    reader, _ = User.objects.get_or_create(username="reader")
    kept = Correction.objects.create(item=learned, account=reader, proposed="benefits", decided="council_tax")
    TrainingExample.objects.create(correction=kept, service="council_tax", text=learned.text)
    today = timezone.localdate()
    make_batch("quarantined", pages=4)
    make_batch(pages=3, source="scanner-2")
    for n, (status, flags) in enumerate((("sent", []), ("seen", ["vulnerable"]), ("on_hold", []), ("answered", []))):
        make_item(status=status, flags=flags, customer=customer, due=today + dt.timedelta(days=9 * n - 8))
    make_item(status="review", review_reasons=["A second item"])
    reason = "Unsure between Council tax and Benefits. The letter names both a bill and a claim."
    item = make_item(status="review", priority=2, customer=customer, flags=["vulnerable"], review_reasons=[reason])
    flags = [
        flagged("digital_opt_in", "phrase ‘please email me’"),
        flagged("change_of_address", "phrase ‘I have moved’"),
    ]
    item.decision["classification"]["flags"] = flags
    item.decision["match"]["candidates"] = [{"customer_id": "100200", "probability": 0.93, "reasons": ["same house"]}]
    item.save()
    return item


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
        ("team_leader", "customer-merge", "/customers/100200/merge/100201/"),
        ("team_leader", "customer-tell", "/customers/100200/tell/"),
        ("team_leader", "search", "/search/?q=bins&flag="),
        ("team_leader", "learning", "/review/learning/"),
        ("team_leader", "private", "/items/private/"),
        ("team_leader", "second-factor", "/account/second-factor/"),
        ("team_leader", "not-found", "/items/B999999-01/"),
        ("print_unit", "today", "/print-unit/"),
        ("print_unit", "batch", f"/batches/{item.number[:7]}/"),
        ("print_unit", "upload", "/upload/"),
        ("print_unit", "forbidden", "/review/"),
        ("print_unit", "public-code", "/reply/"),
        ("print_unit", "public-unknown-code", "/reply/ZZZZZZZZZZ"),
        ("print_unit", "public-choose", f"/reply/{CODE}"),
        ("print_unit", "public-confirm", f"/letters/confirm/{TOKEN}"),
        ("print_unit", "public-take-back", f"/letters/choices/{TOKEN}"),
        ("print_unit", "public-letter", f"/letters/{TOKEN}"),
        ("print_unit", "public-stale", "/letters/made-up"),
    ]


# 320 is a small phone, and what is left of 1280 at a zoom of 400%.
@pytest.mark.parametrize("width", [1280, 320])
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
        picture(page, name, "phone" if width < 600 else "desktop", full_page=width < 600)
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
    mine = Correction.objects.filter(account__username="team_leader").order_by("pk")
    assert [c.decided for c in mine] == ["council_tax", "waste"]


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


def test_an_item_is_answered_from_the_list_by_keyboard(post: Item, sign_in: Callable[..., Page]) -> None:
    other = Item.objects.get(status="seen")
    page = sign_in("team_leader", "council_tax")
    page.goto(f"/items/{other.number}/")
    page.get_by_label("In your words").focus()
    page.keyboard.type("By telephone")
    page.get_by_role("button", name="Mark answered").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("By telephone")
    other.refresh_from_db()
    assert other.status == "answered"


def test_a_resident_chooses_email_by_code_and_takes_it_back(
    browser: Browser, live_server: LiveServer, preferences: RememberingPreferences
) -> None:
    page = browser.new_context(base_url=live_server.url, viewport={"width": 320, "height": 640}).new_page()
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
