"""The print unit's desk in a real browser: a batch split by keyboard alone, and every state looked at by axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from mailroom.records import cuts
from mailroom.records.models import Batch
from mailroom.values.batch_layout import BatchEdit, EditKind
from tests.browser.looking import look
from tests.web.post import make_batch
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def items_of(batch: Batch) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for number, item in batch.pages.exclude(item=None).order_by("place", "number").values_list("number", "item"):
        found.setdefault(item, []).append(number)
    return list(found.values())


def ready(page: Page) -> None:
    page.wait_for_selector("body.js-enabled")
    page.wait_for_function("!document.querySelector('[data-keys]')?.hidden")


def test_a_batch_is_split_and_put_into_force_by_keyboard_alone(
    sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("|spppp-")
    page = sign_in("print_unit")
    page.goto(f"/batches/{batch.number}/")
    ready(page)
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("s")
    expect(page.get_by_text("Not in force yet")).to_be_visible()
    ready(page)
    expect(page.locator("#page-4")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("b")
    expect(page.get_by_text("2 changes.")).to_be_visible()
    ready(page)
    page.keyboard.press("u")
    expect(page.get_by_text("1 change.")).to_be_visible()
    ready(page)
    assert items_of(batch) == [[2, 3, 4, 5, 6, 7]]
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 items go on the line again")).to_be_visible()
    assert items_of(batch) == [[2, 3], [4, 5, 6, 7]]


def test_a_page_is_moved_by_mouse_and_by_keys(sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spsp")
    page = sign_in("print_unit")
    page.goto(f"/batches/{batch.number}/")
    ready(page)
    page.locator("[data-page='4']").drag_to(page.locator("[data-page='2']"))
    expect(page.get_by_text("1 change.")).to_be_visible()
    ready(page)
    page.keyboard.press("m")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("2 changes.")).to_be_visible()
    ready(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("on the line again")).to_be_visible()
    assert items_of(batch) == [[4, 1, 2], [3]]


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_no_fault_in_any_state_of_the_print_units_pages(
    width: int, sign_in: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    page = sign_in("print_unit", width=width)
    batch = print_unit.batch("|spp-|s?p|sppp")
    Batch.objects.filter(pk=batch.pk).update(expected_items=4, reason="The batch header says 4 items; 3 were found.")
    batch.items.filter(position=1).update(status="sent", service="council_tax", team="council_tax")
    batch.items.filter(position=2).update(status="review", private=True)
    one = User.objects.get()
    cuts.add_edit(batch, BatchEdit(EditKind.SPLIT, (3,)), one)
    cuts.add_edit(batch, BatchEdit(EditKind.TURN_RIGHT, (12,)), one)
    cuts.add_edit(batch, BatchEdit(EditKind.BLANK, (13,)), one)
    reading, aside = make_batch("reading", pages=2), make_batch("quarantined", pages=4)
    Batch.objects.filter(pk=aside.pk).update(reason="The file is password-protected. Ask the sender for an open copy.")
    problems = {}
    for name, address in (
        ("batch", f"/batches/{batch.number}/"),
        ("batch-being-read", f"/batches/{reading.number}/"),
        ("today", f"/print-unit/?day={batch.received}"),
        ("upload", "/upload/"),
        ("sheets", "/print-unit/sheets/"),
    ):
        if found := look(page, name, address, width):
            problems[name] = found
    page.goto("/print-unit/sheets/")
    page.wait_for_selector("body.js-enabled")
    page.get_by_label("How many separator sheets").fill("many")
    page.get_by_label("A batch header on top").check()
    page.get_by_role("button", name="Make the sheets").click()
    page.get_by_text("There is a problem").wait_for()
    if found := look(page, "sheets-problem", "", width):
        problems["sheets-problem"] = found
    assert problems == {}
