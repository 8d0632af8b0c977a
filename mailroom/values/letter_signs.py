"""Which signs letters can be printed with: those that every typeface of letters draws, and those with a stand-in."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Container
from dataclasses import dataclass
from functools import cached_property

_STAND_INS = ("<noBreak>", "<wide>", "<narrow>", "<font>", "<compat>")
"""Decompositions that read the same: a hyphen that does not break, broad letters from a Chinese keyboard, a ligature.
Not fractions and raised figures: '5⅒' must not become '51/10'."""


@dataclass(frozen=True)
class LetterSigns:
    """What can be printed. drawn: the signs for which the typefaces have a glyph, by code point."""

    drawn: frozenset[int]

    @classmethod
    def of(cls, *typefaces: Collection[int]) -> LetterSigns:
        """Those that all of the typefaces have."""
        return cls(frozenset(typefaces[0]).intersection(*typefaces[1:]))

    def lacking(self, text: str) -> tuple[str, ...]:
        """The signs of the text that would print as empty boxes, or in the wrong order, each once."""
        if text.isascii() and text.isprintable():
            return ()
        return tuple(sign for sign in dict.fromkeys(text) if sign not in self._fine and self._is_lacking(sign))

    def shown(self, text: str) -> str:
        """The text as it is drawn; what cannot be is left as it is."""
        if text.isascii():
            return text
        return "".join(sign if (s := shown_as(sign, self.drawn)) is None else s for sign in text)

    @cached_property
    def _fine(self) -> set[str]:
        """Signs asked for before that can be printed."""
        return set()

    def _is_lacking(self, sign: str) -> bool:
        if shown_as(sign, self.drawn) is None:
            return True
        self._fine.add(sign)
        return False


def composed(text: str) -> str:
    """The text with each accent in one sign with its letter, as typefaces have them: w and ^ become ŵ."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def shown_as(sign: str, drawn: Container[int]) -> str | None:
    """What is drawn for a sign: itself, '' for one that is invisible anyway, or a stand-in; None if nothing can be.

    Letters that run from right to left count as none: nothing here turns a line round, so a name would be backwards.
    """
    if sign.isspace():
        return sign
    kind = unicodedata.category(sign)
    if kind == "Cf" or _is_invisible_mark(sign):
        return ""
    if unicodedata.bidirectional(sign) in ("R", "AL"):
        return None
    if ord(sign) in drawn:
        return sign
    how, _, codes = unicodedata.decomposition(sign).partition(" ")
    instead = "".join(chr(int(code, 16)) for code in codes.split()) if how in _STAND_INS else ""
    return instead if instead and all(c.isspace() or ord(c) in drawn for c in instead) else None


def named(signs: Collection[str]) -> str:
    """The first of the signs, with its number in Unicode, and how many others there are: never a whole name."""
    first = next(iter(signs))
    shown = f"“{first}” (U+{ord(first):04X})" if first.isprintable() else f"A hidden sign (U+{ord(first):04X})"
    return shown if len(signs) == 1 else f"{shown} and {len(signs) - 1} more"


def _is_invisible_mark(sign: str) -> bool:
    """Variation selectors, and the joiner that only tells marks apart."""
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef" or sign == "\u034f"
