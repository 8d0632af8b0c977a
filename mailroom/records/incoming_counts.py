"""Incoming items put together by day and by what they have in common: the database groups, `rolling` judges."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from mailroom.records.daily_sql import as_day, day_of, is_postgres, text_at
from mailroom.records.rolling import Dated, Told
from mailroom.values.counts import Cause, Clock, DayCount, Direction

_CLOCKS: dict[str, tuple[frozenset[Clock], tuple[str, ...], str]] = {
    "routed": (frozenset({Clock.ROUTED}), ("routed",), ""),
    "seen": (frozenset({Clock.SEEN}), ("seen",), ""),
    "answered": (frozenset({Clock.ANSWERED, Clock.ACKNOWLEDGED}), ("due", "answered", "held"), ""),
    "promised": (frozenset({Clock.PROMISED}), ("answered", "promised"), "promised IS NOT NULL"),
}
"""Groups of dates: the clocks they serve, the dates those need, and which items have them at all."""

_DATES = ("due", "routed", "seen", "answered", "held", "promised")
_SAME = ("received", "service", "source", "received_from", "kind", "flags")
_MARKS = {
    "routed": "routed IS NOT NULL",
    "asked": "asked",
    "moved": "moved",
    "bounced": "bounced",
    "chases": "chases",
    "repeats": "repeats",
    "answered": "answered IS NOT NULL",
    "late": "answered > due",
    "held": "held IS NOT NULL",
    "chased": "chased",
}
"""What is told of items, each true or false; put in one number, a bit each, so that all parts have the same columns."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """Items of some days, as amounts of mail, as dates and as what happened. Each item is in each of the three."""

    volumes: list[DayCount] = field(default_factory=list)
    dated: list[Dated] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


def incoming(first: dt.date, last: dt.date, zone: ZoneInfo, channel_of: Callable[[str], str]) -> Incoming:
    """Every standing item received in those days, like ones together: one statement, whose answer is short."""
    found = Incoming()
    for part, *row in _rows(_statement(zone), (first, last)):
        received, service, source, received_from, kind, flags, *rest, marks, items, sheets = row
        day = as_day(received)
        assert day is not None
        channel = "email" if received_from == "mailbox" else channel_of(source)
        if part == "volume":
            found.volumes.append(DayCount(day, service, Direction.IN, channel, kind, Cause.NONE, items, int(sheets)))
        elif part == "told":
            facts = {mark: bool(marks >> bit & 1) for bit, mark in enumerate(_MARKS)}
            found.told.append(Told(day, service, **facts, items=items))
        else:
            due, routed, seen, answered, held, promised = map(as_day, rest)
            same = (_CLOCKS[part][0], day, service, channel, kind, _flags(flags))
            found.dated.append(Dated(*same, due, routed, seen, answered, held, promised, items))
    return found


def _rows(statement: str, days: tuple[dt.date, dt.date]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, days)
        yield from cursor


@lru_cache(maxsize=4096)
def _flags(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _statement(zone: ZoneInfo) -> str:
    """Facts of each item once, then grouped six ways.

    Its events are looked up one item at a time: joined as a group, PostgreSQL took a month for 769 million rows and
    sorted them instead of hashing.
    """
    parts = [_part("volume", ("received", "service", "source", "received_from", "kind"), sheets="SUM(sheets)")]
    parts += [_part(name, (*_SAME, *dates), where=where) for name, (_, dates, where) in _CLOCKS.items()]
    bits = " + ".join(f"CASE WHEN {fact} THEN {1 << bit} ELSE 0 END" for bit, fact in enumerate(_MARKS.values()))
    parts.append(_part("told", ("received", "service"), marks=bits))
    return f"{_FACTS.format(**_words(zone))} {' UNION ALL '.join(parts)}"


def _part(name: str, by: tuple[str, ...], where: str = "", marks: str = "0", sheets: str = "0") -> str:
    shown = [c if c in by else _NOTHING[c] for c in (*_SAME, *_DATES)]
    grouped = [*by, marks] if marks != "0" else by
    return (
        f"SELECT '{name}', {', '.join(shown)}, {marks}, COUNT(*), {sheets} FROM facts"
        f"{' WHERE ' + where if where else ''} GROUP BY {', '.join(grouped)}"
    )


_NOTHING = {**dict.fromkeys(_SAME, "''"), **dict.fromkeys(_DATES, "CAST(NULL AS date)")}


def _words(zone: ZoneInfo) -> dict[str, str]:
    """What the two databases say differently."""
    return {
        "routed": day_of("i.routed_at", zone),
        "seen": day_of("i.seen_at", zone),
        "answered": day_of("i.answered_at", zone),
        "first_answered": day_of("earlier.answered_at", zone),
        "first_service": text_at("i.decision", "classification", "service"),
        "held": day_of("e.at", zone),
        "promised": f"CAST(NULLIF({text_at('e.details', 'promised')}, '') AS {'date' if is_postgres() else 'text'})",
    }


_FACTS = """
WITH mine AS (
    SELECT i.id, CAST(i.id AS varchar(64)) AS key, i.received, i.service, i.team, i.due, b.source, b.received_from,
        i.doc_type AS kind, CAST(i.flags AS text) AS flags, {routed} AS routed, {seen} AS seen, {answered} AS answered,
        (i.last_page - i.first_page + 1 + CASE WHEN b.duplex THEN 1 ELSE 0 END)
            / CASE WHEN b.duplex THEN 2 ELSE 1 END AS sheets,
        COALESCE({first_service}, '') NOT IN ('', i.service) AS moved,
        i.chases_id IS NOT NULL AS chases, COALESCE({first_answered} < i.received, FALSE) AS repeats
    FROM records_item i JOIN records_batch b ON b.id = i.batch_id
        LEFT JOIN records_item earlier ON earlier.id = i.chases_id
    WHERE i.received BETWEEN %s AND %s AND i.status <> 'withdrawn'
), noted AS MATERIALIZED (
    SELECT mine.*,
        EXISTS (
            SELECT 1 FROM records_event e
            WHERE e.subject = 'item' AND e.subject_key = mine.key AND e.kind = 'item.to_review'
        ) AS asked,
        (
            SELECT MIN(e.id) FROM records_event e
            WHERE e.subject = 'item' AND e.subject_key = mine.key AND e.kind = 'item.holding_reply'
        ) AS first_held
    FROM mine
), facts AS (
    SELECT noted.*, {held} AS held, {promised} AS promised,
        other.item_id IS NOT NULL AS bounced, second.chases_id IS NOT NULL AS chased
    FROM noted
        LEFT JOIN records_event e ON e.id = noted.first_held
        LEFT JOIN (
            SELECT DISTINCT d.item_id FROM records_delivery d JOIN mine ON mine.id = d.item_id
            WHERE NOT d.is_copy AND d.team <> mine.team
        ) other ON other.item_id = noted.id
        LEFT JOIN (
            SELECT DISTINCT chases_id FROM records_item WHERE chases_id IN (SELECT id FROM mine)
        ) second ON second.chases_id = noted.id
)
"""
