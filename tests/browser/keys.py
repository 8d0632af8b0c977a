"""A person who has a keyboard only: every key they press is counted, and nothing is reached in another way."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page

FARTHEST = 90
"""Presses of Tab after which a person would have given up."""
_IS_FOCUSED = "(field) => field === document.activeElement"


class Keys:
    """The keyboard of a page. pressed: keys so far, a typed word counting by its letters."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.pressed += len(words)

    def tab_to(self, target: Locator) -> None:
        """Tab forwards until the target has the focus. Fails when it cannot be reached so."""
        for _ in range(FARTHEST):
            if target.evaluate(_IS_FOCUSED):
                return
            self.press("Tab")
        raise AssertionError(f"{target} is not reached by {FARTHEST} presses of Tab")

    def open(self, target: Locator, address: str | re.Pattern[str]) -> None:
        """Tab to a link or button and press Enter; the page of that address follows."""
        self.tab_to(target)
        self.press("Enter")
        self.page.wait_for_url(address)
        self.page.wait_for_selector("body.js-enabled")

    def counted(self) -> int:
        """Keys since the last time this was asked."""
        since, self.pressed = self.pressed, 0
        return since


A_KEY, A_THOUGHT = 0.28, 1.35
"""Seconds of the keystroke-level model (Card, Moran & Newell, CACM 23(7), 1980): K for somebody who types 40 words a
minute, and M, making up one's mind. It was fitted to people who know what they do and make no slips."""


def modelled_seconds(keys: int, thoughts: int, wait: float) -> float:
    """What the model says an act takes: its keys, its moments of thought, and R, the wait for the machine."""
    return keys * A_KEY + thoughts * A_THOUGHT + wait
