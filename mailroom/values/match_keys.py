"""Keys under which the same name, number or address is found again although written, heard or read differently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_READ_ALIKE = str.maketrans("OQDILZSGB", "000112568")
"""Letters recognition takes for digits and the other way round; both sides of a comparison go through it."""

_FLAT = {"FLAT", "APARTMENT", "APT", "UNIT", "ROOM", "MAISONETTE", "FIAT", "FAT", "FLAF"}
"""The last three are what recognition makes of a flat; no house is called so."""
_FLOORS = {"BASEMENT", "GROUND", "FIRST", "SECOND", "THIRD", "TOP", "UPPER", "LOWER"}
_SHORT = {
    "RD": "ROAD", "ST": "STREET", "AVE": "AVENUE", "AV": "AVENUE", "LN": "LANE", "CL": "CLOSE", "DR": "DRIVE",
    "CT": "COURT", "PL": "PLACE", "SQ": "SQUARE", "TER": "TERRACE", "TERR": "TERRACE", "CRES": "CRESCENT",
    "GDNS": "GARDENS", "GRN": "GREEN", "GRV": "GROVE", "HSE": "HOUSE", "MT": "MOUNT", "PK": "PARK",
}  # fmt: skip
_DIGIT = re.compile(r"[0-9]")
_SIGNS = re.compile(r"[^A-Z0-9]+")
_SOUNDS = (
    ("MAC", "MC"), ("PH", "F"), ("GHT", "T"), ("CK", "K"), ("SCH", "S"), ("KN", "N"), ("WR", "R"), ("TH", "T"),
    ("C", "K"), ("Q", "K"), ("Z", "S"), ("V", "F"), ("D", "T"), ("G", "K"), ("B", "P"), ("X", "KS"), ("J", "K"),
)  # fmt: skip


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """Capitals without accents; anything but letters and digits becomes one space. O'Neil and O Neil differ by it."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(_SIGNS.sub(" ", text.upper().replace("'", "")).split())


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """A name with its letters only: "O'Neil-Smith" and "ONeil Smith" are one."""
    return re.sub(r"[^A-Z]", "", plain(text))


@lru_cache(maxsize=65536)
def sound_key(name: str) -> str:
    """Names that sound or are spelt alike share it: first sound, then consonants without doubles, at most six."""
    letters = name_key(name)
    for spelt, sound in _SOUNDS:
        letters = letters.replace(spelt, sound)
    rest = re.sub(r"[AEIOUHWY]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", (letters[:1] + rest))[:6]


def reference_key(value: str) -> str:
    """A reference without spaces and signs, letters and digits that read alike folded: 'HB 873O1' and 'HB87301'."""
    return re.sub(r"[^A-Z0-9]", "", value.upper()).translate(_READ_ALIKE)


def phone_key(text: str) -> str:
    """Digits only, national form: '+44 (0)7221 123456' is '07221123456'."""
    digits = re.sub(r"\D", "", text.replace("(0)", ""))
    return "0" + digits[2:] if digits.startswith("44") else digits


def address_words(lines: Iterable[str]) -> tuple[str, ...]:
    """The words of the lines in order, abbreviations written out, without house numbers and flat words."""
    words = [_SHORT.get(w, w) for line in lines for w in plain(line).split()]
    return tuple(w for w in words if not _DIGIT.search(w) and w not in _FLAT and len(w) > 1)


def house_key(lines: Sequence[str]) -> str:
    """Flat and house numbers in order, 'F3 12A'; a floor counts as a number; a house without any is its name."""
    kept = []
    for line in lines:
        words = plain(line).split()
        for before, word in zip(["", *words], words, strict=False):
            if _DIGIT.search(word):
                kept.append(("F" if before in _FLAT else "") + word)
            elif word in _FLOORS and ("FLOOR" in words or "FLAT" in words):
                kept.append(word)
    if kept:
        return " ".join(kept)[:24]
    return " ".join(address_words(lines[:1]))[:24] if len(lines) > 1 else ""


def street_key(lines: Sequence[str]) -> str:
    """The words of the first line that ends in a kind of street, else of the last with a number, else of the first."""
    worded = [(line, words) for line in lines if (words := address_words([line]))]
    for _, words in worded:
        if words[-1] in _STREETS:
            return " ".join(words)[:80]
    numbered = [words for line, words in worded if re.search(r"\d", line)]
    chosen = numbered[-1] if numbered else (worded[0][1] if worded else ())
    return " ".join(chosen)[:80]


_STREETS = (set(_SHORT.values()) | {"WAY", "HILL", "ROW", "WALK", "QUAY", "PARADE", "MEWS", "RISE"}) - {
    "COURT", "HOUSE", "PARK", "GREEN", "MOUNT",
}  # fmt: skip
