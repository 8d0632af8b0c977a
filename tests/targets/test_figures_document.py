from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

from mailroom.config.targets import Targets
from mailroom.gateways.forecast import EtsForecaster
from mailroom.targets.overview import Facts, overview
from mailroom.targets.report import data
from mailroom.targets.report.definitions import DEFINITIONS
from mailroom.targets.report.names import CAUSES, REASONS
from mailroom.targets.savings import CostBook
from mailroom.targets.shift import Funnel
from mailroom.values.channel import Rule
from mailroom.values.counts import CHOSE_POST, NO_CONTACT, BaselineCount, Cause, Direction
from mailroom.values.month import Month
from mailroom.values.period import Period
from tests.targets.rows import costs, count

PAGE = (Path(__file__).parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
TARGETS = Targets.model_validate(
    {
        "target": [
            {"code": "post", "name": "fewer", "measure": "items", "baseline": "2025-04", "starts": dt.date(2026, 4, 1),
             "by": dt.date(2028, 3, 31), "reduction": Decimal("0.3")},
            {"code": "online", "name": "online", "measure": "contacts_online", "starts": dt.date(2026, 4, 1),
             "by": dt.date(2028, 3, 31), "amount": 100},
        ]
    }
)  # fmt: skip


def a_view() -> data.Overview:
    letters = [count(cause=c, channel="print", why="no_contact") for c in Cause]
    return overview(
        Facts(
            council="Wexmere", service="", period=Period.one(Month(2026, 10)), today=dt.date(2026, 11, 13),
            counts=letters, matters=[], paper=letters, clocks=[], running=[], tallies=[],
            audited=(0, 0), costs=CostBook(costs()),
            baseline=[BaselineCount(Month(2025, 10), "council_tax", Direction.OUT, "print", 40)], targets=TARGETS,
            funnels=[Funnel("council_tax", "council_tax_bill", 9, 3, 1)],
        ),
        EtsForecaster(),
    )  # fmt: skip


def test_every_figure_of_the_files_and_of_the_report_is_defined_in_the_document() -> None:
    documented = set(re.findall(r"`(\w+)`", PAGE))
    assert {f.code for f in data.figures(a_view())} <= documented
    assert {d.code for d in DEFINITIONS} <= documented


def test_every_cause_and_every_reason_has_a_name_for_people() -> None:
    assert {c.value for c in Cause} | {"scanned"} == set(CAUSES)
    never_paper = {Rule.DECEASED, Rule.STOPPED, Rule.GONE_AWAY, Rule.NO_FIXED_ABODE, Rule.CONSENT, Rule.ASKED}
    paper = {r.value for r in Rule} - never_paper
    assert paper | {NO_CONTACT, CHOSE_POST, ""} == set(REASONS)


def test_a_cell_that_a_spreadsheet_would_run_is_kept_as_text() -> None:
    made = data.rows_as_csv(("name",), iter([("=cmd()",), ("−5",), ("-5",)]))
    assert made.splitlines() == ["name", "'=cmd()", "−5", "-5"]
