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
_DIGITS = str.maketrans("OIlSB", "01158")
_STREET = re.compile(
    r"\b(road|rd|street|st|lane|ln|avenue|ave|close|drive|way|court|crescent|place|terrace|gardens?|row|hill|"
    r"square|mews|walk|rise|view|grove|park|flat|house|cottage|farm|green|parade|yard|wharf|gate)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\b(new address|moved to|moving to|forwarding|now liv\w+ at|my address is now)\b", re.IGNORECASE)
_LABEL = re.compile(r"^.{0,40}?\b(address|addr|property|premises|from|of|at|to|in)\b ?[:.]? ", re.IGNORECASE)
_LINES_UP = 5


def find_addresses(page: PageReading, council: Council) -> tuple[FoundAddress, ...]:
    """Every address with a postcode, in order. A block under one of the council's names is the council's."""
    found: list[FoundAddress] = []
    for m in _READ_POSTCODE.finditer(page.text):
        postcode = _tidy(m)
        if postcode:
            start, lines = _lines_before(page.text, m.start())
            role = _role(page.text, start, m.start(), lines, council, postcode, not found)
            sure = 0.95 if any(_STREET.search(line) for line in lines) else 0.6
            address = PostalAddress(tuple(lines), postcode)
            found.append(FoundAddress(address, role, place_of(page, start, m.end()), Confidence(sure)))
    return tuple(found)


def _tidy(m: re.Match[str]) -> str:
    area = re.match(r"[A-Z]{1,2}(?=[0-9OIlSB])", m[1])
    if not area:
        return ""
    outward = area.group() + m[1][area.end() :].translate(_DIGITS)
    inward = m[2][0].translate(_DIGITS) + m[2][1:]
    return f"{outward} {inward}" if POSTCODE.fullmatch(f"{outward} {inward}") else ""


def _lines_before(text: str, end: int) -> tuple[int, list[str]]:
    """The address in front of a postcode: on its own line, or the block of short lines above it."""
    line_start = text.rfind("\n", 0, end) + 1
    same = _LABEL.sub("", text[line_start:end]).strip(" ,.")
    if "," in same or (_STREET.search(same) and re.search(r"\d", same)):
        parts = [p.strip(" .") for p in same.split(",") if p.strip(" .")][-4:]
        return max(text.find(parts[0], line_start), line_start) if parts else line_start, parts
    lines, start = ([same] if same else []), line_start
    for line in reversed(text[:line_start].split("\n")[:-1][-_LINES_UP:]):
        if not line.strip() or len(line) > 45 or line.rstrip().endswith((".", ":")):
            break
        lines.insert(0, line.strip(" ,"))
        start -= len(line) + 1
        if re.match(r"(flat )?\d+[a-z]?\b", line.strip(), re.IGNORECASE):
            break
    return max(start, 0), lines


def _role(
    text: str, start: int, end: int, lines: list[str], council: Council, postcode: str, first: bool
) -> AddressRole:
    above = "\n".join(text[max(0, start - 120) : start].split("\n")[-3:])
    around = (above + "\n" + "\n".join(lines)).lower()
    if postcode in council.postcodes or any(name.lower() in around for name in council.names):
        return AddressRole.COUNCIL
    if _NEW.search(text[max(0, start - 80) : end]):
        return AddressRole.NEW
    return AddressRole.SENDER if first else AddressRole.OTHER
