"""Names for codes, and where the rows behind a figure are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Linker = Callable[[Mapping[str, str]], str]
"""From what the wanted rows have in common (direction, cause, service, ...) to the address of their page."""

CAUSES = {
    "emailed": "Emailed instead of posted",
    "consolidated": "Sent in another letter's envelope",
    "suppressed": "Withheld: gone away or deceased",
    "cheaper_class": "Posted in a cheaper class",
    "not_sent": "Cancelled before it left",
    "scanned": "Scanned on arrival",
    "": "Posted in the ordinary way",
}

LINES = {
    "postage": "Postage",
    "envelope": "Envelopes",
    "print_sheet": "Paper and printing",
    "email": "Price of emails",
    "storage_sheet": "Filing space",
    "time": "Officers' time",
    "hour": "An officer's hour",
}

CHANNELS = {"post": "By post", "email": "By email", "web": "By the web or in person", "": "Not known"}

REASONS = {
    "law": "The law or policy",
    "proof": "Proof of posting",
    "format": "Another format",
    "doubtful_match": "Not surely matched",
    "no_consent": "Not asked yet",
    "chose_post": "Chose post",
    "no_contact": "No email known",
    "unverified_address": "Email not proved",
    "bounces": "Emails came back",
    "household": "Shared email address",
    "vulnerable": "Needs care",
    "": "Before reasons were kept",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The council's own words. link: where the rows behind a figure are; on paper nowhere."""

    services: Mapping[str, str]
    kinds: Mapping[str, str]
    standards: Mapping[str, str]
    link: Linker = lambda wanted: ""

    def service(self, code: str) -> str:
        """A service's name."""
        return self.services.get(code, code.replace("_", " ").capitalize()) if code else "Not sorted yet"

    def kind(self, code: str) -> str:
        """A letter type's or document class's name."""
        return self.kinds.get(code, code.replace("_", " ").capitalize()) if code else "Not known"

    def standard(self, code: str) -> str:
        """A standard's name."""
        return self.standards.get(code, code.replace("_", " ").capitalize()) if code else "No standard"
