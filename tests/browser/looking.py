"""Looking at a page as axe, a phone's width and the reader of docs/pictures do."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "mailroom" / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']}"
PICTURES = os.environ.get("MAILROOM_PICTURES", "")


WIDTHS = {"desktop": 1280, "phone": 360}


def look(page: Page, name: str, address: str = "") -> list[str]:
    """Faults of a page on a desktop and on a phone: what axe finds, and sideways scrolling.

    With MAILROOM_PICTURES set, pictures are kept there.
    """
    if address:
        page.goto(address)
    page.wait_for_selector("body.js-enabled")
    page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')}; window.axe = window.axe || module.exports; }}")
    return [f"{kind}: {fault}" for kind, width in WIDTHS.items() for fault in _at(page, name, kind, width)]


def _at(page: Page, name: str, kind: str, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=f"{PICTURES}/web-{name}-{kind}.png", full_page=True)
    violations = page.evaluate(f"async () => (await axe.run(document, {RULES})).violations")
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
    return found + ([f"{wide} px too wide"] if wide > 0 else [])
