"""The code printed on a letter that makes its answer find its own way home."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailroom.values.check_character import ALPHABET, as_typed, check_character, is_sound

BODY = 9
"""Characters before the check character: 45 bits, so guessing a live code of a million takes 35 million tries."""

_AS_PRINTED = re.compile(r"\b[0-9A-Z]{3}[-–][0-9A-Z]{3}[-–][0-9A-Z]{4}\b")


def make_reply_code(random: bytes) -> str:
    """Ten characters from at least six random bytes. A code whose check character is a sign is avoided by turning
    the last character, so that it can be spoken and typed anywhere.

    Raises:
        ValueError: fewer than six bytes.
    """
    if len(random) < 6:
        raise ValueError("a reply code needs six random bytes")
    number = int.from_bytes(random[:6], "big")
    body = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(BODY))
    while check_character(body) not in ALPHABET:
        body = body[:-1] + ALPHABET[(ALPHABET.index(body[-1]) + 1) % 32]
    return body + check_character(body)


def printed(code: str) -> str:
    """As it stands on the letter: 'AB3-4K7-9X2Q'."""
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


def read_reply_code(text: str) -> str:
    """The code in what somebody typed or a QR code held (the last part of an address); '' if it is none."""
    code = as_typed(text.rstrip("/").rsplit("/", 1)[-1])
    return code if len(code) == BODY + 1 and is_sound(code) else ""


def reply_codes_in(contents: Iterable[str], text: str) -> tuple[str, ...]:
    """The sound codes among the contents of QR codes, then those printed in the text; each once."""
    found = (*contents, *_AS_PRINTED.findall(text))
    return tuple(dict.fromkeys(code for shown in found if (code := read_reply_code(shown))))
