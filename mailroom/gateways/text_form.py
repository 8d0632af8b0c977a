"""What of a letter tells its matter: the text without the addresses, names, dates and numbers that every letter has.

The same streets, towns and forms of address stand in letters to every service. A model that sees them learns who wrote
the examples rather than what they ask for; leaving them out brought most on letters of authors it had never read.
"""

from __future__ import annotations

import re

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|"
    "aug|sept?|oct|nov|dec"
)
_STREETS = (
    "road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|crescent|place|terrace|gardens|row|hill|square|mews|"
    "walk|rise|view|grove|green|parade|yard|wharf|quay|house|cottage|point|park|gate|end|passage"
)
_CAP = r"[A-Z][\w'’.-]*"
_POSTCODE = r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b"
_LEAVE_OUT: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"\S+@\S+|https?://\S+|www\.\S+", " "),
        (rf"(?:{_CAP},?[ ]){{0,5}}{_POSTCODE}", "\n"),
        (
            r"(?i:\b(?:flat|apartment|unit|room) \w{1,4},?\s)?\b\d{1,4}[A-Za-z]?,? "
            rf"(?:{_CAP} ){{1,3}}?(?i:{_STREETS})\b(?:,\s{_CAP}(?: {_CAP})?)*,?",
            " ",
        ),
        (
            rf"(?i)\b(?:\w+day,? )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)?[ .-]+(?:{_MONTHS})\b[ .,-]*(?:\d{{4}}|'?\d\d\b)?",
            " ",
        ),
        (rf"(?i)\b(?:{_MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?,? ?(?:\d{{4}})?", " "),
        (r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b", " "),
        (r"£ ?[\d,]+(?:\.\d\d)?", " anamount "),
        (r"(?:\+44|\b0)[\d ()-]{8,14}\d", " "),
        (r"\b[A-Z]{0,4}[/-]?\d[\d/-]{3,}[A-Z]?\b|\b\d(?: \d){3,}\b", " "),
    )
)
_COURTESY = re.compile(
    r"\s*(?:yours?\s+(?:sincerely|faithfully|truly|etc|respectfully).*|kind(?:est)? regards,?.*|(?:best )?regards,?|"
    r"best wishes,?|dear (?:sirs?|madam|sir ?(?:or|/) ?madam),?|to whom it may concern,?|"
    r"(?:many )?thanks(?: very much)?[.,!]?|thank ?you[.,!]?)\s*",
    re.IGNORECASE,
)
_NAME = re.compile(rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Rev)\.? )?(?:{_CAP},? ?){{1,4}}")
_ADDRESS = re.compile(rf"{_POSTCODE}|^\s*(?i:(?:flat|unit) \w+,? ?)?\d{{1,4}}[A-Za-z]?,? (?:{_CAP} ?){{1,3}}")
_DESK = re.compile(
    r"section|team|depart|office|service|manager|housing|council|tax|benefit|planning|licens|parking|election|"
    r"environment|director|head|chief|legal|rent|waste|street|repairs|court|form|notice|invoice|claim",
    re.IGNORECASE,
)
_NEAR = 3
"""Lines from an address or a closing within which a line of names is a sender's or a signature."""


def matter_of(text: str, own_names: tuple[str, ...] = ()) -> str:
    """The text without what stands in letters on any matter. own_names: of the council and its offices."""
    lines = text.replace("\f", "\n").split("\n")
    addresses = [len(line) < 60 and bool(_ADDRESS.search(line)) for line in lines]
    courtesies = [bool(_COURTESY.fullmatch(line)) for line in lines]
    kept = [
        line
        for n, line in enumerate(lines)
        if not courtesies[n] and not _is_sender(line, n, len(lines), addresses, courtesies)
    ]
    rest = "\n".join(kept)
    for pattern, instead in _LEAVE_OUT:
        rest = pattern.sub(instead, rest)
    for name in own_names:
        rest = re.sub(re.escape(name), " ", rest, flags=re.IGNORECASE)
    return rest


def _is_sender(line: str, number: int, lines: int, addresses: list[bool], courtesies: list[bool]) -> bool:
    """Whether a line holds a name only, beside an address, below a closing or at the very end."""
    bare = line.strip()
    if not _NAME.fullmatch(bare) or _DESK.search(bare) or (bare.isupper() and " " in bare):
        return False
    around = addresses[max(0, number - _NEAR) : number + _NEAR + 1]
    return any(around) or any(courtesies[max(0, number - _NEAR) : number]) or number >= lines - 2
