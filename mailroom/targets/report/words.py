"""The summary in words. Every sentence follows from figures; where a figure is missing, its sentence says so."""

from __future__ import annotations

from mailroom.config.targets import Measure
from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress, Standing
from mailroom.targets.report.names import Names
from mailroom.targets.scale import money, number, percent
from mailroom.values.document import Tone

TONES = {
    Standing.REACHED: Tone.GOOD,
    Standing.ON_PATH: Tone.GOOD,
    Standing.AT_RISK: Tone.WATCH,
    Standing.OFF_PATH: Tone.BAD,
    Standing.TOO_EARLY: Tone.PLAIN,
}


def plural(count: int, one: str, many: str = "") -> str:
    """'1 item', '3,200 items'."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def compared(change: float | None) -> str:
    """A change as people say it."""
    if change is None:
        return "with no baseline to compare"
    if abs(change) < 0.005:
        return "the same as the baseline"
    return f"{percent(abs(change))} {'fewer' if change < 0 else 'more'} than the baseline"


def mail(view: Overview) -> str:
    """How much post there was."""
    found = view.mail
    when = view.period.name if view.today > view.period.last.last else f"{view.period.name} so far"
    said = (
        f"In {when}, {plural(found.paper_in, 'item')} of post came in and {number(found.paper_out)} went "
        f"out: {number(found.paper)} together, {compared(found.change)}"
    )
    if found.baseline:
        said += f" of {number(found.baseline)}"
    if found.avoided:
        said += f". {plural(found.avoided, 'letter')} needed no envelope, {number(found.emailed)} of them went by email"
    return f"{said}."


def target(one: Progress) -> str:
    """Where a target stands and where it is heading."""
    goal = one.target
    if goal.measure.is_a_reduction:
        said = (
            f"{goal.name} by {goal.by:%B %Y}: the last twelve months are {percent(one.reduction, 1)} below the "
            f"baseline, {_beside_path(one)} the path, which wants "
            f"{percent(1 - one.path / one.baseline if one.baseline else None, 1)} by now"
        )
    else:
        said = (
            f"{goal.name}: {amount(one, one.so_far)} so far this year, {_beside_path(one)} the path, which wants "
            f"{amount(one, one.path)} by now"
        )
    return f"{said}. {outlook(one)}"


def _beside_path(one: Progress) -> str:
    return "behind" if one.gap > 0 else "ahead of" if one.gap < 0 else "on"


def outlook(one: Progress) -> str:
    """The range, and the standing that follows from it."""
    if one.standing is Standing.REACHED:
        return "The target is reached."
    if one.outlook is None:
        return "It is too early to say whether it will be reached."
    if one.target.measure.is_a_reduction:
        low, high = (
            percent(1 - x / one.baseline if one.baseline else None) for x in (one.outlook.high, one.outlook.low)
        )
        where = f"between {low} and {high} below the baseline in the last year before its day"
    else:
        where = f"between {amount(one, one.outlook.low)} and {amount(one, one.outlook.high)} at the end of the year"
    return f"If things go on as they do, it will be {where}: it is {one.standing}."


def amount(one: Progress, value: float) -> str:
    """A target's figure in its unit."""
    if one.target.measure is Measure.CASH:
        return money(value * 100)
    unit = "hours" if one.target.measure is Measure.HOURS else "items"
    return f"{number(value)} {unit}"


def saved(view: Overview) -> str:
    """Cash first; time apart and never as money."""
    posts = view.saved_year.posts(view.hours_per_post)
    april = f"April {view.period.last.financial_year_start.year}"
    return (
        f"{money(view.saved.cash)} of postage, envelopes, paper and printing was saved, and "
        f"{money(view.saved_year.cash)} since {april}; this leaves the budget. Handling time of "
        f"{number(view.saved.hours)} hours was spared ({number(view.saved_year.hours)} since {april}, as much as "
        f"{posts:.1f} posts); time is not counted as cash."
    )


def levels(view: Overview) -> str:
    """Whether letters were answered in time."""
    found, now = view.levels.answered, view.levels.open_now
    if found.share is None:
        said = "No item received in the period is answered or overdue yet"
    else:
        said = (
            f"{percent(found.share)} of what was received and is answered or overdue was answered in time "
            f"({percent(view.wanted_share)} is wanted)"
        )
        if found.median is not None:
            said += f"; half within {found.median} working days, nine in ten within {found.ninetieth}"
    said += f". {plural(now.open, 'item')} {'waits' if now.open == 1 else 'wait'} for an answer today"
    if now.overdue:
        said += f", {number(now.overdue)} of them past their day"
    if now.oldest_open:
        said += f"; the oldest came on {now.oldest_open:%-d %B %Y}"
    return f"{said}."


def routing(view: Overview) -> str:
    """How much went alone, and how right that was."""
    quality, sample = view.quality, view.precision
    if not quality.decided:
        return "Nothing received in the period has been routed yet."
    said = f"{percent(quality.auto_share)} of {plural(quality.decided, 'item')} went to a team without a person asked"
    if sample.checked:
        said += (
            f"; of {plural(sample.checked, 'item')} drawn at random and checked, {number(sample.right)} were right "
            f"({percent(sample.share)}; with so many checked, between {percent(sample.low)} and {percent(sample.high)})"
        )
    else:
        said += "; no item of the random sample has been checked, so how many were right is not known"
    return f"{said}."


def attention(view: Overview, names: Names) -> tuple[str, ...]:
    """What calls for somebody to act, the gravest first; says so when nothing does."""
    points = [
        f"{one.target.name}: {one.standing}, {amount_behind(one)}."
        for one in view.progress
        if one.standing in (Standing.OFF_PATH, Standing.AT_RISK)
    ]
    weak = sorted(
        (
            (level.share, names.service(code), level)
            for code, level in view.levels.services.items()
            if level.share is not None
        ),
        key=lambda entry: entry[0] or 0,
    )
    below = [entry for entry in weak if (entry[0] or 0) < view.wanted_share]
    points += [
        f"{name}: {percent(share)} answered in time, {plural(level.overdue, 'item')} overdue."
        for share, name, level in below[:3]
    ]
    if len(below) > 3:
        others = plural(len(below) - 3, "more service")
        points.append(f"{others} answered fewer than {percent(view.wanted_share)} in time.")
    promised = view.levels.promises_open
    if promised.overdue:
        points.append(f"{plural(promised.overdue, 'promise')} given in holding replies passed without an answer.")
    points += _demand(view)
    points += [f"{names.service(s.service)}, {names.kind(s.kind)}: {s.step}." for s in view.shift[:1] if s.expected]
    return tuple(points) or ("Nothing: every target is on its path and every service keeps its promise.",)


def amount_behind(one: Progress) -> str:
    """How far from the path, in the target's unit."""
    size = number(abs(one.gap)) + " items a year" if one.target.measure.is_a_reduction else amount(one, abs(one.gap))
    return f"{size} {_beside_path(one)} the path"


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
    return [f"{said})."]
