"""Every figure of an overview as plain rows, for JSON, CSV and other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress
from mailroom.targets.savings import Saved
from mailroom.targets.service_levels import Level, Quality
from mailroom.targets.volumes import Mail


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: code as in docs/figures.md, what it is of (a part and its code), and its value."""

    code: str
    part: str
    of: str
    value: float | int | str | None


def figures(view: Overview) -> list[Figure]:
    """All of them, in the order of the report."""
    return [
        *_mail("period", "", view.mail),
        *(f for m in view.months for f in _mail("month", m.name, m)),
        *(f for code, m in view.services.items() for f in _mail("service", code, m)),
        *(f for p in view.progress for f in _target(p)),
        *_saved("period", "", view.saved),
        *_saved("financial_year", "", view.saved_year),
        *(_n("items", "cause", c.cause, c.items) for c in view.causes if c.cause),
        *(f for c in view.causes if c.cause for f in _saved("cause", c.cause, c.saved)),
        *(f for line, saved in view.lines.items() for f in _saved("line", line, saved)),
        *_contacts(view),
        *_all_levels(view),
        *_quality("period", view.quality),
        *_quality("before", view.quality_before),
        *_sample(view),
        *_paper(view),
    ]  # fmt: skip


def _n(code: str, part: str, of: str, value: float | int | str | Decimal | None) -> Figure:
    return Figure(code, part, of, round(float(value), 4) if isinstance(value, (Decimal, float)) else value)


def _mail(part: str, of: str, mail: Mail) -> Iterator[Figure]:
    for code in ("paper_in", "paper_out", "in_other", "emailed", "avoided", "baseline", "change"):
        yield _n(code, part, of, getattr(mail, code))
    yield _n("postage_paid", part, of, mail.pence / 100)


def _target(one: Progress) -> Iterator[Figure]:
    code = one.target.code
    yield _n("target_so_far", "target", code, one.so_far)
    yield _n("target_path", "target", code, one.path)
    yield _n("target_wanted", "target", code, one.wanted)
    yield _n("target_low", "target", code, one.outlook.low if one.outlook else None)
    yield _n("target_high", "target", code, one.outlook.high if one.outlook else None)
    yield _n("target_standing", "target", code, one.standing.value)


def _saved(part: str, of: str, saved: Saved) -> Iterator[Figure]:
    yield _n("saved_cash", part, of, saved.cash / 100)
    yield _n("saved_other", part, of, saved.other / 100)
    yield _n("saved_hours", part, of, saved.hours)


def _contacts(view: Overview) -> Iterator[Figure]:
    """Never among the savings: what others found a contact to cost."""
    yield _n("contacts_moved", "period", "", view.moved_online)
    for one in view.worth if view.moved_online is not None else ():
        yield _n("contacts_worth", "contact_cost", f"{one.source}: {one.channel}", one.more / 100)


def _all_levels(view: Overview) -> Iterator[Figure]:
    found = view.levels
    for clock in ("routed", "seen", "acknowledged", "answered", "promised", "open_now", "promises_open"):
        yield from _level("clock", clock, getattr(found, clock))
    for part in ("services", "standards", "channels", "kinds"):
        for code, level in getattr(found, part).items():
            yield from _level(f"answered_by_{part.removesuffix('s')}", code, level)


def _level(part: str, of: str, level: Level) -> Iterator[Figure]:
    yield _n("received", part, of, level.items)
    yield _n("answered", part, of, level.finished)
    yield _n("in_time", part, of, level.in_time)
    yield _n("in_time_share", part, of, level.share)
    yield _n("median_days", part, of, level.median)
    yield _n("p90_days", part, of, level.ninetieth)
    yield _n("open", part, of, level.open)
    yield _n("overdue", part, of, level.overdue)
    yield _n("oldest_open", part, of, level.oldest_open.isoformat() if level.oldest_open else None)


def _quality(part: str, quality: Quality) -> Iterator[Figure]:
    for code in ("decided", "auto_routed", "corrected", "bounced", "chasers", "repeats", "first_contact", "held"):
        yield _n(code, part, "", getattr(quality, code))
    for code in ("auto_share", "uncorrected_share", "failure_demand", "first_contact_share"):
        yield _n(code, part, "", getattr(quality, code))


def _sample(view: Overview) -> Iterator[Figure]:
    sample = view.precision
    yield _n("sample_checked", "period", "", sample.checked)
    yield _n("sample_right", "period", "", sample.right)
    yield _n("precision", "period", "", sample.share)
    yield _n("precision_low", "period", "", sample.low)
    yield _n("precision_high", "period", "", sample.high)


_BARRIERS = ("unverified", "no_consent", "no_contact", "household", "by_law", "by_right")


def _paper(view: Overview) -> Iterator[Figure]:
    for one in view.shift:
        of = f"{one.direction}:{one.service}:{one.kind}"
        yield _n("letters", "shift", of, one.letters)
        yield _n("could_be_digital", "shift", of, one.candidates)
        yield _n("expected", "shift", of, one.expected)
        yield _n("expected_saving", "shift", of, one.pence_saved / 100)
        for code in _BARRIERS if one.reach else ():
            yield _n(code, "shift", of, getattr(one.reach, code))
    for funnel in view.funnels:
        for code in ("printed", "opened", "confirmed"):
            yield _n(code, "prompt", f"{funnel.service}:{funnel.kind}", getattr(funnel, code))
    if view.people_in:
        yield _n("on_paper_month", "period", "", str(view.people_in))
    for name, table in (("age", view.by_age), ("sector", view.by_sector)):
        for cell in table.cells:
            yield _n("on_paper", f"on_paper_by_{name}", f"{cell.row}:{cell.column}", cell.people)


def as_json(view: Overview) -> str:
    """One object: whose figures, of when, and each of them."""
    whole = {
        "council": view.council,
        "service": view.service,
        "first_month": str(view.period.first),
        "last_month": str(view.period.last),
        "as_of": view.today.isoformat(),
        "figures": [asdict(f) for f in figures(view)],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_csv(view: Overview) -> str:
    """One figure a line: first_month, last_month, service, part, of, code, value."""
    return rows_as_csv(
        ("first_month", "last_month", "service", "part", "of", "code", "value"),
        (
            (
                str(view.period.first),
                str(view.period.last),
                view.service,
                f.part,
                f.of,
                f.code,
                "" if f.value is None else f.value,
            )
            for f in figures(view)
        ),
    )


def rows_as_csv(headers: Sequence[str], rows: Iterator[Sequence[object]]) -> str:
    """A CSV whose cells no spreadsheet takes for a formula."""
    to = io.StringIO()
    writer = csv.writer(to, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return to.getvalue()


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "@", "\t") else cell
