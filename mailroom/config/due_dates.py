"""By when an item must be answered, as routing.toml says: the clocks of its flags and kind, else the service level."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from mailroom.config.routing import Clock, RoutingConfig
from mailroom.values.working_days import due_after, one_month_after


@dataclass(frozen=True, slots=True)
class Answerable:
    """What an item's last day depends on. received: the day its clock starts from. by_email: it came that way."""

    service: str
    flags: tuple[str, ...]
    doc_type: str
    received: dt.date
    by_email: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to answer, and what sets it."""

    due: dt.date
    source: str

    @property
    def reason(self) -> str:
        """As one reason of a decision."""
        return f"due {self.due:%-d %B %Y} ({self.source})"


def answer_by(item: Answerable, table: RoutingConfig) -> Deadline:
    """The earliest of the clocks that run; a clock another one stands in for does not.

    Raises:
        UnknownService: the table has no line for the service.
    """
    days = table.days_to_answer(item.service, item.by_email)
    running = list(_clocks(item, table))
    if running:
        due, source = min((_runs_out(item.received, clock), clock.source) for clock in running)
        return Deadline(due, source)
    return Deadline(due_after(item.received, days), f"{days} working days from receipt")


def _clocks(item: Answerable, table: RoutingConfig) -> Iterator[Clock]:
    by_flag = {code: clock for code in item.flags if code in table.flags and (clock := table.flags[code].clock)}
    replaced = {clock.instead_of for clock in by_flag.values()}
    yield from (clock for code, clock in by_flag.items() if code not in replaced)
    if item.doc_type in table.doc_types and (clock := table.doc_types[item.doc_type].clock):
        yield clock


def _runs_out(received: dt.date, clock: Clock) -> dt.date:
    return one_month_after(received) if clock.one_month else due_after(received, clock.days or 0)
