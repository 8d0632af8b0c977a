"""The pages of the managers' desk, as documents: an overview on one page, and each part by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailroom.targets.overview import Overview
from mailroom.targets.report import actions, definitions, levels_part, money_part, paper_part, post_part, words
from mailroom.targets.report.documents import YEARS_NOTE, Reported, key_figures, set_aside
from mailroom.targets.report.names import Names
from mailroom.values.document import Block, Document, Heading, KeyFigures, Paragraph, Points


def page(part: str, what: Reported, names: Names) -> Document:
    """The overview ('') or one of PARTS."""
    view = what.view
    whose = names.service(view.service) if view.service else "All services"
    title, blocks = PARTS[part]
    period = view.period.name[0].upper() + view.period.name[1:]
    return Document(title, f"{whose}, {period}", view.council, f"{view.today:%-d %B %Y}", tuple(blocks(what, names)))


def _overview(what: Reported, names: Names) -> list[Block]:
    view = what.view
    return [
        KeyFigures(key_figures(view, names)),
        Paragraph(words.mail(view), lead=True),
        Heading("What calls for action"),
        Points(actions.attention(view, names)),
        *_first_dial(view),
        Heading("Post in and out"),
        *post_part.by_month(view, names),
        Heading("Money and time"),
        Paragraph(words.saved(view)),
        *money_part.causes(view, names),
        Heading("Answered in time"),
        Paragraph(words.levels(view)),
        *levels_part.by_service(view, names),
        Heading("How mail found its way"),
        Paragraph(words.routing(view)),
        Heading("What to shift next"),
        *paper_part.letters(view, names, most=5),
        Heading("Who stays on paper"),
        *paper_part.by_age(view),
    ]


def _first_dial(view: Overview) -> list[Block]:
    blocks: list[Block] = []
    for one in view.progress[:1]:
        blocks = [Heading("The target"), Paragraph(words.target(one))]
        blocks += [post_part.dial(one)] if one.has_a_measure else []
    return blocks


def _levels(what: Reported, names: Names) -> list[Block]:
    view = what.view
    return [
        Paragraph(words.levels(view), lead=True),
        *levels_part.by_service(view, names),
        *levels_part.clocks(view, names),
        *levels_part.by_kind(view, names),
        Heading("How mail found its way"),
        Paragraph(words.routing(view)),
        *levels_part.routing(view, names),
    ]


def _money(what: Reported, names: Names) -> list[Block]:
    view = what.view
    return [
        Paragraph(words.saved(view), lead=True),
        *money_part.causes(view, names),
        *money_part.lines(view),
        *money_part.contacts(view),
        *money_part.worked_out(what.costs, view.period.last, what.closed),
    ]


def _post(what: Reported, names: Names) -> list[Block]:
    view = what.view
    return [
        Paragraph(words.mail(view), lead=True),
        *post_part.by_month(view, names),
        *post_part.by_service(view, names),
        *set_aside(view, names),
    ]


Blocks = Callable[[Reported, Names], list[Block]]

PARTS: Mapping[str, tuple[str, Blocks]] = {
    "": ("Post and service levels", _overview),
    "post": ("How much post there was", _post),
    "targets": ("The targets", lambda what, names: [*post_part.targets(what.view), *set_aside(what.view, names)]),
    "money": ("What it saved", _money),
    "levels": ("Whether letters were answered in time", _levels),
    "shift": ("What to shift next", lambda what, names: paper_part.shift_next(what.view, names)),
    "paper": ("Who stays on paper, and why", lambda what, names: paper_part.who_stays(what.view)),
    "years": ("Years compared", lambda what, names: post_part.years(what.years, YEARS_NOTE)),
    "definitions": ("What each figure means", lambda what, names: definitions.table()),
}
