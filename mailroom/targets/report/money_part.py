"""The part about savings: by cause, by line, and how they are worked out."""

from __future__ import annotations

from mailroom.config.costs import Costs
from mailroom.targets import charts
from mailroom.targets.overview import Overview
from mailroom.targets.report.names import CAUSES, LINES, Names
from mailroom.targets.savings import Saved
from mailroom.targets.scale import money, number
from mailroom.values.counts import Cause
from mailroom.values.document import Block, Chart, Paragraph, Table
from mailroom.values.month import Month


def causes(view: Overview, names: Names) -> list[Block]:
    """What was saved by cause, cash apart from time."""
    saving = [c for c in view.causes if c.cause]
    rows = [(CAUSES[c.cause], number(c.items), *_sums(c.saved)) for c in saving]
    links = [
        names.link({"direction": "in", "channel": "post"} if c.cause == "scanned" else {"cause": c.cause})
        for c in saving
    ]
    total = ("Together", "", *_sums(view.saved))
    table = Table(
        f"Saved by cause, {view.period.name}",
        ("Cause", "Items", "Cash", "Other money", "Hours"),
        (*rows, total),
        (34, 12, 14, 14, 12),
        total=True,
        links=(*links, ""),
    )
    cash = [(CAUSES[c.cause], float(c.saved.cash), money(c.saved.cash)) for c in saving if c.cause != "scanned"]
    drawing = charts.amount_bars(f"Cash saved by cause, {view.period.name}", cash)
    return [Chart("Cash saved by cause", drawing, table)]


def lines(view: Overview) -> list[Block]:
    """What was saved by kind of cost."""
    rows = [(LINES.get(line, line), *_sums(saved)) for line, saved in view.lines.items()]
    table = Table(
        f"Saved by kind of cost, {view.period.name}",
        ("Cost", "Cash", "Other money", "Hours"),
        (*rows, ("Together", *_sums(view.saved))),
        (40, 16, 16, 14),
        total=True,
    )
    since = Table(
        f"Since April {view.period.last.financial_year_start.year}",
        ("", "Cash", "Other money", "Hours"),
        (("Saved this financial year", *_sums(view.saved_year)),),
        (40, 16, 16, 14),
    )
    return [table, since]


def _sums(saved: Saved) -> tuple[str, str, str]:
    return money(saved.cash), money(saved.other), number(saved.hours)


def worked_out(costs: Costs, month: Month, closed: bool) -> list[Block]:
    """The unit costs that hold, each with its source."""
    day = month.last
    prices = [
        (
            LINES.get(p.line, str(p.line).replace("_", " ").capitalize()),
            f"{p.pence}p",
            f"{p.starts:%-d %b %Y}",
            p.source,
        )
        for p in costs.price
        if p.starts <= day and costs.pence(p.line, day) == p.pence
    ]
    minutes = [
        (_MINUTES[m.line], f"{m.minutes} min", f"{m.starts:%-d %b %Y}", m.source)
        for m in costs.minutes
        if m.starts <= day and costs.minutes_for(m.line, day) == m.minutes
    ]
    kept = "This month is closed: it keeps these costs whatever is changed later." if closed else ""
    said = (
        "A letter that was not posted saves postage, envelope, its sheets and the handling. One in another's envelope "
        "saves postage and envelope only; one in a cheaper class the difference in postage. Each letter has one cause "
        f"({', '.join(c.value.replace('_', ' ') for c in Cause if c)}), so nothing is counted twice. {kept}"
    )
    headers = ("Unit cost", "Figure", "From", "Source")
    return [
        Paragraph(said.strip()),
        Table("Unit costs used", headers, (*prices, *minutes), (22, 10, 12, 44), words=4),
    ]


_MINUTES = {
    "post_out": "Handling a letter out",
    "post_in": "Handling a paper item in",
    "scanned_in": "Scanning an item",
}
