"""The line of an item's text that shows why it was found."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from mailroom.records.search import Part

_BEFORE, _AFTER = 70, 150
_ENDING = 3
"""Letters a word's ending may differ by, so that 'bins' shows 'bin' and 'collected' shows 'collection'."""


def snippet(text: str, parts: Iterable[Part]) -> SafeString:
    """About a line and a half around the first word found, the words marked; the beginning when none stands there."""
    words = {w for part in parts if not part.excluded for w in part.words}
    if not words:
        return conditional_escape(_cut(text, 0))
    stems = sorted((re.escape(w[: max(len(w) - _ENDING, 3)]) for w in words), key=len, reverse=True)
    shape = re.compile(rf"\b(?:{'|'.join(stems)})\w*", re.IGNORECASE)
    first = shape.search(text)
    cut = _cut(text, max((first.start() if first else 0) - _BEFORE, 0))
    pieces = []
    at = 0
    for found in shape.finditer(cut):
        pieces += [(conditional_escape(cut[at : found.start()]),), (_marked(found[0]),)]
        at = found.end()
    pieces.append((conditional_escape(cut[at:]),))
    return format_html_join("", "{}", pieces)


def _cut(text: str, start: int) -> str:
    """Whole words from about there, on one line; dots where the letter goes on."""
    end = start + _BEFORE + _AFTER
    begun = start > 0 and not text[start - 1].isspace()
    shown = text[start:end].split()[1:] if begun else text[start:end].split()
    broken = end < len(text) and not text[end].isspace() and not text[end - 1].isspace()
    shown = shown[:-1] if broken and len(shown) > 1 else shown
    return f"{'… ' if start else ''}{' '.join(shown)}{' …' if end < len(text) else ''}"


def _marked(word: str) -> SafeString:
    return mark_safe(f"<mark>{conditional_escape(word)}</mark>")
