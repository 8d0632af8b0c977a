"""Finding UK postal addresses by their postcodes, and whose they are by where they stand."""

from __future__ import annotations

import re

from mailroom.config.references import Council
from mailroom.inbound.found import place_of
from mailroom.values.confidence import Confidence
from mailroom.values.index_fields import AddressRole, FoundAddress
from mailroom.values.page import PageReading
from mailroom.values.postal_address import POSTCODE, PostalAddress

# As POSTCODE, allowing O for 0, I or l for 1, S for 5 and B for 8 where digits belong.
_READ_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9OIlSB][A-Z\d]?) ?([0-9OIlSB][A-Z]{2})\b")
_WRITTEN_SMALL = re.compile(r"\b([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})\b", re.IGNORECASE)
_DIGITS = str.maketrans("OIlSB", "01158")
_STREET = re.compile(
    r"\b(road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|crescent|place|terrace|gardens?|row|hill|"
    r"square|mews|walk|rise|view|grove|park|flat|house|cottage|farm|green|parade|yard|wharf|gate)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(new address|moved to|moving to|forwarding|now liv\w+ at|my address is now)\b", re.IGNORECASE)
_LABEL = re.compile(r"^.{0,40}?\b(address|addr|property|premises|from|of|at|to|in)\b ?[:.]? ", re.IGNORECASE)
_LINES_UP, _PARTS, _A_LINE = 5, 6, 45
# The words with capitals or digits at the end of a stretch: where in a sentence an address begins.
_PROPER = re.compile(r"(?:(?<![\w'’])(?:[A-Z0-9][\w'’/-]*\.?|l\d+[a-z]?|&)[ .]*)+$")
# What stands in front of a house and street that has no postcode: a flat, a floor, or the house's name.
_WITHIN = re.compile(
    r"((?:flat|apartment|apt|unit|room|maisonette) \w{1,4}|(?:ground|first|second|third|top|basement|upper|lower)"
    r"(?: floor)?(?: flat)?|(?:the )?(?:[A-Z][\w'’]+ ){1,2}"
    r"(?:house|court|point|lodge|mansions|heights|cottage|farm|barn))"
    r"[, \n]{1,3}$",
    re.IGNORECASE,
)
_FLAT_AND_HOUSE = re.compile(r"(\d{1,3}[A-Za-z]?) ?/ ?(\d{1,4}[A-Za-z]? [A-Z].*)")
"""'2/14 Mill Street' is how many write flat 2 at number 14."""
_KINDS = (
    "road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|crescent|place|terrace|gardens|row|hill|square|mews|"
    "walk|rise|view|grove|green|parade|yard|wharf|quay|house|point"
)
_HOUSE_AND_STREET = re.compile(
    rf"\b(?:\d{{1,4}}[A-Za-z]?,? (?:[A-Z][\w'’-]*\.? ){{1,3}}?(?i:{_KINDS})"
    rf"|(?:[A-Z][\w'’]+ ){{1,2}}(?:Cottage|House|Farm|Lodge|Barn|Villa), (?:[A-Z][\w'’-]*\.? ){{1,3}}?(?i:{_KINDS}))\b"
    r"(?:,? (?:in |at )?[A-Z][a-z]+(?: [A-Z][a-z]+)?(?=[,.;\n]|$))?"
)


_Found = tuple[int, int, PostalAddress, AddressRole, float]


def find_addresses(page: PageReading, council: Council) -> tuple[FoundAddress, ...]:
    """Every address in order, those without a postcode at least with house and street.

    A block under one of the council's names is the council's.
    """
    found: list[_Found] = []
    for m in _postcodes(page.text):
        postcode = _tidy(m)
        if postcode:
            start, lines = _lines_before(page.text, m.start())
            role = _role(page.text, start, m.start(), lines, council, postcode, not found)
            sure = 0.95 if any(_STREET.search(line) for line in lines) else 0.6
            address = PostalAddress(tuple(_flats_apart(lines)), postcode)
            found.append((start, m.end(), address, role, sure))
    found += _without_postcode(page.text, council, [(start, end) for start, end, *_ in found])
    return tuple(
        FoundAddress(address, role, place_of(page, start, end), Confidence(sure))
        for start, end, address, role, sure in sorted(found, key=lambda f: f[0])
    )


