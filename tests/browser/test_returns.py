"""Returned envelopes with a hand scanner, which types like a keyboard, and one confirmed in review by one key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mailroom.outbound.print_machines import PrintMachines
from mailroom.records.models import CustomerAddress, Letter, PrintRun
from tests.browser.looking import look
from tests.outbound import print_floor as floor
from tests.outbound.test_returns import HOME, _posted
from tests.web.test_returns import held, known, mark_of, unit

__all__ = ["unit"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def run(print_floor: PrintMachines, unit: PrintMachines) -> PrintRun:
    person = floor.customer()
    CustomerAddress.objects.create(customer=person, lines=["83 Church Lane", "Stokeley"], postcode="WX10 9WU")
    floor.letters(floor.mailing(), 1, customer=person, matched=True, format="standard", **HOME)
    return _posted(print_floor, 3)


def test_a_pile_is_scanned_without_touching_the_mouse_and_axe_finds_no_fault(
    sign_in: Callable[..., Page], run: PrintRun
) -> None:
    page = sign_in("print_unit")
    problems: dict[str, list[str]] = {}

    def see(name: str) -> None:
        if found := look(page, name):
            problems[name] = found

    page.goto("/returns/")
    see("returns-none")
    expect(page.get_by_label("Mark", exact=True)).to_be_focused()
    for letter in run.letters.exclude(customer="C1000001"):
        page.keyboard.type(mark_of(letter))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Noted", exact=True)).to_be_visible()
        expect(page.locator(".envelope")).to_contain_text(letter.number)
        expect(page.get_by_label("Mark", exact=True)).to_be_focused()
    page.keyboard.type("5012345678900")
    page.keyboard.press("Enter")
    page.get_by_text("There is a problem").wait_for()
    see("returns-problem")
    page.get_by_label("Mark", exact=True).fill(known(run).number)
    page.get_by_role("button", name="Only show whose it is").click()
    page.get_by_text("What would follow").wait_for()
    see("returns-look")
    page.get_by_label("Mark", exact=True).fill(mark_of(known(run)))
    page.keyboard.press("Enter")
    expect(page.get_by_text("No more post goes to that address.")).to_be_visible()
    see("returns-noted")
    page.get_by_role("button", name=f"Undo {known(run).number}").first.click()
    expect(page.get_by_text("did not come back: noted")).to_be_visible()
    assert Letter.objects.filter(status="returned").count() == 3
    assert problems == {}


def test_a_return_is_confirmed_in_review_by_one_key(sign_in: Callable[..., Page], run: PrintRun) -> None:
    item = held(run, known(run))
    page = sign_in("team_member", "waste")
    page.goto(f"/review/{item.number}/")
    assert look(page, "review-returned") == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("c")
    expect(page.get_by_text(f"{item.number} is noted")).to_be_visible()
    item.refresh_from_db()
    assert (item.status, known(run).returned_as_id) == ("closed", item.pk)
