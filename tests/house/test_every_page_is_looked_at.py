"""A page axe never looked at is a page nobody knows to be usable."""

from __future__ import annotations

import importlib

from django.urls import resolve

from mailroom.web.urls import urlpatterns
from tests.browser.every_page import NO_PAGE, PRESSED, World, pages

NUMBER, LINK = "B000001-01", "/sign-in/choose/a/b/"
WORLD = World(
    NUMBER, NUMBER, "B000001", "2026-11-25", "R000002", "R000001", "M000001", "L00000001", 1, 1,
    "00000000-0000-0000-0000-000000000001", LINK, 1,
)  # fmt: skip


def test_axe_looks_at_every_page_or_the_reason_why_not_is_written_down() -> None:
    opened = {resolve(address.split("?")[0]).url_name for _, _, address in pages(WORLD)}
    elsewhere = set(PRESSED).union(*NO_PAGE.values())
    names = {pattern.name for pattern in urlpatterns}
    assert names - opened - elsewhere == set(), "no test looks at these"
    assert opened & elsewhere == set(), "these are in the table and named as exceptions"
    assert elsewhere - names == set(), "these are no addresses"


def test_what_is_looked_at_by_pressing_is_a_test_that_there_is() -> None:
    for place in PRESSED.values():
        module, _, test = place.partition(".")
        assert hasattr(importlib.import_module(f"tests.browser.{module}"), test), place
