"""Which clock an item is held to, as a person sets it: the flags that decide its last day."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from mailroom.config.due_dates import Answerable, Deadline, answer_by
from mailroom.records.models import Item
from mailroom.web.site import flag_name, routing, services


@dataclass(frozen=True, slots=True)
class ClockChoice:
    """One flag with a clock, for a form."""

    code: str
    name: str
    promise: str
    chosen: bool


def clock_choices(item: Item) -> list[ClockChoice]:
    """Every flag that sets a date, and whether the item has it."""
    table = routing()
    clocks = [(code, clock) for code in table.flags_with_a_clock if (clock := table.flags[code].clock)]
    return [ClockChoice(code, flag_name(code), clock.source, code in item.flags) for code, clock in clocks]


def flags_said(request: HttpRequest, item: Item) -> tuple[str, ...]:
    """The item's flags with the clocks as the form has them; as they were when the form did not ask.

    A flag that only makes sense beside another brings that one with it: stage 2 is of a complaint.
    """
    if "clocks" not in request.POST:
        return tuple(item.flags)
    clocked = routing().flags_with_a_clock
    ticked = [code for code in request.POST.getlist("clock") if code in clocked]
    needed = [kind.needs for kind in services().flags if kind.code in ticked and kind.needs]
    kept = [code for code in item.flags if code not in clocked]
    return tuple(dict.fromkeys([*kept, *needed, *ticked]))


def deadline_of(item: Item, service: str, flags: tuple[str, ...]) -> Deadline:
    """By when it must be answered as that service's, with these flags. Raises UnknownService."""
    by_email = item.batch.received_from == "mailbox"
    return answer_by(Answerable(service, flags, item.doc_type, item.received, by_email), routing())
