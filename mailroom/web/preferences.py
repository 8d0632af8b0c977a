"""What the desks and the public pages need of the outgoing side, by shape. wiring/web_preferences.py sets the real one.

The implementation is `outbound/steps/preferences.py`; these names are the contract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mailroom.errors import Misconfigured
from mailroom.values.confirmed_fact import ConfirmedFact


@dataclass(frozen=True, slots=True)
class OpenedCode:
    """What a reply code's page may show: nothing of the person but the class of letter it came with."""

    document_class: str
    class_name: str


@dataclass(frozen=True, slots=True)
class LetterCopy:
    """The PDF behind an expiring link."""

    filename: str
    pdf: bytes


class Preferences(Protocol):
    def confirm_fact(self, fact: ConfirmedFact) -> str:
        """Record the fact for good; returns what changed, in a clerk's words. The same fact twice is recorded once.

        Raises Review with a clerk's reason when it cannot be (an unknown customer, a dead email address).
        """

    def open_code(self, code: str) -> OpenedCode | None:
        """The letter a reply code was printed on; None for a wrong, used or expired code (not told which)."""

    def ask_for_email(self, code: str, email: str) -> None:
        """Send a confirmation link to that address. Says nothing about whether the code was good."""

    def confirm_email(self, token: str) -> bool:
        """The link of that email was pressed: the choice counts from here. False for a stale or wrong token."""

    def take_back(self, token: str) -> bool:
        """The same link's 'go back to post': the choice is reversed by a new entry. False for a wrong token."""

    def letter_behind(self, token: str, answer: str) -> LetterCopy | None:
        """The letter of an expiring link, once the answer (postcode or date of birth) proves the reader; else None."""

    def knows_link(self, token: str) -> bool:
        """Whether the link is one of ours and has not expired."""


_preferences: list[Preferences] = []


def use(made: Preferences) -> None:
    """Set the one in use from here on."""
    _preferences[:] = [made]


def preferences() -> Preferences:
    """The one in use. Raises Misconfigured if none was set."""
    if not _preferences:
        raise Misconfigured("The web pages were started without the mailroom. Start them with `mailroom run`.")
    return _preferences[0]
