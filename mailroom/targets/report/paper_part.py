"""The part about what is still paper: what to shift next, the opt-in prompts, who stays on paper and why."""

from __future__ import annotations

from mailroom.targets.equality import EqualityTable
from mailroom.targets.overview import Overview
from mailroom.targets.report.names import REASONS, Names
from mailroom.targets.scale import moneys, number, percent
from mailroom.values.counts import Direction
from mailroom.values.document import Block, Paragraph, Table


def shift_next(view: Overview, names: Names) -> list[Block]:
    """Letters, matters and what became of the opt-in prompts."""
    return [*letters(view, names), *_why_on_paper(view, names), *_matters(view, names), *_funnels(view, names)]


_MOST = 12
"""Kinds of letters listed, those whose next step saves most."""


def letters(view: Overview, names: Names, most: int = _MOST) -> list[Block]:
    """The kinds of letters whose next step saves most."""
    out = [s for s in view.shift if s.direction is Direction.OUT][:most]
    costs, savings = moneys([s.pence for s in out]), moneys([s.pence_saved for s in out])
    found = Table(
        f"Letters on paper in {view.period.name}, and the next step",
        ("Service and letter", "Next step", "Letters", "Cost", "In reach", "Expected", "Saves"),
        tuple(
            (
                f"{names.service(s.service)}: {names.kind(s.kind)}",
                f"{s.step}"[0].upper() + f"{s.step}"[1:],
                number(s.letters),
                cost,
                percent(s.candidates / s.letters if s.letters else None),
                number(s.expected),
                saves,
            )
            for s, cost, saves in zip(out, costs, savings, strict=True)
        ),
        (26, 32, 8, 8, 8, 10, 8),
        words=2,
        links=tuple(names.link({"direction": "out", "service": s.service, "kind": s.kind, "paper": "1"}) for s in out),
    )
    return [found]


def _why_on_paper(view: Overview, names: Names) -> list[Block]:
    """What stands between the readers of each kind of letter and email; the columns of a row make up its letters."""
    rows = [(s, s.reach) for s in view.shift if s.direction is Direction.OUT][:_MOST]
    headers = ("Service and letter", "Letters", "Agreed, email not proved", "Email known, not asked", "No email known",
               "Shared email", "The law", "Choice or right", "Could go by email")  # fmt: skip
    table = Table(
        f"Why these letters were on paper in {view.period.name}",
        headers,
        tuple(
            (
                f"{names.service(s.service)}: {names.kind(s.kind)}",
                *(number(n) for n in (s.letters, r.unverified, r.no_consent, r.no_contact, r.household, r.by_law)),
                number(r.by_right),
                percent(r.could_be_digital / s.letters if s.letters else None),
            )
            for s, r in rows
            if r
        ),
        (26, *(9.0 for _ in headers[1:])),
        links=tuple(
            names.link({"direction": "out", "service": s.service, "kind": s.kind, "paper": "1"}) for s, r in rows if r
        ),
    )
    return [table]


def _matters(view: Overview, names: Names) -> list[Block]:
    """What came on paper and need not."""
    coming = [s for s in view.shift if s.direction is Direction.IN]
    matters = Table(
        "Came on paper although an online form exists",
        ("Service", "Form", "Items"),
        tuple((names.service(s.service), s.note, number(s.letters)) for s in coming),
        (28, 56, 10),
        words=2,
        links=tuple(
            names.link({"direction": "in", "service": s.service, "kind": s.kind, "channel": "post"}) for s in coming
        ),
    )
    return [matters]


def _funnels(view: Overview, names: Names) -> list[Block]:
    rows = tuple(
        (
            f"{names.service(f.service)}: {names.kind(f.kind)}",
            number(f.printed),
            number(f.opened),
            number(f.confirmed),
            percent(f.yield_share, 1),
        )
        for f in view.funnels
    )
    headers = ("Letter", "Printed", "Page opened", "Confirmed", "Yield")
    return [Table("Opt-in prompts printed in the period", headers, rows, (40, 12, 12, 12, 10))]


_WHEN = (
    "The council's are counted in March and September, each service's in June and December, ten days after the month "
    "and once for good: tables of the same people in the same days could be taken from each other, down to a few."
)
_NOBODY_YET = f"Customers on paper have not been counted yet. {_WHEN}"


def who_stays(view: Overview) -> list[Block]:
    """Never individuals; small groups hidden, the others rounded, so that none can be worked out."""
    if view.people_in is None:
        return by_age(view)
    said = (
        f"Customers who got at least one letter on paper in {view.people_in.name}, by the reason of their last one. "
        f"{_WHEN} "
        "“hidden” stands for a small group or nobody, or for one that would give a small group away; the others are "
        f"rounded to the nearest {view.by_age.rounded_to}, so that they need not add up."
    )
    return [
        Paragraph(said),
        *by_age(view),
        *_reasons(f"On paper in {view.people_in.name}, and why: by postcode sector", "Sector", view.by_sector),
    ]


def by_age(view: Overview) -> list[Block]:
    """Reasons by age band, or when there will be any."""
    if view.people_in is None:
        return [Paragraph(_NOBODY_YET)]
    return _reasons(f"On paper in {view.people_in.name}, and why: by age", "Age", view.by_age)


def _reasons(caption: str, name: str, found: EqualityTable) -> list[Block]:
    """Rows by reason; a reason that is hidden in every row is left out of the table and named below it."""
    told = [c for c in found.columns if any(found.people(row, c) is not None for row in found.rows)]
    headers = (name, *(REASONS.get(c, c) for c in told), "All")

    def shown(people: int | None) -> str:
        return "hidden" if people is None else number(people)

    rows = [
        (row, *(shown(found.people(row, c)) for c in told), shown(total))
        for row, total in zip(found.rows, found.row_totals, strict=True)
    ]
    if rows:
        totals = dict(zip(found.columns, found.column_totals, strict=True))
        rows.append(("All", *(shown(totals[c]) for c in told), shown(found.total)))
    table = Table(caption, headers, tuple(rows), (1.4, *(1.0 for _ in told), 1.0), total=bool(rows))
    hidden = [REASONS.get(c, c) for c in found.columns if c not in told]
    return [table, *([Paragraph(f"Hidden in every row: {', '.join(hidden)}.", small=True)] if hidden else [])]
