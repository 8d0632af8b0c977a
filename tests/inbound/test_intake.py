from __future__ import annotations

import datetime as dt

import pytest

from mailroom.inbound.intake import PathFacts, Verdict, day_in_filename, judge, read_path

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
SETTLE, STUCK = dt.timedelta(seconds=3), dt.timedelta(minutes=10)


def seconds(n: float) -> dt.datetime:
    return NOW - dt.timedelta(seconds=n)


@pytest.mark.parametrize(
    ("first_seen", "still_since", "verdict"),
    [
        (seconds(1), seconds(1), Verdict.WAIT),
        (seconds(60), seconds(2), Verdict.WAIT),
        (seconds(60), seconds(3), Verdict.LOOK_INSIDE),
        (seconds(601), seconds(1), Verdict.STUCK),
        (seconds(9999), seconds(9999), Verdict.LOOK_INSIDE),
    ],
)
def test_a_file_is_opened_only_when_still_and_alarmed_when_it_never_stops_changing(
    first_seen: dt.datetime, still_since: dt.datetime, verdict: Verdict
) -> None:
    assert judge(first_seen, still_since, NOW, SETTLE, STUCK) is verdict


@pytest.mark.parametrize(
    ("path", "facts"),
    [
        ("scan.pdf", PathFacts()),
        ("parking/scan.pdf", PathFacts("parking")),
        ("Council Tax/scan.pdf", PathFacts("council_tax")),
        ("2026-11-23/scan.pdf", PathFacts("", dt.date(2026, 11, 23))),
        ("20261123/parking/scan.pdf", PathFacts("parking", dt.date(2026, 11, 23))),
        ("2026-02-30/scan.pdf", PathFacts()),
        ("holiday pictures/scan.pdf", PathFacts()),
    ],
)
def test_sub_folders_may_carry_the_service_or_the_day_of_receipt(path: str, facts: PathFacts) -> None:
    assert read_path(path, {"parking", "council_tax"}) == facts


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("0042_20261124.pdf", dt.date(2026, 11, 24)),
        ("scan-2026-11-24.tif", dt.date(2026, 11, 24)),
        ("20261124_20261125.pdf", None),
        ("12345678.pdf", None),
        ("scan.pdf", None),
    ],
)
def test_a_day_in_the_file_name_counts_only_when_there_is_exactly_one(name: str, day: dt.date | None) -> None:
    assert day_in_filename(name) == day
