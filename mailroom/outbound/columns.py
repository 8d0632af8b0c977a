"""Which column of a spreadsheet fills which field of a template, before any row is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mailroom.outbound.letter_template import LetterTemplate, field_key
from mailroom.outbound.submission import ADDRESS_KEYS, KNOWN_COLUMNS, column_key

_FIRST_LINES = (*ADDRESS_KEYS, "address1")


@dataclass(frozen=True, slots=True)
class Columns:
    """fields: (field, its column or '', whether every letter needs it). unused: columns that fill nothing."""

    fields: tuple[tuple[str, str, bool], ...]
    unused: tuple[str, ...]


def match_columns(template: LetterTemplate, head: Iterable[str]) -> Columns:
    """Match a head to a template, the address after its own fields."""
    by_key = {field_key(column): column for column in head if column}
    fields = [(name, by_key.get(field_key(name), ""), True) for name in sorted(template.needed)]
    fields += [(name, by_key.get(field_key(name), ""), False) for name in sorted(template.asked)]
    fields.append(("address line 1", _first_line(by_key), True))
    fields.append(("postcode", by_key.get("postcode", ""), False))
    used = {column for _, column, _ in fields}
    return Columns(
        tuple(fields), tuple(c for key, c in by_key.items() if c not in used and column_key(key) not in KNOWN_COLUMNS)
    )


def _first_line(by_key: Mapping[str, str]) -> str:
    return next((by_key[key] for key in _FIRST_LINES if key in by_key), "")
