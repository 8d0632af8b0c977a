"""The baseline: what a year's post was before, month by month, and the CSV it is imported from."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from mailroom.errors import Reject
from mailroom.values.counts import PAPER_IN, PAPER_OUT, BaselineCount, DayCount, Direction
from mailroom.values.month import Month

COLUMNS = ("month", "service", "direction", "channel", "items", "set_aside", "reason", "source")
_NEEDED = COLUMNS[:5]


class UnreadableBaseline(Reject):
    """The CSV is not a baseline. Every wrong row is named; nothing of the file is imported."""


def read_baseline(text: str) -> list[BaselineCount]:
    """Read a baseline CSV: month,service,direction,channel,items and, if wanted, set_aside,reason,source.

    Raises:
        UnreadableBaseline: naming every wrong row, or the columns that are missing.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    missing = [c for c in _NEEDED if c not in (reader.fieldnames or ())]
    if missing:
        raise UnreadableBaseline(
            f"The file lacks the column {', '.join(missing)}. Its first line must name: {COLUMNS}."
        )
    rows: list[BaselineCount] = []
    problems: list[str] = []
    for line, record in enumerate(reader, start=2):
        try:
            rows.append(_row({k: (v or "").strip() for k, v in record.items() if isinstance(k, str)}))
        except ValueError as wrong:
            problems.append(f"row {line}: {wrong}")
    keys = Counter((r.month, r.service, r.direction, r.channel) for r in rows)
    problems += [f"{m} {s} {d} {c} stands {n} times; add them up" for (m, s, d, c), n in keys.items() if n > 1]
    if problems:
        raise UnreadableBaseline("Nothing was imported. Correct these and import again: " + "; ".join(problems) + ".")
    return rows


def _row(record: dict[str, str]) -> BaselineCount:
    if not record["channel"]:
        raise ValueError("the channel is empty; write post, email, web or print")
    return BaselineCount(
        month=Month.parse(record["month"]),
        service=record["service"],
        direction=Direction(record["direction"]),
        channel=record["channel"],
        items=_count(record["items"]),
        set_aside=_count(record.get("set_aside") or "0"),
        reason=record.get("reason", ""),
        source=record.get("source") or "imported",
    )


def _count(text: str) -> int:
    digits = text.replace(",", "")
    if not digits.isdecimal():
        raise ValueError(f"'{text}' is no whole number of items")
    return int(digits)


def measured(rows: Iterable[DayCount], first: Month) -> list[BaselineCount]:
    """A baseline year made from rows on record: twelve months from `first`."""
    sums: Counter[tuple[Month, str, Direction, str]] = Counter()
    for row in rows:
        month = Month.of(row.day)
        if first <= month <= first.plus(11) and not row.cause.avoids_an_item:
            sums[month, row.service, row.direction, row.channel] += row.items
    return [BaselineCount(m, s, d, c, items) for (m, s, d, c), items in sorted(sums.items())]


def is_paper(row: BaselineCount) -> bool:
    """Whether the row counts as post: by post in, printed out."""
    return row.channel in (PAPER_IN if row.direction is Direction.IN else PAPER_OUT)


@dataclass(frozen=True, slots=True)
class BaselineYear:
    """Twelve months of items of paper post, set-asides taken out, in calendar order from `first`."""

    first: Month
    items: tuple[int, ...]

    @property
    def total(self) -> int:
        """Items of the year."""
        return sum(self.items)

    @property
    def season(self) -> tuple[float, ...]:
        """Each month's share of an average month: 1.2 is a fifth above it. Twelve ones when there is no post."""
        mean = self.total / 12
        return tuple(n / mean if mean else 1.0 for n in self.items)

    def expected(self, month: Month) -> int:
        """What the baseline year had in the same calendar month."""
        return self.items[(month.index - self.first.index) % 12]


def year(
    rows: Iterable[BaselineCount], first: Month, directions: frozenset[Direction], service: str = ""
) -> BaselineYear:
    """The year's paper post in those directions, of one service or ('') of all."""
    months = dict.fromkeys(first.until(first.plus(11)), 0)
    for row in rows:
        wanted = row.direction in directions and (not service or row.service == service)
        if wanted and row.month in months and is_paper(row):
            months[row.month] += row.counted
    return BaselineYear(first, tuple(months.values()))
