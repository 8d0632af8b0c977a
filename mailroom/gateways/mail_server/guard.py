"""What may go wrong in sending, and the allow-list that keeps items inside."""

from __future__ import annotations

from collections.abc import Iterable

from mailroom.errors import Misconfigured, Retry, Review


class MailAway(Retry):
    """The mail server is not reachable or says "later". The email waits and is sent again by itself."""


class MailRefused(Review):
    """The mail server refused the email for good."""


class OutsideAddress(Misconfigured):
    """The recipient is not at an allowed domain: nothing was sent."""


class AllowList:
    """The domains items may be emailed to, so that none leaves to an outside address by a typing slip."""

    def __init__(self, domains: Iterable[str]) -> None:
        self._domains = frozenset(d.lower() for d in domains)

    def check(self, recipient: str) -> None:
        """Raises OutsideAddress; the message names the domain, never the person."""
        domain = recipient.rpartition("@")[2].lower()
        if domain not in self._domains or recipient.count("@") != 1:
            raise OutsideAddress(
                f"An email to the domain '{domain}' was stopped: it is not in allowed_domains of config/routing.toml. "
                "Correct the team's inbox, or allow the domain."
            )
