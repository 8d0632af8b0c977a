"""What calls for somebody to act, each with its next step. Nothing is said that the figures do not say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress, Standing
from mailroom.targets.report.names import Names
from mailroom.targets.report.words import amount, likely, plural, standing, wanted
from mailroom.targets.scale import money, number, percent
from mailroom.targets.service_levels import Level

_NAMED = 3
"""Services named one by one; the others are counted, so that a summary stays on its page."""


def attention(view: Overview, names: Names) -> tuple[str, ...]:
    """Targets, services, first words, promises, second letters and the next shift; says so when there is none."""
    points = [
        f"{one.target.name}: {_falling_short(one)}."
        for one in view.progress
        if one.standing in (Standing.OFF_PATH, Standing.AT_RISK, Standing.MISSED)
    ]
    points += [*_weak_services(view, names), *_first_words(view)]
    promised = view.levels.promises_open
    if promised.overdue:
        broken = plural(promised.overdue, "promise")
        these = "it" if promised.overdue == 1 else "these"
        points.append(f"{broken} given in holding replies passed without an answer. Next: answer {these} first.")
    points += [*_demand(view), *_shift(view, names)]
    return tuple(points) or (_nothing_amiss(view),)


def _falling_short(one: Progress) -> str:
    """How far behind, or, when ahead of the path today, what the trend comes to."""
    if one.standing is Standing.MISSED:
        return f"not reached, {wanted(one)} was wanted"
    if one.gap <= 0:
        return f"{standing(one)}: {likely(one)}, where {wanted(one)} is wanted"
    size = number(one.gap) + " items a year" if one.target.measure.is_a_reduction else amount(one, one.gap)
    return f"{standing(one)}, {size} behind the path"


@dataclass(frozen=True, slots=True)
class _Weak:
    """A service below the wanted share. short: how many more in time would have reached it."""

    code: str
    level: Level
    short: int


def _weak_services(view: Overview, names: Names) -> list[str]:
    """Those with the most answers short first: one late letter of three weighs less than forty of a hundred."""
    found = [
        _Weak(code, level, math.ceil(view.wanted_share * (level.finished + level.overdue) - level.in_time))
        for code, level in view.levels.services.items()
        if level.share is not None and level.share < view.wanted_share
    ]
    found.sort(key=lambda weak: (-weak.short, weak.code))
    points = [_weak_service(weak, view, names) for weak in found[:_NAMED]]
    if len(found) > _NAMED:
        others = plural(len(found) - _NAMED, "more service")
        points.append(f"{others} answered fewer than {percent(view.wanted_share)} in time.")
    return points


def _weak_service(weak: _Weak, view: Overview, names: Names) -> str:
    level = weak.level
    known = level.finished + level.overdue
    late = known - level.in_time
    standard, of_standard = view.levels.latest[weak.code]
    mostly = f"{names.standard(standard).lower()} ({number(of_standard)} of {number(late)} late)"
    step = (
        f"answer the {number(level.overdue)} overdue, then look at {mostly}" if level.overdue else f"look at {mostly}"
    )
    return (
        f"{names.service(weak.code)}: {percent(level.share)} answered in time ({number(level.in_time)} of "
        f"{number(known)}); {number(weak.short)} more would have made the {percent(view.wanted_share)}. Next: {step}."
    )


def _first_words(view: Overview) -> list[str]:
    """First words to customers who were promised one by a day, where too few came in time."""
    found = view.levels.acknowledged
    if found.share is None or found.share >= view.wanted_share:
        return []
    known = found.finished + found.overdue
    return [
        f"First word to the customer: {percent(found.share)} in time ({number(found.in_time)} of {number(known)}). "
        "Next: a holding reply when such a letter is first seen."
    ]


def _demand(view: Overview) -> list[str]:
    quality, before = view.quality, view.quality_before
    again = quality.chasers + quality.repeats
    if quality.failure_demand is None or not again:
        return []
    said = (
        f"{plural(again, 'letter')} came again on a matter written about before ({percent(quality.failure_demand, 1)}"
    )
    if before.failure_demand is not None:
        said += f"; {percent(before.failure_demand, 1)} in the period before"
    waited = f", {number(quality.chasers)} of them while the first was still unanswered" if quality.chasers else ""
    return [f"{said}){waited}."]


def _shift(view: Overview, names: Names) -> list[str]:
    """The first kind of letter whose next step is expected to turn some."""
    return [
        f"{names.service(s.service)}, {names.kind(s.kind)}: {s.step}. Of {plural(s.letters, 'letter')} in "
        f"{view.period.name}, about {number(s.expected)} would then go by email, saving {money(s.pence_saved)}."
        for s in view.shift[:1]
        if s.expected
    ]


def _nothing_amiss(view: Overview) -> str:
    """No more than the figures say."""
    judged = any(level.share is not None for level in view.levels.services.values())
    early = sum(one.standing is Standing.TOO_EARLY for one in view.progress)
    if not view.progress:
        targets = "no target is set"
    elif early:
        targets = f"it is too early to say of {number(early)} of {plural(len(view.progress), 'target')}"
    else:
        targets = "every target is reached or will be on trend"
    services = "every service keeps its promise" if judged else "no service has been measured yet"
    return (
        f"Nothing that is known: {targets}, and {services}."
        if early or not judged
        else f"Nothing: {targets} and {services}."
    )
