"""Pages in colours of the reader's own, as Windows high contrast has them: nothing that matters is lost with them."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.web.post import make_item
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["dark", "light"])
def high_contrast(request: pytest.FixtureRequest, sign_in: Callable[..., Page]) -> Callable[..., Page]:
    return partial(sign_in, forced_colors="active", color_scheme=request.param)


def darkest(page: Page, x: float, y: float) -> int:
    """The darkest of some pixels about a place, 0 to 255."""
    shot = page.screenshot(clip={"x": x - 4, "y": y - 4, "width": 8, "height": 8})
    return int(Image.open(io.BytesIO(shot)).convert("L").getextrema()[0])


def test_what_is_marked_on_the_page_of_a_letter_is_seen_on_its_white_paper(high_contrast: Callable[..., Page]) -> None:
    item = make_item(status="review")
    page = high_contrast("team_leader", "council_tax")
    page.goto(f"/review/{item.number}/")
    page.wait_for_selector("body.js-enabled")
    page.wait_for_load_state("networkidle")
    mark = page.locator(".sheet__evidence rect").first.bounding_box()
    assert mark
    for x in (mark["x"], mark["x"] + mark["width"]):
        assert darkest(page, x, mark["y"] + mark["height"] / 2) < 60


def test_a_chosen_page_on_the_table_is_told_from_others_without_colours(
    high_contrast: Callable[..., Page], print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("sppp")
    page = high_contrast("print_unit")
    page.goto(f"/batches/{batch.number}/")
    page.wait_for_selector("body.js-enabled")
    outline = "leaf => getComputedStyle(leaf).outlineStyle"
    pictures = page.locator(".leaf__picture")
    page.locator(".leaf__box").nth(1).check()
    page.locator(".leaf__box").nth(2).focus()
    assert [pictures.nth(n).evaluate(outline) for n in range(3)] == ["none", "solid", "double"]
