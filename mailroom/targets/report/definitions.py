"""What each figure means. docs/figures.md holds the same list with formulas; a test keeps the two in step."""

from __future__ import annotations

from dataclasses import dataclass

from mailroom.values.document import Block, Table


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure: its code in the data files, name, unit, meaning."""

    code: str
    name: str
    unit: str
    meaning: str


DEFINITIONS = (
    Definition(
        "paper_in",
        "Post in",
        "items",
        "Items that came by post in the period, by the date of receipt.",
    ),
    Definition(
        "paper_out",
        "Post out",
        "items",
        "Envelopes posted: letters in one envelope are one item.",
    ),
    Definition(
        "in_other",
        "In by email, web",
        "items",
        "Items received by email, upload, kiosk or another system.",
    ),
    Definition(
        "emailed",
        "Emailed",
        "letters",
        "Letters that went by email and did not come back.",
    ),
    Definition(
        "avoided",
        "Avoided",
        "letters",
        "Letters with no envelope of their own: emailed, consolidated, withheld, cancelled.",
    ),
    Definition(
        "baseline",
        "Baseline",
        "items",
        "Post in the same calendar months of the baseline year, less items set aside with a reason.",
    ),
    Definition(
        "change",
        "Change",
        "share",
        "Post in and out, divided by the baseline, less one.",
    ),
    Definition(
        "postage_paid",
        "Postage paid",
        "£",
        "Postage of the envelopes posted, as priced on the day of the print run.",
    ),
    Definition(
        "saved_cash",
        "Cash saved",
        "£",
        "What letters would have cost posted in the standard class, less what they did cost, in lines that "
        "leave the budget.",
    ),
    Definition(
        "saved_other",
        "Other money",
        "£",
        "The same in lines that do not leave the budget, such as filing space.",
    ),
    Definition(
        "saved_hours",
        "Hours",
        "hours",
        "Handling minutes spared, divided by 60. 1,300 hours are one post a year. Never counted as cash.",
    ),
    Definition(
        "contacts_moved",
        "Contacts moved online",
        "items",
        "Received by email and web beyond those of the baseline's same months.",
    ),
    Definition(
        "contacts_worth",
        "Their worth",
        "£",
        "What they would have cost more by telephone or face to face, by published costs of a contact. Never a saving.",
    ),
    Definition(
        "target_so_far",
        "So far",
        "items, £ or hours",
        "Reductions: the last twelve months. Amounts: since April.",
    ),
    Definition(
        "target_path",
        "Path",
        "items, £ or hours",
        "Reductions: straight from the target's start to its day, by the baseline's season. Amounts: the year's step, "
        "evenly over its months; the steps rise equally to the whole in the year of the target's day.",
    ),
    Definition(
        "target_low",
        "Likely, low",
        "items, £ or hours",
        "Four futures in five lie between low and high: exponential smoothing with a damped trend, 2,000 "
        "simulated futures.",
    ),
    Definition(
        "target_high",
        "Likely, high",
        "items, £ or hours",
        "See low.",
    ),
    Definition(
        "received",
        "Received",
        "items",
        "Items received in the period that somebody owes an answer.",
    ),
    Definition(
        "answered",
        "Answered",
        "items",
        "Of these, answered by now.",
    ),
    Definition(
        "in_time",
        "In time",
        "items",
        "Answered on or before the last day of their clock.",
    ),
    Definition(
        "in_time_share",
        "Share in time",
        "share",
        "In time, divided by those answered and those overdue: leaving late items open does not help.",
    ),
    Definition(
        "median_days",
        "Median",
        "working days",
        "The smallest number of working days that half of the answered items kept to.",
    ),
    Definition(
        "p90_days",
        "Nine in ten",
        "working days",
        "The same for nine in ten.",
    ),
    Definition(
        "open",
        "Open",
        "items",
        "Waiting for an answer.",
    ),
    Definition(
        "overdue",
        "Overdue",
        "items",
        "Open after the last day of their clock.",
    ),
    Definition(
        "auto_share",
        "Routed alone",
        "share",
        "Sent to a team with no person asked, divided by those routed.",
    ),
    Definition(
        "uncorrected_share",
        "Not moved",
        "share",
        "Of those, not moved to another service by a clerk.",
    ),
    Definition(
        "precision",
        "Precision of the sample",
        "share",
        "Right, divided by those checked, of items drawn at random; 95% Wilson interval.",
    ),
    Definition(
        "failure_demand",
        "Failure demand",
        "share",
        "Second letters on one matter, divided by those routed: chasers before the answer, repeats after it.",
    ),
    Definition(
        "first_contact_share",
        "Settled at first contact",
        "share",
        "Answered, never sent from team to team, no second letter; divided by those answered.",
    ),
    Definition(
        "on_paper",
        "On paper",
        "people",
        "Customers who got paper in the month counted, by the rule that kept their last such letter on paper.",
    ),
)


def table() -> list[Block]:
    """All of them, for the end of the report."""
    rows = tuple((d.name, d.unit, d.meaning) for d in DEFINITIONS)
    return [Table("What each figure means", ("Figure", "Unit", "Meaning"), rows, (20, 14, 66), words=3)]
