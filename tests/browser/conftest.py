from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.web.conftest import (
    PASSWORD,
    figures_desk,
    machines,
    notices,
    outgoing,
    person,
    preferences,
    print_floor,
    print_unit,
    quick_hashes,
    signed_in,
    site_files,
)

__all__ = [
    "figures_desk",
    "machines",
    "notices",
    "outgoing",
    "person",
    "preferences",
    "print_floor",
    "print_unit",
    "quick_hashes",
    "signed_in",
    "site_files",
]

FLAGS = [
    "--headless",
    "--lang=en-GB",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


SAYS_NOTHING = "navigator.sendBeacon = () => true"
"""What a page says as it goes would come while the test's records are being taken away."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Pages of people who are not signed in; what is left open would speak to a server that has stopped."""
    opened = []

    def start(width: int = 1280, height: int = 900, **settings: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, locale="en-GB", **settings
        )
        opened.append(context)
        return context.new_page()

    yield start
    for context in opened:
        for page in context.pages:
            with suppress(Error):  # a page on its way somewhere has nothing to say either
                page.evaluate(SAYS_NOTHING)
        context.close()


@pytest.fixture
def sign_in(visit: Callable[..., Page], person: Callable[..., object]) -> Callable[..., Page]:
    def start(role: str, *services: str, **settings: Any) -> Page:
        """settings: width, height and whatever else a browser's context takes."""
        person(role, *services)
        page = visit(**settings)
        page.goto("/sign-in/")
        page.get_by_label("User name").fill(role)
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    return start
