"""Financial years side by side: the mail of each, the last one as far as it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from mailroom.config.targets import Targets
from mailroom.targets import volumes
from mailroom.targets.volumes import Mail
from mailroom.values.counts import BaselineCount, DayCount
from mailroom.values.month import Month


def compared(
    counts: Sequence[DayCount],
    baselines: Sequence[BaselineCount],
    targets: Targets,
    service: str,
    first: Month,
    last: Month,
    today: dt.date,
) -> tuple[Mail, ...]:
    """Every financial year from the one `first` lies in to the one of `last`, oldest first."""
    base = volumes.baseline_years(baselines, targets, service)
    start = first.financial_year_start
    found = []
    while start <= last:
        months = list(start.until(min(start.plus(11), last)))
        rows = [r for r in counts if months[0] <= Month.of(r.day) <= months[-1]]
        found.append(volumes.of(start.financial_year, rows, months, base, today))
        start = start.plus(12)
    return tuple(found)