def _postcodes(text: str) -> list[re.Match[str]]:
    """Those in capitals, misread or not, and those written small, which must have their figures right."""
    found = list(_READ_POSTCODE.finditer(text))
    starts = {m.start() for m in found}
    return sorted(
        [*found, *(m for m in _WRITTEN_SMALL.finditer(text) if m.start() not in starts)], key=lambda m: m.start()
    )


def _without_postcode(text: str, council: Council, taken: list[tuple[int, int]]) -> list[_Found]:
    """House and street alone, outside the addresses found already."""
    found: list[_Found] = []
    for m in _HOUSE_AND_STREET.finditer(text):
        start, lines = m.start(), [part.strip() for part in m.group().split(",")]
        while within := _WITHIN.search(text[max(0, start - 40) : start]):
            start -= len(within.group())
            lines.insert(0, within[1])
        if all(m.end() <= a or start >= b for a, b in taken):
            role = _role(text, start, m.end(), lines, council, "", not taken and not found)
            found.append((start, m.end(), PostalAddress(tuple(lines)), role, 0.5))
    return found


def _flats_apart(lines: list[str]) -> list[str]:
    """A flat and a house written as one number, as two lines."""
    apart: list[str] = []
    for line in lines:
        both = _FLAT_AND_HOUSE.fullmatch(line)
        apart += [f"Flat {both[1]}", both[2]] if both else [line]
    return apart


def _tidy(m: re.Match[str]) -> str:
    area = re.match(r"[A-Za-z]{1,2}(?=[0-9OIlSB])", m[1])
    if not area:
        return ""
    outward = area.group().upper() + m[1][area.end() :].translate(_DIGITS).upper()
    inward = m[2][0].translate(_DIGITS) + m[2][1:].upper()
    return f"{outward} {inward}" if POSTCODE.fullmatch(f"{outward} {inward}") else ""


def _lines_before(text: str, end: int) -> tuple[int, list[str]]:
    """The address in front of a postcode: on its own line, or the block of short lines above it."""
    line_start = text.rfind("\n", 0, end) + 1
    same = text[line_start:end].strip(" ,.")
    if "," in same or (_STREET.search(same) and re.search(r"\d", same)):
        return _in_running_text(text, end)
    lines, start = ([_LABEL.sub("", same)] if same else []), line_start
    above = text[:line_start].split("\n")[:-1][-_LINES_UP:]
    if above and above[-1].rstrip().endswith(",") and len(above[-1]) > _A_LINE:
        return _in_running_text(text, end)
    for n, line in enumerate(reversed(above)):
        if not line.strip() or len(line) > _A_LINE or line.rstrip().endswith((".", ":")):
            break
        lines.insert(0, line.strip(" ,"))
        start -= len(line) + 1
        over = above[-n - 2] if n + 2 <= len(above) else ""
        if re.match(r"(flat )?\d+[a-z]?\b", line.strip(), re.IGNORECASE) and not _WITHIN.fullmatch(f"{over.strip()},"):
            break
    return max(start, 0), lines


def _in_running_text(text: str, end: int) -> tuple[int, list[str]]:
    """The parts between commas, back to the last word without a capital or digit: 'abuts Flat 1, Marina Court'."""
    line_start = text.rfind("\n", 0, end) + 1
    if not _STREET.search(text[line_start:end]):
        line_start = text.rfind("\n", 0, max(line_start - 1, 0)) + 1
    parts: list[str] = []
    for part in reversed(text[line_start:end].replace("\n", " ").rstrip(" ,.").split(",")[-_PARTS:]):
        own = _PROPER.search(part)
        tail = own.group().strip(" .:-") if own else ""
        if tail:
            parts.insert(0, tail)
        if not own or (own.start() > 0 and part[: own.start()].strip(" .:-")):
            break
    start = text.rfind(parts[0], line_start, end) if parts else line_start
    return max(start, line_start), parts


def _role(
    text: str, start: int, end: int, lines: list[str], council: Council, postcode: str, first: bool
) -> AddressRole:
    above = text[max(0, start - 60) : start].rstrip("\n").split("\n")[-1]
    around = "\n".join((above if text[max(start - 1, 0)] == "\n" else "", *lines)).lower()
    if postcode in council.postcodes or any(name.lower() in around for name in council.names):
        return AddressRole.COUNCIL
    if _NEW.search(text[max(0, start - 80) : end]):
        return AddressRole.NEW
    return AddressRole.SENDER if first else AddressRole.OTHER
