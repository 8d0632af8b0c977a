"""What the desks do by themselves in a browser: figures that stay fresh, pages enlarged and turned, files dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.signals import request_started
from playwright.sync_api import Page, expect

from mailroom.records.models import Batch, WatchedFile
from tests.web.machines import RememberingMachines
from tests.web.post import make_batch, make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FRESH_WITHIN = 20_000
"""Milliseconds: the page asks every five seconds; the rest is for a busy machine."""


def test_today_shows_what_came_without_being_loaded_again(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    page = sign_in("print_unit")
    page.goto("/print-unit/")
    page.wait_for_selector("body.js-enabled")
    expect(page.get_by_text("Nothing was received on this day yet.")).to_be_visible()
    page.evaluate("window.stayed = true")
    batch = make_batch("quarantined", pages=3, source="scanner-9")
    link = page.get_by_role("link", name="scanner-9")
    expect(link).to_be_visible(timeout=FRESH_WITHIN)
    expect(page.get_by_role("heading", name="Quarantine (1)")).to_be_visible()
    assert page.evaluate("window.stayed") is True
    link.click()
    expect(page.get_by_role("link", name=batch.number)).to_be_visible()


def test_today_is_not_changed_under_somebody_who_has_typed_in_it(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    first = make_batch("quarantined", pages=1)
    page = sign_in("print_unit")
    page.goto("/print-unit/")
    page.wait_for_selector("body.js-enabled")
    reason = page.locator(f"#reason-{first.pk}")
    reason.fill("A test sheet")
    reason.blur()  # to look at the paper, say, or at another window
    later = make_batch("quarantined", pages=1)
    page.wait_for_timeout(7_000)
    expect(reason).to_have_value("A test sheet")
    assert page.get_by_text(later.number).count() == 0
    reason.press("Enter")
    expect(page.get_by_text("a colleague has to agree to the discard")).to_be_visible()


def test_all_items_of_a_page_are_selected_at_once(sign_in: Callable[..., Page]) -> None:
    items = [make_item() for _ in range(3)]
    page = sign_in("team_leader", "council_tax")
    page.goto("/items/")
    page.get_by_label("Select all on this page").check()
    first = page.locator(f"#item-{items[0].pk}")
    expect(first).to_be_checked()
    first.uncheck()
    expect(page.get_by_label("Select all on this page")).not_to_be_checked()
    page.get_by_role("button", name="Take the selected items").click()
    expect(page.get_by_text("2 items taken by you.")).to_be_visible()


@contextmanager
def asked_of_server() -> Iterator[list[tuple[str, str]]]:
    """The path and the Accept header of each request as it arrived; what a browser tells of them is provisional."""
    asked: list[tuple[str, str]] = []

    def note(environ: dict[str, str], **_: object) -> None:
        asked.append((environ["PATH_INFO"], environ.get("HTTP_ACCEPT", "")))

    request_started.connect(note)
    try:
        yield asked
    finally:
        request_started.disconnect(note)


def test_a_page_left_open_is_not_in_use_and_says_so_when_its_session_has_ended(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    make_batch("quarantined", pages=1)
    with asked_of_server() as asked:
        page = sign_in("print_unit")
        with page.expect_response("**/preview"):
            page.goto("/print-unit/")
    pictures = {accept.split("/")[0] for path, accept in asked if path.endswith("/preview")}
    assert pictures == {"image"}, "this is how the server knows it from a page"
    page.wait_for_selector("body.js-enabled")
    session = SessionStore(Session.objects.get().session_key)
    session["in_use"] = 1
    session.save()
    for _ in range(2):
        page.wait_for_event("requestfinished", lambda asked: asked.url.endswith("/print-unit/"), timeout=FRESH_WITHIN)
    assert SessionStore(session.session_key)["in_use"] == 1
    session.delete()
    page.wait_for_url(re.compile("/sign-in/.next="), timeout=FRESH_WITHIN)


def view_of(page: Page) -> str:
    return str(page.locator(".viewer__pages").get_attribute("class"))


def test_a_page_is_enlarged_and_turned_by_keys_and_by_buttons(sign_in: Callable[..., Page]) -> None:
    item = make_item(status="review")
    page = sign_in("team_leader", "council_tax")
    page.goto(f"/review/{item.number}/")
    page.wait_for_selector("body.js-enabled")
    sheet = page.locator(".sheet img").first
    before = sheet.bounding_box()
    page.keyboard.press("+")
    expect(page.locator(".viewer__pages")).to_have_class(re.compile("zoom-1"))
    larger = sheet.bounding_box()
    assert before and larger and larger["width"] > 1.1 * before["width"]
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert "zoom-0" in view_of(page)
    page.keyboard.press("r")
    turned = sheet.bounding_box()
    assert "turn-1" in view_of(page) and turned and turned["width"] > turned["height"]
    for _ in range(3):
        page.keyboard.press("r")
    assert "turn-0" in view_of(page)
    page.locator("[data-zoom='1']").click()
    page.locator("[data-turn]").click()
    assert "zoom-1" in view_of(page) and "turn-1" in view_of(page)


def test_next_page_brings_the_next_sheet_to_the_top(sign_in: Callable[..., Page]) -> None:
    item = make_item(status="review")
    page = sign_in("team_leader", "council_tax")
    page.goto(f"/review/{item.number}/")
    page.wait_for_selector("body.js-enabled")
    pages = page.locator(".viewer__pages")
    page.keyboard.press("PageDown")
    expect(pages).not_to_have_js_property("scrollTop", 0)
    down = pages.evaluate("part => part.scrollTop")
    page.keyboard.press("PageUp")
    expect(pages).not_to_have_js_property("scrollTop", down)
    assert pages.evaluate("part => part.scrollTop") < 40 < down


def test_a_file_dropped_on_the_upload_page_is_taken_in(
    sign_in: Callable[..., Page], machines: RememberingMachines
) -> None:
    page = sign_in("print_unit")
    page.goto("/upload/")
    page.wait_for_selector("body.js-enabled")
    page.evaluate(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["%PDF-1.7"], "tray 4.pdf", { type: "application/pdf" }));
            const zone = document.querySelector("[data-drop]");
            for (const kind of ["dragover", "drop"])
                zone.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    page.locator("main form button.govuk-button").last.click()
    expect(page.get_by_text("Taken in as")).to_be_visible()
    assert [unquote(taken.filename) for taken in machines.taken] == ["tray 4.pdf"]
    assert Batch.objects.get().source == "upload" and not WatchedFile.objects.exists()
