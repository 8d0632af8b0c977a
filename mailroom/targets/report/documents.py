"""Whole documents: the monthly and the yearly report on paper, and the pages a manager opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailroom.config.costs import Costs
from mailroom.targets.overview import Overview
from mailroom.targets.report import actions, definitions, levels_part, money_part, paper_part, post_part, words
from mailroom.targets.report.names import Names
from mailroom.targets.scale import hours, money, number, percent
from mailroom.targets.volumes import Mail
from mailroom.values.document import (
    Block,
    Document,
    Heading,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Points,
    Table,
    Tone,
)
from mailroom.values.period import Period


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report is made from: the view, the years beside it, the costs that hold and whether they are closed."""

    view: Overview
    years: Sequence[Mail]
    costs: Costs
    closed: bool


def report(what: Reported, names: Names, made_on: str) -> Document:
    """The report to table: one page of summary, then each part, definitions last."""
    view = what.view
    whose = names.service(view.service) if view.service else "All services"
    kind = _kind(view.period)
    period = view.period.name[0].upper() + view.period.name[1:]
    return Document(
        title=f"Post and service levels: {period}",
        subtitle=f"{view.council} · {whose} · {kind}",
        author=view.council,
        made_on=made_on,
        blocks=(*_summary(view, names), *_parts(what, names)),
    )


def _kind(period: Period) -> str:
    if period.is_financial_year:
        return "Yearly report"
    if period.length == 1:
        return "Monthly report"
    return "Report of the year so far" if period.first == period.last.financial_year_start else "Report of some months"


def _summary(view: Overview, names: Names) -> list[Block]:
    reductions = [p for p in view.progress if p.target.measure.is_a_reduction]
    return [
        KeyFigures(key_figures(view, names)),
        Paragraph(words.mail(view), lead=True),
        *(Paragraph(words.target(one), lead=True) for one in reductions[:1]),
        Paragraph(words.saved(view), lead=True),
        Paragraph(words.levels(view), lead=True),
        Paragraph(words.routing(view)),
        Heading("What calls for action", 2),
        Points(actions.attention(view, names)),
    ]


def key_figures(view: Overview, names: Names) -> tuple[KeyFigure, ...]:
    """The four to see first."""
    mail, level = view.mail, view.levels.answered
    fewer = mail.change is not None and mail.change < 0
    in_time = level.share is not None and level.share >= view.wanted_share
    figures = [
        KeyFigure(
            "Items of post",
            number(mail.paper),
            words.compared(mail.change),
            Tone.PLAIN if mail.change is None else Tone.GOOD if fewer else Tone.WATCH,
            names.link({"paper": "1"}),
        ),
        KeyFigure(
            "Cash saved",
            money(view.saved.cash),
            f"{money(view.saved_year.cash)} since April",
            link=names.link({"saved": "1"}),
        ),
        KeyFigure("Hours spared", hours(view.saved.hours), f"{hours(view.saved_year.hours)} since April"),
        KeyFigure(
            "Answered in time",
            percent(level.share),
            "nothing due yet" if level.share is None else f"{percent(view.wanted_share)} wanted",
            Tone.PLAIN if level.share is None else Tone.GOOD if in_time else Tone.BAD,
            names.link({"direction": "in", "clock": "answered"}),
        ),
    ]
    for one in [p for p in view.progress if p.target.measure.is_a_reduction][:1]:
        figures.insert(1, KeyFigure(one.target.name, percent(one.reduction, 1), words.standing(one), words.tone(one)))
    return tuple(figures)


def _parts(what: Reported, names: Names) -> list[Block]:
    view = what.view
    return [
        Heading("How much post there was", 1, new_page=True),
        *post_part.by_month(view, names),
        *(post_part.years(what.years, YEARS_NOTE) if len(what.years) > 1 else []),
        *post_part.by_service(view, names),
        Heading("The targets", 1),
        *post_part.targets(view),
        *set_aside(view, names),
        Heading("What it saved", 1),
        Paragraph(words.saved(view)),
        *money_part.causes(view, names),
        *money_part.lines(view),
        *money_part.contacts(view),
        *money_part.worked_out(what.costs, view.period.last, what.closed),
        Heading("Whether letters were answered in time", 1),
        Paragraph(words.levels(view)),
        *levels_part.by_service(view, names),
        *levels_part.clocks(view, names),
        *levels_part.by_kind(view, names),
        Heading("How mail found its way", 1),
        Paragraph(words.routing(view)),
        *levels_part.routing(view, names),
        Heading("What to shift next", 1),
        *paper_part.shift_next(view, names),
        Heading("Who stays on paper, and why", 1),
        *paper_part.who_stays(view),
        Heading("What each figure means", 1),
        *definitions.table(),
    ]


YEARS_NOTE = "The last year runs to the end of the period; its baseline is that of the same months."


def set_aside(view: Overview, names: Names) -> list[Block]:
    """What was taken out of the baseline, and why."""
    if not view.set_aside:
        return []
    rows = tuple(
        (b.month.short_name, names.service(b.service), f"{b.direction}, {b.channel}", b.reason, number(b.set_aside))
        for b in view.set_aside
    )
    headers = ("Month", "Service", "Way", "Reason", "Items")
    return [Table("Set aside from the baseline", headers, rows, (12, 20, 14, 44, 10), words=4)]
