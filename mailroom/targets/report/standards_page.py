"""The public page of service standards: what is promised, and how far the promises were kept. One static HTML file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from mailroom.config.targets import Standard
from mailroom.targets import charts, service_levels
from mailroom.targets.scale import days, number, percent
from mailroom.targets.service_levels import Level
from mailroom.values.counts import Clock, ClockCount
from mailroom.values.month import Month
from mailroom.values.period import Period
from mailroom.values.svg import svg


@dataclass(frozen=True, slots=True)
class Published:
    """What the page is made from. clocks: answering clocks of items received in `period`, by month.

    Groups below suppress_below are not shown.
    """

    council: str
    period: Period
    today: dt.date
    standards: Sequence[Standard]
    clocks: Sequence[ClockCount]
    suppress_below: int


def page(what: Published) -> str:
    """The page, complete: its style is inside, it fetches nothing, and it needs no script."""
    found = service_levels.by(what.clocks, lambda c: c.standard, what.today)
    standards = sorted(what.standards, key=lambda s: s.name)
    shown = [(s, level) for s in standards if (level := found.get(s.code)) and level.items >= what.suppress_below]
    bars = [(s.name, level.share, "") for s, level in shown]
    said = f"Answered in time, {what.period.name}"
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(said)}">'
    drawn = f"{region}{svg(charts.share_bars(said, bars))}</div>"
    chart = f"<figure><figcaption>{escape(said)}</figcaption>{drawn}</figure>"
    name = escape(what.council)
    return _PAGE.format(
        title=f"Our service standards – {name}",
        council=name,
        period=escape(what.period.name),
        chart=chart if bars else "",
        promises=_promises(standards),
        results=_results(shown),
        months=_months(what),
        made=f"{what.today:%-d %B %Y}",
        small=what.suppress_below,
    )


def _promises(standards: Iterable[Standard]) -> str:
    rows = [(s.name, s.promise[0].upper() + s.promise[1:], s.law or "Our own promise") for s in standards]
    return _table(
        "What we promise", ("When you write to us about", "You have our answer within", "Where it comes from"), rows, 3
    )


def _results(shown: Sequence[tuple[Standard, Level]]) -> str:
    rows = [
        (
            s.name,
            number(level.items),
            percent(level.share),
            days(level.median),
            days(level.ninetieth),
            number(level.overdue),
        )
        for s, level in shown
    ]
    headers = (
        "",
        "Received",
        "Answered in time",
        "Half within (working days)",
        "Nine in ten within",
        "Late and still open",
    )
    return _table("What we did", headers, rows, 1)


def _months(what: Published) -> str:
    """Share in time month by month, so that nobody has to take a year's word for it."""
    rows = []
    for month in what.period:
        level = service_levels.level(
            [c for c in what.clocks if Month.of(c.received) == month], Clock.ANSWERED, what.today
        )
        if level.items >= what.suppress_below:
            rows.append((month.name, number(level.items), percent(level.share), days(level.median)))
    return _table("Month by month", ("Month", "Received", "Answered in time", "Half within (working days)"), rows, 1)


def _table(caption: str, headers: Sequence[str], rows: Sequence[Sequence[str]], words: int) -> str:
    if not rows:
        return f"<p>{escape(caption)}: nothing to show yet.</p>"

    def place(column: int) -> str:
        return "" if column < words else ' class="figure"'

    head = "".join(f'<th scope="col"{place(i)}>{escape(h)}</th>' if h else "<td></td>" for i, h in enumerate(headers))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(cell)}</th>' if i == 0 else f"<td{place(i)}>{escape(cell)}</td>"
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    region = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
    parts = (f"<caption>{escape(caption)}</caption>", f"<thead><tr>{head}</tr></thead>", f"<tbody>{body}</tbody>")
    return f"{region}<table>{''.join(parts)}</table></div>"


_PAGE = """<!doctype html>
<html lang="en-gb">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 19px/1.4 Arial, Helvetica, sans-serif; color: #0b0c0c; margin: 0; }}
header {{ background: #14403f; color: #fff; padding: 16px 0; border-bottom: 6px solid #d9a441; }}
header p {{ font-size: 24px; font-weight: 700; margin: 0; }}
header p, main, footer {{ max-width: 960px; margin-left: auto; margin-right: auto; }}
header p, main, footer {{ padding-left: 20px; padding-right: 20px; }}
h1 {{ font-size: 40px; line-height: 1.15; }}
figure {{ margin: 0 0 32px; max-width: 760px; }}
figcaption {{ font-size: 24px; font-weight: 700; }}
figure svg {{ display: block; width: 100%; min-width: 560px; height: auto; }}
table {{ border-collapse: collapse; width: 100%; margin: 0 0 32px; }}
caption {{ font-size: 24px; font-weight: 700; text-align: left; padding: 0 0 8px; }}
th, td {{ text-align: left; vertical-align: top; padding: 8px 16px 8px 0; }}
th, td {{ border-bottom: 1px solid #b1b4b6; font-size: 17px; }}
.figure {{ text-align: right; padding-right: 0; padding-left: 12px; }}
.scroll {{ overflow-x: auto; }}
.scroll:focus {{ outline: 3px solid #fd0; box-shadow: 0 0 0 5px #0b0c0c; }}
footer {{ border-top: 1px solid #b1b4b6; font-size: 16px; padding-top: 16px; padding-bottom: 32px; }}
@media print {{ header {{ background: none; color: #000; }} }}
</style>
</head>
<body>
<header><p>{council}</p></header>
<main>
<h1>Our service standards</h1>
<p>What we promise when you write to us, and how far we kept it ({period}). A working day is Monday to Friday, but no
bank holiday. The first working day is the one after your letter reaches us.</p>
{promises}
{results}
{chart}
{months}
<p>“Answered in time” is the share of letters and emails answered by their day, of all that are answered or already
late: leaving a late letter open does not help us. Figures of fewer than {small} letters are left out.</p>
</main>
<footer><p>Made on {made} from the records of the mailroom.</p></footer>
</body>
</html>
"""
