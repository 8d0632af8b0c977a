"""The part about service levels: in time or not, by service, standard, channel and document type; routing; demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from mailroom.targets import charts
from mailroom.targets.overview import Overview
from mailroom.targets.report.names import CHANNELS, Names
from mailroom.targets.scale import days, number, percent
from mailroom.targets.service_levels import Level, Quality
from mailroom.values.counts import Clock
from mailroom.values.document import Block, Chart, Paragraph, Table

_COLUMNS = ("Received", "Answered", "In time", "Share", "Median", "9 in 10", "Open", "Overdue", "Oldest open")
_ANSWERED = {"direction": "in", "clock": Clock.ANSWERED.value}
"""What the rows behind an answer have in common."""

_WIDTHS = (20, 10.5, 10.5, 8, 7.5, 8.5, 8, 7, 10, 14)


def by_service(view: Overview, names: Names) -> list[Block]:
    """Answers in time by service, the weakest first."""
    ranked = sorted(view.levels.services.items(), key=lambda e: (e[1].share is None, e[1].share or 0, e[0]))
    bars = [
        (names.service(code), level.share, f"{number(level.overdue)} overdue" if level.overdue else "")
        for code, level in ranked
    ]
    drawing = charts.share_bars("Answered in time by service", bars, view.wanted_share)
    table = _table(
        f"Answers by service, received in {view.period.name}", "Service", dict(ranked), names.service, names, "service"
    )
    return [Chart("Answered in time by service", drawing, _with_total(table, view.levels.answered, names))]


def by_kind(view: Overview, names: Names) -> list[Block]:
    """By what was promised, how it came and what it was."""
    found = view.levels

    def channel(code: str) -> str:
        return CHANNELS.get(code, code)

    return [
        _table("Answers by standard", "Standard", found.standards, names.standard, names, "standard"),
        _table("Answers by channel", "Came", found.channels, channel, names, "channel"),
        _table("Answers by document type", "Document type", found.kinds, names.kind, names, "kind"),
    ]


def clocks(view: Overview, names: Names) -> list[Block]:
    """Every clock of the way from receipt to answer."""
    found = view.levels
    named = {
        "Routed to the team": ("routed", found.routed),
        "Seen by the team": ("seen", found.seen),
        "First word to the customer": ("acknowledged", found.acknowledged),
        "Answered": ("answered", found.answered),
        "Answered by the day promised": ("promised", found.promised),
    }
    rows = tuple(_row(name, level) for name, (_, level) in named.items())
    links = tuple(names.link({"direction": "in", "clock": code}) for code, _ in named.values())
    caption = f"From receipt, in working days: items received in {view.period.name}"
    return [Table(caption, ("Clock", *_COLUMNS), rows, _WIDTHS, links=links), *_open_now(view, names)]


def _open_now(view: Overview, names: Names) -> list[Block]:
    named: tuple[tuple[str, Level, dict[str, str]], ...] = (
        ("Waiting for an answer", view.levels.open_now, {}),
        ("Of these, with a day promised", view.levels.promises_open, {"clock": "promised"}),
    )
    rows = tuple((name, number(level.open), number(level.overdue), _day(level.oldest_open)) for name, level, _ in named)
    links = tuple(names.link({"direction": "in", "state": "open", **more}) for *_, more in named)
    caption = f"Open on {view.today:%-d %B %Y}, whenever received"
    return [Table(caption, ("", "Open", "Past their day", "Oldest came"), rows, (40, 14, 16, 20), links=links)]


def _day(day: dt.date | None) -> str:
    return "–" if day is None else f"{day:%-d %b %Y}"


def _table(
    caption: str, name: str, levels: Mapping[str, Level], called: Callable[[str], str], names: Names, key: str
) -> Table:
    rows = tuple(_row(called(code), level) for code, level in levels.items())
    links = tuple(names.link({**_ANSWERED, key: code}) for code in levels)
    return Table(caption, (name, *_COLUMNS), rows, _WIDTHS, links=links)


def _with_total(table: Table, whole: Level, names: Names) -> Table:
    return Table(
        table.caption,
        table.headers,
        (*table.rows, _row("All", whole)),
        table.widths,
        total=True,
        links=(*table.links, names.link(_ANSWERED)),
    )


def _row(name: str, level: Level) -> tuple[str, ...]:
    return (
        name,
        number(level.items),
        number(level.finished),
        number(level.in_time),
        percent(level.share),
        days(level.median),
        days(level.ninetieth),
        number(level.open),
        number(level.overdue),
        _day(level.oldest_open),
    )


def routing(view: Overview, names: Names) -> list[Block]:
    """How mail found its team, and the letters that a good answer would have spared."""
    now, before, sample = view.quality, view.quality_before, view.precision
    rows = (
        ("Items routed", number(now.decided), number(before.decided)),
        ("Routed without a person asked", *_shares(now, before, lambda q: q.auto_share)),
        ("Of these not moved by a clerk", *_shares(now, before, lambda q: q.uncorrected_share)),
        ("Moved to another service by a clerk", number(now.corrected), number(before.corrected)),
        ("Sent on from team to team", number(now.bounced), number(before.bounced)),
        ("Second letters while the first was unanswered", number(now.chasers), number(before.chasers)),
        ("Second letters after the answer", number(now.repeats), number(before.repeats)),
        ("Failure demand, of items routed", *_shares(now, before, lambda q: q.failure_demand)),
        ("Holding replies sent", number(now.held), number(before.held)),
        ("Settled at first contact, of those answered", *_shares(now, before, lambda q: q.first_contact_share)),
    )
    facts = ("", "auto", "auto", "corrected", "bounced", "chaser", "repeat", "", "held", "first_contact")
    links = tuple(names.link({"direction": "in", "fact": fact}) if fact else "" for fact in facts)
    table = Table(
        "How mail found its way and its answer", ("", view.period.name, "Before"), rows, (50, 20, 20), links=links
    )
    said = (
        f"Random sample: {number(sample.checked)} checked, {number(sample.right)} right, {percent(sample.share, 1)}; "
        f"95% range {percent(sample.low)} to {percent(sample.high)}."
        if sample.checked
        else "Random sample: none checked yet, so the precision of automatic routing is not known."
    )
    return [table, Paragraph(said)]


def _shares(now: Quality, before: Quality, share: Callable[[Quality], float | None]) -> tuple[str, str]:
    return percent(share(now), 1), percent(share(before), 1)
