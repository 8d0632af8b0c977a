"""The personalisation of a request: values as text, the address in it, and values made safe where a system asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_MARKS = re.compile(r"([`*_()\\{}\[\]<>#+\-.!|])")
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_MAYBE_A_SLIP = re.compile(r"[a-z0-9.-]+", re.IGNORECASE)
_LINES = (*(f"addressline{n}" for n in range(1, 8)), "postcode")


@dataclass(frozen=True, slots=True)
class MadeSafe:
    """Values with those named made safe. sent: without links. shown: also with Markdown's marks escaped.

    Our emails never read marks in a value, so nothing is escaped in what is sent. changed: for the answer.
    """

    sent: dict[str, str]
    shown: dict[str, str]
    changed: dict[str, dict[str, str]]


def as_text(values: Mapping[str, object]) -> dict[str, str]:
    """Every value as the words it stands for: a list as 'a, b and c', true and false as yes and no."""
    return {name: _text(value) for name, value in values.items()}


def make_safe(values: Mapping[str, str], names: Iterable[object]) -> MadeSafe:
    """Take links out of the values named, in any case and spacing, and escape Markdown's marks as shown."""
    wanted = {_key(str(name)) for name in names}
    sent = {n: _without_links(v) if _key(n) in wanted else v for n, v in values.items()}
    shown = {n: _MARKS.sub(r"\\\1", v) if _key(n) in wanted else v for n, v in sent.items()}
    changed = {n: {"unsanitised": v, "sanitised": shown[n]} for n, v in values.items() if shown[n] != v}
    return MadeSafe(sent, shown, changed)


def address_in(values: Mapping[str, str]) -> dict[str, str]:
    """The address lines a request gives, as they were, by key: addressline1 to 7, postcode."""
    given = {_key(name): value for name, value in values.items()}
    return {key: given[key] for key in _LINES if given.get(key, "").strip()}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        words = [_text(v) for v in value if v not in (None, "")]
        return " and ".join(w for w in (", ".join(words[:-1]), words[-1]) if w) if words else ""
    return str(value)


def _without_links(value: str) -> str:
    """'kind.regards' becomes 'kind. regards', as it may be a slip; anything that is surely a link goes."""
    return _LINK.sub(lambda m: m[0].replace(".", ". ") if _MAYBE_A_SLIP.fullmatch(m[0]) else "", value)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()
