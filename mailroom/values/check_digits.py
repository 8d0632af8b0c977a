"""Check digits of references: a misread digit makes a number nobody has, instead of another customer's.

Each rule holds the last digits of a reference against those before. Letters and separators are passed over, except in
ISO 7064, where a letter counts as a number (A is 10, Z is 35).
"""

from __future__ import annotations

from enum import StrEnum


class CheckDigit(StrEnum):
    """How a kind of reference is checked."""

    NONE = ""
    LUHN = "luhn"
    MODULUS_11 = "mod11"
    ISO_7064 = "mod97"


def is_right(rule: CheckDigit, value: str) -> bool:
    """Whether the reference keeps to the rule; every reference keeps to none."""
    signs = [c for c in value if c.isascii() and c.isalnum()]
    digits = [int(c) for c in signs if c.isdecimal()]
    match rule:
        case CheckDigit.NONE:
            return True
        case CheckDigit.LUHN:
            doubled = (sum(divmod(2 * d, 10)) for d in digits[-2::-2])
            return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
        case CheckDigit.MODULUS_11:  # weights 1, 2, 3 ... from the right; a check of ten has no digit and is not issued
            return sum(weight * d for weight, d in enumerate(reversed(digits), 1)) % 11 == 0
        case CheckDigit.ISO_7064:
            return int("".join(str(int(c, 36)) for c in signs) or "0") % 97 == 1
