"""Signs that a page starts a new item, where no separator sheet says so. Each sign is 0 or 1; weights are site data."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from mailroom.values.page import PageReading, TextSource, Word

_SALUTATION = re.compile(r"\b(dear|to whom it may concern|hello|hi there|good (morning|afternoon)|annwyl)\b", re.I)
_SIGN_OFF = re.compile(
    r"\b(yours (faithfully|sincerely|truly)|(kind|best|many|warm)\s+(regards|wishes|thanks)|regards|thank you|"
    r"signed|signature|yn gywir)\b",
    re.I,
)
_PAGE_OF = re.compile(
    r"\bpage\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})\b|^\s*[-–(]?\s*(\d{1,2})\s*(?:of|/)\s*(\d{1,2})", re.I | re.M
)
_PAGE_N = re.compile(
    r"^\W*(?:page|p\.|sheet)?\s*([2-9])\s*\W*$|\b(?:cont(?:inued|'d|d)?)\b|\bpage\s+([2-9])\b", re.I | re.M
)
_DATE = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:20)?\d{2}\b|"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\s+\d{1,2}|"
    r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d{2}\b",
    re.I,
)
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b")
_EMAIL_HEAD = re.compile(r"^\s*(from|to|sent|subject|date)\s*:", re.I | re.M)
_TITLE = re.compile(r"\b(form|application|invoice|notice|claim|request|statement|certificate|questionnaire)\b", re.I)
_REFERENCE = re.compile(r"\b(our|your|my)?\s*ref(?:erence)?\b\s*[:.]?", re.I)


def signs(page: PageReading, before: PageReading) -> dict[str, float]:
    """The signs on this page, given the item page before it. Names are the keys of [signs] in separation.toml."""
    top, first_lines = _text_of(page, 0.0, 0.4), _text_of(page, 0.0, 0.16)
    end_before = _text_of(before, 0.35, 1.0)
    number = page_number(page)
    return {
        "salutation": _has(_SALUTATION, _text_of(page, 0.0, 0.6)),
        "date_at_top": _has(_DATE, top),
        "address_at_top": _has(_POSTCODE, top),
        "reference_at_top": _has(_REFERENCE, top),
        "email_header": float(len(_EMAIL_HEAD.findall(_text_of(page, 0.0, 0.5))) >= 2),
        "title_at_top": _has(_TITLE, first_lines),
        "first_of_pages": float(number == 1),
        "later_of_pages": float(number is not None and number > 1),
        "continued": _has(_PAGE_N, first_lines) if number != 1 else 0.0,
        "starts_in_mid_sentence": float(bool(re.match(r"\s*[a-z]", page.text))),
        "sign_off_before": _has(_SIGN_OFF, end_before),
        "before_is_full": float(_lowest(before) > 0.86 and not _has(_SIGN_OFF, end_before)),
        "size_changes": float(abs(page.width_pt - before.width_pt) > 20 or abs(page.height_pt - before.height_pt) > 20),
        "hand_changes": float(_by_hand(page) != _by_hand(before)),
        "big_heading": float(_tallest_at_top(page) > 1.7),
        "few_words": float(len(page.words) < 40),
    }


def probability(found: Mapping[str, float], weights: Mapping[str, float], start: float) -> float:
    """Logistic: how likely the page starts an item."""
    total = start + sum(weights.get(name, 0.0) * value for name, value in found.items())
    return 1 / (1 + math.exp(-total))


def page_number(page: PageReading) -> int | None:
    """The k of 'Page k of n' on the page, if n makes sense."""
    for found in _PAGE_OF.finditer(page.text):
        k, n = (int(g) for g in found.groups() if g)
        if 1 <= k <= n <= 40 and n > 1:
            return k
    return None


def _has(pattern: re.Pattern[str], text: str) -> float:
    return float(bool(pattern.search(text)))


def _text_of(page: PageReading, top: float, bottom: float) -> str:
    """The lines whose first word stands between the two heights (fractions of the page)."""
    lines: dict[int, list[Word]] = {}
    for word in page.words:
        lines.setdefault(word.line, []).append(word)
    return "\n".join(" ".join(w.text for w in line) for line in lines.values() if top <= line[0].box.centre[1] < bottom)


def _lowest(page: PageReading) -> float:
    return max((w.box.y1 for w in page.words), default=0.0)


def _by_hand(page: PageReading) -> bool:
    return page.source in (TextSource.RAPIDOCR, TextSource.MERGED)


def _tallest_at_top(page: PageReading) -> float:
    """Height of the tallest word in the top sixth against the page's median word."""
    heights = sorted(w.box.height for w in page.words)
    top = [w.box.height for w in page.words if w.box.y1 < 0.17 and len(w.text) > 2]
    return max(top) / heights[len(heights) // 2] if heights and top and heights[len(heights) // 2] else 0.0
