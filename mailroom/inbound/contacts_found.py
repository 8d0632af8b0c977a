"""Finding telephone numbers, email addresses, National Insurance numbers and vehicle registrations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mailroom.inbound.found import before, place_of
from mailroom.values.confidence import Confidence
from mailroom.values.index_fields import Reference
from mailroom.values.page import PageReading

Hit = tuple[int, int, Reference]

_D = "[0-9OoIl|SB]"
_PHONE = re.compile(rf"(?<![\w/])(?:\(?\+? ?44\)?[ -]?(?:\(0\)[ -]?)?|\(?[0Oo])(?:[ ().-]{{0,2}}{_D}){{9,10}}(?![\w/])")
_EMAIL = re.compile(r"[\w.+'-]+ ?[@©] ?[\w-]+(?: ?\. ?[\w-]+)*\.[a-z]{2,}\b", re.IGNORECASE)
# HMRC's NIM39110: two prefix letters (some never used), six digits, suffix A to D.
_NINO = re.compile(rf"(?<!\w)([A-Za-z]{{2}})[ .-]?((?:{_D}[ .-]?){{6}})([A-Da-d])(?!\w)")
_NINO_PREFIX = re.compile(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]")
# DVLA's current format since September 2001: two letters (never I, Q, Z first), two digits, three letters.
_VRM = re.compile(r"(?<!\w)([A-Z]{2})([0-9OISB]{2}) ?([A-HJ-PR-Z]{3})(?!\w)")
_OLD_VRM = re.compile(r"(?<!\w)([A-HJ-NPR-TV-Y]\d{1,3} ?[A-Z]{3})(?!\w)")
_VEHICLE = re.compile(r"\b(registration|reg|vehicle|car|van|vrm|number plate|taxi|motorcycle)\b", re.IGNORECASE)
_DIGITS = str.maketrans("OoIl|SB", "0011158")


def find_contacts(page: PageReading) -> Iterator[Hit]:
    """(start, end, reference) of every such number in the page's text; types phone, email, nino, vrm."""
    finders: tuple[tuple[re.Pattern[str], str, Callable[[re.Match[str], str], tuple[str, float] | None]], ...] = (
        (_EMAIL, "email", _email),
        (_NINO, "nino", _nino),
        (_PHONE, "phone", _phone),
        (_VRM, "vrm", _vrm),
        (_OLD_VRM, "vrm", _old_vrm),
    )
    for pattern, kind, read in finders:
        for found in pattern.finditer(page.text):
            value = read(found, page.text)
            if value and "\n" not in found.group():
                place = place_of(page, found.start(), found.end())
                yield found.start(), found.end(), Reference(kind, value[0], found.group(), place, Confidence(value[1]))


def _email(found: re.Match[str], _text: str) -> tuple[str, float]:
    slips = found.group().count(" ") + found.group().count("©")
    return found.group().replace(" ", "").replace("©", "@").lower(), 0.97 * 0.92**slips


def _phone(found: re.Match[str], _text: str) -> tuple[str, float] | None:
    digits = re.sub(r"\D", "", found.group().replace("(0)", "").translate(_DIGITS))
    if digits.startswith("44"):
        digits = "0" + digits[2:]
    slips = sum(c in "OoIl|SB" for c in found.group())
    if slips > 3 or not re.fullmatch(r"0[1-9]\d{8,9}", digits):
        return None
    return digits, 0.96 * 0.93**slips


def _nino(found: re.Match[str], _text: str) -> tuple[str, float] | None:
    prefix = found[1].upper()
    if not _NINO_PREFIX.fullmatch(prefix) and prefix[0] not in "D":
        return None
    digits = re.sub(r"\D", "", found[2].translate(_DIGITS))
    slips = sum(c in "OoIl|SB" for c in found[2])
    return (prefix + digits + found[3].upper(), 0.97 * 0.92**slips) if len(digits) == 6 and slips <= 2 else None


def _vrm(found: re.Match[str], _text: str) -> tuple[str, float] | None:
    if found[1][0] in "IQZ" and found[1][0] != "Z":
        return None
    return found[1] + found[2].translate(_DIGITS) + found[3], 0.9


def _old_vrm(found: re.Match[str], text: str) -> tuple[str, float] | None:
    """Prefix plates ('K123 ABC') look like much else, so only beside a word for a vehicle."""
    return (found[1].replace(" ", ""), 0.75) if _VEHICLE.search(before(text, found.start())) else None
