"""The managers' desk in a real browser, on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from mailroom.records import audit_sample
from mailroom.targets.precision import draw
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.wiring.reports import Reports
from tests.browser.looking import look
from tests.wiring.post_on_record import NOW, write_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OCTOBER = "from=2026-10&to=2026-10"
PAGES = {
    "targets": f"/targets/?{OCTOBER}",
    "targets-post": f"/targets/post/?{OCTOBER}",
    "targets-targets": f"/targets/targets/?{OCTOBER}",
    "targets-money": f"/targets/money/?{OCTOBER}",
    "targets-levels": f"/targets/levels/?{OCTOBER}",
    "targets-shift": f"/targets/shift/?{OCTOBER}",
    "targets-paper": f"/targets/paper/?{OCTOBER}",
    "targets-years": f"/targets/years/?{OCTOBER}",
    "targets-definitions": f"/targets/definitions/?{OCTOBER}",
    "targets-rows": f"/targets/rows/?{OCTOBER}&direction=in&state=late",
    "targets-letters": f"/targets/rows/?{OCTOBER}&direction=out&cause=emailed",
    "targets-wrong-months": "/targets/?from=2026-10&to=2026-09",
}


@pytest.fixture
def post() -> None:
    write_post()
    Reports.read().figures.bring_up_to_date(NOW)
    audit_sample.draw(Month(2026, 11), 20, draw, NOW)


def test_axe_finds_no_fault_at_the_managers_desk(post: None, sign_in: Callable[..., Page]) -> None:
    page = sign_in("manager")
    problems = {name: look(page, name, address) for name, address in PAGES.items()}
    reviewer = sign_in("team_leader", "council_tax", "benefits")
    problems["audit"] = look(reviewer, "audit", "/targets/audit/")
    assert {name: found for name, found in problems.items() if found} == {}


def test_the_public_page_of_standards_has_no_fault(post: None, browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "index.html"
    october = Month(2026, 10)
    file.write_text(Reports.read().standards(Period.one(october), NOW.date()), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("Our service standards")
    page.evaluate("document.body.classList.add('js-enabled')")  # what `look` waits for on the desks
    assert look(page, "standards") == []
    page.close()


def test_a_manager_goes_from_a_figure_to_its_rows_by_keyboard(post: None, sign_in: Callable[..., Page]) -> None:
    page = sign_in("manager")
    page.goto(f"/targets/levels/?{OCTOBER}")
    link = page.get_by_role("link", name="Complaints, stage 1")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Items received")
    page.get_by_role("link", name="Back to the figures").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Post and service levels")


def test_on_paper_charts_have_their_figures_beside_them_and_no_address_breaks_up_a_figure(
    post: None, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("manager")
    page.goto(f"/targets/?{OCTOBER}")
    page.wait_for_selector("body.js-enabled")
    with pypdfium2.PdfDocument(page.pdf(format="A4")) as pdf:
        said = " ".join(word for one in pdf for word in one.get_textpage().get_text_bounded().split())
    assert "Oldest open" in said, "the table beside the chart of services, folded up on screen"
    assert "/targets/" not in said and "The same in figures" not in said and "The report as PDF" not in said
    assert not page.locator("details[open]").count(), "and afterwards the page is as it was"
