"""A made-up council's post to look at reports and pages with: `python -m tests.benchmarks.sample_report`."""

from __future__ import annotations

import datetime as dt
import os
import sys

import django


def main(a_day: int = 60) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mailroom.settings")
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from mailroom.values.month import Month
    from mailroom.wiring.reports import Reports
    from tests.benchmarks.council_years import CouncilYears

    call_command("migrate", verbosity=0)
    council = CouncilYears(dt.date(2025, 4, 1), dt.date(2026, 11, 13), a_day, dt.date(2026, 4, 1))
    council.keep_baseline(Month(2025, 4), online=0.18)
    council.write()
    Reports.read().figures.bring_up_to_date(timezone.now())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
