"""The part about savings: by cause, by line, and how they are worked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailroom.config.costs import CostLine, Costs
from mailroom.targets import charts
from mailroom.targets.overview import Overview
from mailroom.targets.report.names import CAUSES, LINES, Names
from mailroom.targets.scale import hours, money, moneys, number
from mailroom.values.counts import Cause
from mailroom.values.document import Block, Chart, Paragraph, Table
from mailroom.values.month import Month


def causes(view: Overview, names: Names) -> list[Block]:
    """What was saved by cause, the most first, cash apart from time."""
    saving = sorted((c for c in view.causes if c.cause), key=lambda c: (-c.saved.cash, -c.saved.hours, c.cause))
    sums = [*((CAUSES[c.cause], number(c.items), c.saved) for c in saving), ("Together", "", view.saved)]
    links = [
        names.link({"direction": "in", "channel": "post"} if c.cause == "scanned" else {"cause": c.cause})
        for c in saving
    ]
    table = _table(f"Saved by cause, {view.period.name}", ("Cause", "Items"), (40, 12), sums, tuple([*links, ""]))
    cash = [(CAUSES[c.cause], float(c.saved.cash), money(c.saved.cash)) for c in saving if c.saved.cash]
    if not cash:
        return [table]
    drawing = charts.amount_bars(f"Cash saved by cause, {view.period.name}", cash)
    return [Chart("Cash saved by cause", drawing, table)]


def lines(view: Overview) -> list[Block]:
    """What was saved by kind of cost."""
    sums = [*((LINES.get(line, line), saved) for line, saved in view.lines.items()), ("Together", view.saved)]
    since = [("Saved this financial year", view.saved_year)]
    return [
        _table(f"Saved by kind of cost, {view.period.name}", ("Cost",), (52,), sums),
        _table(f"Since April {view.period.last.financial_year_start.year}", ("",), (52,), since),
    ]


def _table(
    caption: str, first: tuple[str, ...], widths: tuple[float, ...], sums: Sequence[Any], links: tuple[str, ...] = ()
) -> Table:
    """Cash, other money where there is any, and hours behind the first columns; the last of several rows is a sum."""
    saved = [row[-1] for row in sums]
    columns = {"Cash": moneys([s.cash for s in saved])}
    if any(s.other for s in saved):
        columns["Other money"] = moneys([s.other for s in saved])
    columns["Hours"] = tuple(hours(s.hours) for s in saved)
    rows = tuple((*row[:-1], *figures) for row, figures in zip(sums, zip(*columns.values(), strict=True), strict=True))
    headers, shares = (*first, *columns), (*widths, *(14.0 for _ in columns))
    return Table(caption, headers, rows, shares, total=len(rows) > 1, links=links)


def worked_out(costs: Costs, month: Month, closed: bool) -> list[Block]:
    """The unit costs that hold, each with its source."""
    day = month.last
    prices = [
        (
            LINES.get(p.line, str(p.line).replace("_", " ").capitalize()),
            f"{p.pence}p" if p.pence or p.line != CostLine.HOUR else "not set",
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
