"""The part about the amount of post: in and out by month against the baseline, by service, and the targets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from mailroom.config.targets import Measure
from mailroom.targets import charts
from mailroom.targets.charts import DialReading, Series
from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress
from mailroom.targets.report import words
from mailroom.targets.report.names import Names
from mailroom.targets.scale import hours, moneys, number, percent
from mailroom.targets.volumes import Mail
from mailroom.values.document import Block, Chart, Heading, Paragraph, Table

_SHOWN = 13
"""Months on a chart: a year and the same month of the year before."""


def by_month(view: Overview, names: Names) -> list[Block]:
    """Bars by month, with the table beside them."""
    shown = view.months[-max(_SHOWN, view.period.length) :]
    before = sum(1 for _ in takewhile(_not_on_record, shown[: -view.period.length]))
    months = shown[before:]
    labels = [m.name for m in months]
    stacks = (
        Series("Came in", tuple(float(m.paper_in) for m in months)),
        Series("Went out", tuple(float(m.paper_out) for m in months)),
    )
    known = any(m.baseline for m in months)
    line = Series("Baseline, in and out", tuple(m.baseline for m in months)) if known else None
    drawing = charts.monthly_bars("Items of post by month, in and out", labels, stacks, line)
    firsts = [view.period.last.plus(-i) for i in reversed(range(len(months)))]
    links = tuple(names.link({"month": str(m), "paper": "1"}) for m in firsts)
    return [Chart("Items of post by month", drawing, _mail_table("Month", "Items of post by month", months, links))]


def _not_on_record(month: Mail) -> bool:
    return month.baseline is None and not (month.paper or month.in_other or month.avoided)


def by_service(view: Overview, names: Names) -> list[Block]:
    """One row a service; the last is the council."""
    if not view.services:
        return []
    ranked = sorted(view.services.items(), key=lambda entry: -entry[1].paper)
    rows = _rows([*((names.service(code), mail) for code, mail in ranked), ("All", view.mail)])
    links = [names.link({"service": code, "paper": "1"}) for code, _ in ranked]
    table = Table(
        f"Items of post by service, {view.period.name}",
        ("Service", *_COLUMNS),
        rows,
        _WIDTHS,
        total=True,
        links=(*links, names.link({"paper": "1"})),
    )
    return [table]


_COLUMNS = ("Post in", "Post out", "Both", "Baseline", "Change", "Emailed", "In by email, web", "Postage paid")
_WIDTHS = (24, 9, 9, 9, 9, 9, 9, 11, 11)


def _mail_table(name: str, caption: str, mails: Sequence[Mail], links: tuple[str, ...]) -> Table:
    return Table(caption, (name, *_COLUMNS), _rows([(m.name, m) for m in mails]), _WIDTHS, links=links)


def _rows(mails: Sequence[tuple[str, Mail]]) -> tuple[tuple[str, ...], ...]:
    paid = moneys([mail.pence for _, mail in mails])
    return tuple(_row(name, mail, pounds) for (name, mail), pounds in zip(mails, paid, strict=True))


def _row(name: str, mail: Mail, paid: str) -> tuple[str, ...]:
    return (
        name,
        number(mail.paper_in),
        number(mail.paper_out),
        number(mail.paper),
        "–" if mail.baseline is None else number(mail.baseline),
        percent(mail.change, 1),
        number(mail.emailed),
        number(mail.in_other),
        paid,
    )


def years(mails: Sequence[Mail], note: str) -> list[Block]:
    """Financial years side by side."""
    rows = _rows([(m.name, m) for m in mails])
    table = Table("Financial years compared", ("Year", *_COLUMNS), rows, _WIDTHS)
    return [table, Paragraph(note, small=True)]


def targets(view: Overview) -> list[Block]:
    """Each target in words, as a dial and as its path."""
    if not view.progress:
        return [Paragraph("No target is set for this service. Targets are set in config/targets.toml.")]
    blocks: list[Block] = []
    for one in view.progress:
        drawn = [dial(one), *path(one)] if one.has_a_measure else []
        blocks += [Heading(one.target.name, 2), Paragraph(words.target(one)), *drawn]
        if one.target.source:
            blocks.append(Paragraph(f"Source of the target: {one.target.source}.", small=True))
    return blocks


def dial(one: Progress) -> Chart:
    """The dial, its figures beside it: a reduction as shares of the baseline, an amount in its own unit."""
    if one.target.measure.is_a_reduction:
        base = one.baseline or 1.0

        def share(value: float) -> float:
            return 1 - value / base

        def written(share: float) -> str:
            return percent(share, 1).replace(".0%", "%")

        end = max(1.4 * float(one.target.reduction or 0), share(one.outlook.low) if one.outlook else 0)
    else:
        whole = one.wanted or 1.0

        def share(value: float) -> float:
            return value / whole

        def written(share: float) -> str:
            return words.amount(one, share * whole)

        end = max(1.25, share(one.outlook.high) if one.outlook else 0)
    low, high = sorted((share(one.outlook.low), share(one.outlook.high))) if one.outlook else (None, None)
    aim = "this year's step" if one.is_a_step else "target"
    reading = DialReading(share(one.so_far), share(one.wanted), share(one.path), low, high, aim)
    table = Table(
        "Where it stands, in figures",
        ("", "So far", "Path wants", aim.capitalize(), "Likely"),
        ((words.standing(one).capitalize(), written(reading.value), written(reading.path), words.wanted(one),
          words.span(one)),),
        (3, 1, 1.1, 1.3, 1.7),
    )  # fmt: skip
    return Chart("Where it stands", charts.dial(one.target.name, reading, end, written), table)


def path(one: Progress) -> list[Block]:
    """Month by month: path and actual; what lies ahead as a range at the end."""
    if not one.target.measure.is_a_reduction:
        return _amount_path(one)
    labels = [p.month.short_name for p in one.points]
    route = Series("Path", tuple(p.path for p in one.points))
    actual = Series("Items of post", tuple(None if p.actual is None else float(p.actual) for p in one.points))
    ahead = _last_month(one)
    drawing = charts.path_chart(f"{one.target.name}: the path and what happened", labels, route, actual, ahead)
    rows = tuple(
        (p.month.short_name, number(p.baseline), number(p.path), number(p.actual), number(p.actual - p.path))
        for p in one.points
        if p.actual is not None
    )
    headers = ("Month", "Baseline", "Path", "Items of post", "Beside the path")
    table = Table("The path, month by month, in figures", headers, rows, (1,) * 5)
    return [Chart("The path, month by month", drawing, table)]


def _last_month(one: Progress) -> tuple[float, float] | None:
    """The final year's range, as an average share of the last month's baseline."""
    if one.outlook is None or not one.baseline:
        return None
    base = one.points[-1].baseline
    return base * one.outlook.low / one.baseline, base * one.outlook.high / one.baseline


def _amount_path(one: Progress) -> list[Block]:
    """Bars by month, where there is something to see beside what is wanted; else the figures alone."""
    known = [p for p in one.points if p.actual is not None]
    most, wanted = max((p.actual or 0 for p in known), default=0), max((p.path for p in one.points), default=0)
    if not most:
        return [Paragraph("Nothing has been gained yet this financial year.")]
    gained, paths = _amounts(one, [p.actual or 0 for p in known]), _amounts(one, [p.path for p in known])
    rows = tuple(zip((p.month.short_name for p in known), gained, paths, strict=True))
    table = Table("By month, in figures", ("Month", "Gained", "Wanted"), rows, (1, 1, 1))
    if most < wanted * _SEEN:
        return [table]
    labels = [p.month.short_name for p in one.points]
    bars = Series("Gained", tuple(p.actual for p in one.points))
    line = Series("Wanted a month", tuple(p.path for p in one.points))
    return [Chart("By month", charts.monthly_bars(f"{one.target.name} by month", labels, (bars,), line), table)]


_SEEN = 0.05
"""Of what is wanted; a chart whose highest bar is lower looks empty."""


def _amounts(one: Progress, values: Sequence[float]) -> tuple[str, ...]:
    """A column of a target's figures, written alike."""
    if one.target.measure is Measure.CASH:
        return moneys([100 * v for v in values])
    if one.target.measure is Measure.HOURS:
        return tuple(f"{hours(v)} hours" for v in values)
    return tuple(words.amount(one, v) for v in values)
