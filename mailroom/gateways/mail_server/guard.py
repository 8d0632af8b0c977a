"""What may go wrong in sending, and the allow-list that keeps items inside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from mailroom.errors import Misconfigured, Retry, Review
from mailroom.values.email_address import is_email_address

_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class MailAway(Retry):
    """The mail server is not reachable or says "later". The email waits and is sent again by itself."""


class MailRefused(Review):
    """The mail server refused the email for good. status: its code as in RFC 3463 ('5.1.1'), '' if it gave none."""

    def __init__(self, message: str, status: str = "") -> None:
        super().__init__(message)
        self.status = status


class OutsideAddress(Misconfigured):
    """The recipient is not at an allowed domain: nothing was sent."""


class MailSettingsWrong(Misconfigured):
    """The mail server cannot be used the way config/mail.toml says: sign-in, security or password file."""


def refuse_malformed(address: str) -> None:
    """Raises MailRefused for what no mail server would take, without repeating it: trying again would not mend it."""
    if not is_email_address(address):
        raise MailRefused("What is on record is not an email address. Nothing was sent. Correct it.", "5.1.3")


class Guard(Protocol):
    """Who may be written to."""

    def check(self, recipient: str) -> None:
        """Raises a MailroomError for anybody else."""


class AnyAddress:
    """For letters to residents, whose mailboxes may be anywhere: only what is no address at all is stopped."""

    def check(self, recipient: str) -> None:
        """Raises MailRefused."""
        refuse_malformed(recipient)


class AllowList:
    """The domains items may be emailed to, so that none leaves to an outside address by a typing slip."""

    def __init__(self, domains: Iterable[str], setting: str = "allowed_domains of config/routing.toml") -> None:
        self._domains, self._setting = frozenset(d.lower() for d in domains), setting

    def check(self, recipient: str) -> None:
        """Raises MailRefused, or OutsideAddress; its message names the domain, never the person."""
        refuse_malformed(recipient)
        domain = recipient.rpartition("@")[2].lower()
        if domain not in self._domains:
            raise OutsideAddress(
                f"An email to the domain '{domain}' was stopped: it is not in {self._setting}. "
                "Correct the address, or allow the domain."
            )


def answered(code: int, words: bytes | str) -> MailAway | MailRefused:
    """A server's answer as an error. Its own words may name a person, so only the codes in them are kept."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    enhanced = _ENHANCED.search(said)
    codes = f"{code} {enhanced.group()}" if enhanced else f"{code}"
    if 500 <= code < 600:
        status = enhanced.group() if enhanced else ""
        told = f"The mail server refused the email for good ({codes}). Check the inbox, then retry."
        return MailRefused(told, status)
    return MailAway(f"The mail server asks to try later ({codes}). The email waits and is sent again.")
