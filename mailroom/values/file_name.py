"""Names of files as records can hold them: others' disks and emails allow bytes that are no text."""

from __future__ import annotations

import unicodedata

LONGEST_PATH = 500
"""Letters of a path below a watched folder that fit on record."""


def is_recordable(path: str) -> bool:
    """Whether a path can be on record as it is."""
    return len(path) <= LONGEST_PATH and not any(unicodedata.category(letter) == "Cs" for letter in path)


def recordable(name: str) -> str:
    """The name with every byte that is no text, and every control character, written as %E9."""
    return "".join(_written(letter) for letter in name)


def _written(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Cs":
        return f"%{ord(letter) & 0xFF:02X}"  # Python keeps a byte that is no text as 0xDC00 and the byte
    return f"%{ord(letter):02X}" if kind == "Cc" else letter
