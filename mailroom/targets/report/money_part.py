"""The part about savings: by cause, by line, and how they are worked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailroom.config.costs import CostLine, Costs
from mailroom.targets import charts
from mailroom.targets.overview import Overview
from mailroom.targets.report.names import CAUSES, LINES, Names
from mailroom.targets.report.words import plural
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


def contacts(view: Overview) -> list[Block]:
    """What contacts moved online would have cost otherwise, at published costs: beside the savings, not of them."""
    if view.moved_online is None:
        return [Paragraph(_NO_BASELINE_ONLINE)]
    said = (
        f"{plural(view.moved_online, 'more item')} came by email and web in {view.period.name} than in the same months "
        "of the baseline year. As many contacts by telephone or face to face would have cost so much more, at what "
        "others found a contact to cost. No budget grows by it: it is no part of the cash or the hours above, and each "
        "line stands instead of the others. No cost of a letter received is published there."
    )
    rows = tuple(
        (
            one.source,
            _CONTACTS.get(one.channel, one.channel),
            f"{one.pence_each}p",
            f"{one.online_each}p",
            pounds,
        )
        for one, pounds in zip(view.worth, moneys([one.more for one in view.worth]), strict=True)
    )
    headers = ("Unit costs of", "Instead of", "Each", "Online", "Worth")
    return [
        Paragraph(said),
        Table("Contacts moved online, not counted as saved", headers, rows, (46, 18, 10, 10, 14), words=2),
    ]


_NO_BASELINE_ONLINE = (
    "How many contacts moved online, and what that is worth by published costs of a contact, is not known: the "
    "baseline holds no items by email or web, and without them everything that comes online would seem to have moved."
)
_CONTACTS = {"face_to_face": "Face to face", "phone": "Telephone"}


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
