"""Every target of a council or a service, and where each stands at the end of a month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from mailroom.config.targets import Measure, Target, Targets
from mailroom.targets import baseline, contacts, progress
from mailroom.targets.progress import Forecaster, Progress
from mailroom.targets.savings import Saving
from mailroom.values.counts import BaselineCount, DayCount
from mailroom.values.month import Month


def of_targets(
    targets: Targets,
    service: str,
    counts: Sequence[DayCount],
    baselines: Sequence[BaselineCount],
    lines: Sequence[Saving],
    month: Month,
    forecaster: Forecaster,
) -> tuple[Progress, ...]:
    """A service sees its own targets, and its part of the council's reductions.

    Amounts are judged in the financial years from their start to their day, and in no other.
    """
    found = []
    for target in targets.target:
        whose = target.service or service
        if target.service != service and (target.service or not target.measure.is_a_reduction):
            continue
        if not target.measure.is_a_reduction and not _judged_in(target, month):
            continue
        if target.baseline_month and target.measure.is_a_reduction:
            directions = progress.directions_of(target.measure)
            year = baseline.year(baselines, target.baseline_month, directions, whose)
            actual = progress.paper_by_month(counts, directions, whose)
            found.append(progress.reduction(target, year, actual, month, forecaster))
        else:
            gained = _gained(target, whose, counts, baselines, lines)
            found.append(progress.amount(target, gained, month, forecaster))
    return tuple(found)


def _judged_in(target: Target, month: Month) -> bool:
    last = Month.of(target.by).financial_year_start.plus(11)
    return Month.of(target.starts) <= month <= last


def _gained(
    target: Target,
    whose: str,
    counts: Sequence[DayCount],
    baselines: Sequence[BaselineCount],
    lines: Sequence[Saving],
) -> dict[Month, Decimal]:
    """Pounds, hours or contacts a month, in the months since the target's start."""
    start = Month.of(target.starts)
    if target.measure is Measure.CONTACTS_ONLINE:
        moved = contacts.moved_online(counts, baselines, whose)
        return {month: Decimal(items) for month, items in moved.items() if month >= start}
    gained: dict[Month, Decimal] = {}
    for saving in lines:
        month = Month.of(saving.row.day)
        if month < start:
            continue
        if target.measure is Measure.CASH:
            amount = saving.pence / 100 if saving.cashable else Decimal(0)
        else:
            amount = saving.minutes / 60
        gained[month] = gained.get(month, Decimal(0)) + amount
    return gained
