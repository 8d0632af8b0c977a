"""The roll-ups kept in step with items and letters: made again by day, and checked against the rows they come from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Min, Sum
from django.db.models.fields.json import KT

from mailroom.records import outgoing_counts
from mailroom.records.incoming_counts import incoming
from mailroom.records.models import (
    DailyClock,
    DailyCount,
    DailyTally,
    Event,
    Item,
    Letter,
    MonthCount,
    RollupMark,
)
from mailroom.records.rolling import Roll, Rules, roll
from mailroom.values.counts import Cause, Clock, ClockCount, DayCount, Direction, Tally, TallyCount
from mailroom.values.month import Month

_OVERLAP = dt.timedelta(minutes=15)
"""Events are looked at again for so long, because a transaction may commit after a later one has."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How this council counts: its rules, its clock's zone, where items come from, its cheaper classes of postage.

    channel_of: the channel of a batch's source ('post', 'email', 'web').
    """

    rules: Rules
    zone: ZoneInfo
    channel_of: Callable[[str], str]
    cheaper_classes: Collection[str] = ()


def counted(first: dt.date, last: dt.date, counting: Counting) -> Roll:
    """What the rows themselves say about some days. Nothing is written."""
    letters = outgoing_counts.outgoing(first, last, counting.zone, counting.cheaper_classes)
    items = incoming(first, last, counting.zone, counting.channel_of)
    return roll([*items.volumes, *letters], items.dated, items.told, counting.rules)


def kept(first: dt.date, last: dt.date) -> Roll:
    """What the roll-ups hold about some days, in the order `counted` gives."""
    counts = DailyCount.objects.filter(day__range=(first, last)).values_list(
        "day", "service", "direction", "channel", "kind", "cause", "items", "sheets", "pence", "why"
    )
    clocks = DailyClock.objects.filter(received__range=(first, last)).values_list(
        "received", "service", "standard", "channel", "kind", "clock", "days", "late", "due", "items"
    )
    tallies = DailyTally.objects.filter(day__range=(first, last)).values_list("day", "service", "tally", "items")
    return Roll(
        tuple(
            DayCount(d, s, Direction(w), c, k, Cause(x), items, sheets, pence, why)
            for d, s, w, c, k, x, items, sheets, pence, why in counts
        ),
        tuple(
            ClockCount(r, s, st, ch, k, Clock(c), None if n == DailyClock.RUNNING else n, late, due, items)
            for r, s, st, ch, k, c, n, late, due, items in clocks
        ),
        tuple(TallyCount(d, s, Tally(t), n) for d, s, t, n in tallies),
    )


def make_again(days: Iterable[dt.date], counting: Counting) -> int:
    """Replace the roll-ups of some days by what the rows say. Returns how many days."""
    wanted = sorted(set(days))
    for first, last in _runs(wanted):
        with transaction.atomic():
            _hold_mark()
            _replace(first, last, counted(first, last, counting))
            sum_month(Month.of(first))
    return len(wanted)


def _runs(days: list[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    """Neighbouring days of one month as first and last, so that a month is one reading."""
    numbered = enumerate(days)
    for _, group in groupby(numbered, key=lambda pair: (pair[1].toordinal() - pair[0], pair[1].month)):
        run = [day for _, day in group]
        yield run[0], run[-1]


def _hold_mark() -> RollupMark:
    RollupMark.objects.get_or_create(name="rollup")
    return RollupMark.objects.select_for_update().get(name="rollup")


def _replace(first: dt.date, last: dt.date, fresh: Roll) -> None:
    DailyCount.objects.filter(day__range=(first, last)).delete()
    DailyClock.objects.filter(received__range=(first, last)).delete()
    DailyTally.objects.filter(day__range=(first, last)).delete()
    DailyCount.objects.bulk_create(
        (DailyCount(month=Month.of(r.day).index, **_fields(r)) for r in fresh.counts), batch_size=2000
    )
    DailyClock.objects.bulk_create(
        (
            DailyClock(
                month=Month.of(r.received).index,
                **{**_fields(r), "days": DailyClock.RUNNING if r.days is None else r.days},
            )
            for r in fresh.clocks
        ),
        batch_size=2000,
    )
    DailyTally.objects.bulk_create(
        (DailyTally(month=Month.of(r.day).index, **_fields(r)) for r in fresh.tallies), batch_size=2000
    )


_MONTHLY = ("service", "direction", "channel", "cause")


def sum_month(month: Month) -> None:
    """Make a month's counts anew from its days'."""
    sums = {"n_items": Sum("items"), "n_sheets": Sum("sheets"), "n_pence": Sum("pence")}
    rows = DailyCount.objects.filter(month=month.index).values_list(*_MONTHLY).annotate(**sums)
    MonthCount.objects.filter(month=month.index).delete()
    MonthCount.objects.bulk_create(
        MonthCount(month=month.index, service=s, direction=d, channel=c, cause=x, items=n, sheets=sheets, pence=pence)
        for s, d, c, x, n, sheets, pence in rows
    )


def _fields(row: DayCount | ClockCount | TallyCount) -> dict[str, object]:
    return {f.name: getattr(row, f.name) for f in dataclasses.fields(row)}


def catch_up(now: dt.datetime, counting: Counting) -> int:
    """Make again the days touched since last time, found by their events. Returns how many.

    The first time, every day with an item or a letter.
    """
    with transaction.atomic():
        since = _hold_mark().through
    days = _touched(since - _OVERLAP, counting.zone) if since else set(all_days(counting.zone))
    done = make_again(days, counting)
    RollupMark.objects.filter(name="rollup").update(through=now)
    return done


def rolled_up_through() -> dt.datetime | None:
    """From when on changes are looked at next time; None before the first time."""
    through = RollupMark.objects.filter(name="rollup").values_list("through", flat=True).first()
    return through - _OVERLAP if through else None


def _touched(since: dt.datetime, zone: ZoneInfo) -> set[dt.date]:
    keys: dict[str, set[str]] = {}
    subjects = ("item", "batch", "delivery", "letter", "mailing", "printrun")
    events = Event.objects.filter(at__gte=since, subject__in=subjects)
    for subject, key, item in events.values_list("subject", "subject_key", KT("details__item")).distinct():
        keys.setdefault(subject, set()).add(key)
        if item:
            keys.setdefault("item", set()).add(str(item))
    days: set[dt.date] = set()
    for part in _parts(keys.get("item", set())):
        for related in ("pk__in", "chasers__pk__in", "chases__in"):
            days.update(Item.objects.filter(**{related: part}).values_list("received", flat=True))
    for part in _parts(keys.get("batch", set())):
        days.update(Item.objects.filter(batch_id__in=part).values_list("received", flat=True).distinct())
    for name in ("letter", "mailing", "printrun"):
        for part in _parts(keys.get(name, set())):
            days |= outgoing_counts.days_touched(**{**_NONE, _LETTERS_BY[name]: part}, zone=zone)
    return days


_LETTERS_BY = {"letter": "keys", "mailing": "mailings", "printrun": "runs"}
_NONE: dict[str, list[str]] = {"keys": [], "mailings": [], "runs": []}


def _parts(keys: Collection[str]) -> Iterator[list[str]]:
    """Keys in parts small enough for one query (SQLite allows 999 parameters in old builds)."""
    ordered = sorted(keys)
    return (ordered[i : i + 500] for i in range(0, len(ordered), 500))


def all_days(zone: ZoneInfo) -> Iterator[dt.date]:
    """Every day from the first item or letter, or roll-up of one, to the last."""
    items = Item.objects.aggregate(first=Min("received"), last=Max("received"))
    rolled = DailyCount.objects.aggregate(first=Min("day"), last=Max("day"))
    months = MonthCount.objects.aggregate(first=Min("month"), last=Max("month"))
    letters = Letter.objects.aggregate(first=Min("created_at"), sent=Max("sent_at"), made=Max("created_at"))
    moments = [at.astimezone(zone).date() for at in letters.values() if at]
    known = [d for d in (*items.values(), *rolled.values(), *moments) if d]
    whole = [Month.from_index(n) for n in months.values() if n]
    if known or whole:
        first = min([*known, *(month.last for month in whole)])
        last = max([*known, *(month.first for month in whole)])
        yield from (first + dt.timedelta(days=n) for n in range((last - first).days + 1))


def differences(counting: Counting, months: Collection[Month] | None = None) -> list[str]:
    """Every day whose roll-up is not what its rows say, each a sentence; empty when they are in step.

    months: only those are looked at.
    """
    found = []
    days = [day for day in all_days(counting.zone) if months is None or Month.of(day) in months]
    for first, last in _runs(days):
        fresh, held = counted(first, last, counting), kept(first, last)
        for name in ("counts", "clocks", "tallies"):
            extra = set(getattr(held, name)) ^ set(getattr(fresh, name))
            days = sorted({getattr(row, "day", None) or row.received for row in extra})
            found += [f"{day}: the {name} kept are not what the rows say." for day in days]
        month = Month.of(first)
        if set(month_kept(month)) != set(_summed(fresh.counts)):
            found.append(f"{month}: the counts kept of the month are not what the rows say.")
    return sorted(found)


def month_kept(month: Month) -> Iterator[DayCount]:
    """What is kept of a month as a whole: no kind, no reason, and its first day as the day."""
    for s, d, c, x, *n in MonthCount.objects.filter(month=month.index).values_list(*_MONTHLY, *_AMOUNTS):
        yield DayCount(month.first, s, Direction(d), c, "", Cause(x), *n)


_AMOUNTS = ("items", "sheets", "pence")


def _summed(days: Iterable[DayCount]) -> Iterator[DayCount]:
    """A month's days as the counts of the month."""
    sums: dict[tuple[dt.date, str, Direction, str, Cause], tuple[int, int, int]] = {}
    for row in days:
        key = (Month.of(row.day).first, row.service, row.direction, row.channel, row.cause)
        items, sheets, pence = sums.get(key, (0, 0, 0))
        sums[key] = (items + row.items, sheets + row.sheets, pence + row.pence)
    for (first, service, direction, channel, cause), amounts in sums.items():
        yield DayCount(first, service, direction, channel, "", cause, *amounts)
