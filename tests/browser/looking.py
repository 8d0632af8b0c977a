"""Looking at a page as axe, a phone's width and the reader of docs/pictures do."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "mailroom" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']}"
PICTURES = os.environ.get("MAILROOM_PICTURES", "")


_LOADED = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.complete || new Promise((done) => { image.onload = image.onerror = done; });
}))"""
CUT_OFF = """() => [...document.querySelectorAll(".scroll")].filter((part) => part.scrollWidth > part.clientWidth + 1)
  .map((part) => `a table cut off by ${part.scrollWidth - part.clientWidth} px: ${part.innerText.slice(0, 60)}`)"""
"""A phone's tables scroll sideways where they must; on a desktop nobody looks for columns there."""
WIDTHS = {"desktop": 1280, "phone": 320}


def look(page: Page, name: str, address: str = "") -> list[str]:
    """Faults of a page on a desktop and on a phone: what axe finds, sideways scrolling, tables cut off.

    With MAILROOM_PICTURES set, pictures are kept there.
    """
    if address:
        page.goto(address)
    page.wait_for_selector("body.js-enabled")
    return [f"{kind}: {fault}" for kind, width in WIDTHS.items() for fault in _at(page, name, kind, width)]


def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')}; window.axe = window.axe || module.exports; }}")
    violations = page.evaluate(f"async () => (await axe.run(document, {RULES})).violations")
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]


def picture(page: Page, name: str, kind: str, full_page: bool = True) -> None:
    """Keep a picture of the page where MAILROOM_PICTURES says, once all its own pictures are there."""
    if PICTURES:
        page.evaluate(_LOADED)
        page.wait_for_timeout(300)
        page.screenshot(path=f"{PICTURES}/web-{name}-{kind}.png", full_page=full_page)


def _at(page: Page, name: str, kind: str, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    picture(page, name, kind)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    cut_off: list[str] = page.evaluate(CUT_OFF) if kind == "desktop" else []
    return faults(page) + cut_off + ([f"{wide} px too wide"] if wide > 0 else [])
