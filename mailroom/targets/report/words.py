"""The summary in words. Every sentence follows from figures; where a figure is missing, its sentence says so."""

from __future__ import annotations

from decimal import Decimal

from mailroom.config.targets import Measure
from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress, Standing
from mailroom.targets.report.names import Names
from mailroom.targets.scale import hours, money, number, percent
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
        so_far = (
            f"{goal.name} by {goal.by:%B %Y}: the last twelve months are {percent(one.reduction, 1)} below the baseline"
        )
        wants = percent(1 - one.path / one.baseline if one.baseline else None, 1)
    else:
        so_far = f"{goal.name}: {amount(one, one.so_far)} so far this year"
        wants = amount(one, one.path)
    return f"{so_far}, {_beside_path(one)} the path, which wants {wants} by now. {outlook(one)}"


def _beside_path(one: Progress) -> str:
    return "behind" if one.gap > 0 else "ahead of" if one.gap < 0 else "on"


def outlook(one: Progress) -> str:
    """The range, and what follows from it. Being ahead today and falling short on trend are said in one sentence."""
    if one.standing is Standing.REACHED:
        return "The target is reached."
    if one.outlook is None:
        return "It is too early to say whether it will be reached."
    when = "in the last year before its day" if one.target.measure.is_a_reduction else "by the end of the year"
    verdict = {
        Standing.ON_PATH: "so it is on course",
        Standing.AT_RISK: f"and {_wanted(one)} is wanted: it is in doubt",
        Standing.OFF_PATH: f"which falls short of the {_wanted(one)} wanted: it is off course",
    }[one.standing]
    start = "But if" if one.gap <= 0 and one.standing is not Standing.ON_PATH else "If"
    return f"{start} things go on as they do, it will be {likely(one)} {when}, {verdict}."


def likely(one: Progress) -> str:
    """The range: 'between 4% and 28% below the baseline'."""
    if one.outlook is None:
        return "not known yet"
    if one.target.measure.is_a_reduction:
        low, high = (
            percent(1 - x / one.baseline if one.baseline else None) for x in (one.outlook.high, one.outlook.low)
        )
        return f"between {low} and {high} below the baseline"
    return f"between {amount(one, one.outlook.low)} and {amount(one, one.outlook.high)}"


def _wanted(one: Progress) -> str:
    return percent(float(one.target.reduction or 0)) if one.target.measure.is_a_reduction else amount(one, one.wanted)


def standing(one: Progress) -> str:
    """Where it stands in a few words, today and on trend, which may differ."""
    ahead = one.gap <= 0
    return {
        (Standing.OFF_PATH, True): "ahead of the path today, its trend falls short",
        (Standing.AT_RISK, True): "ahead of the path today, its trend may fall short",
        (Standing.ON_PATH, False): "behind the path today, its trend gets there",
    }.get((one.standing, ahead), str(one.standing))


def tone(one: Progress) -> Tone:
    """Good or bad news; a target ahead of its path today is no more than to be watched."""
    return Tone.WATCH if one.standing is Standing.OFF_PATH and one.gap <= 0 else TONES[one.standing]


def amount(one: Progress, value: float) -> str:
    """A target's figure in its unit."""
    if one.target.measure is Measure.CASH:
        return money(value * 100)
    unit = "hours" if one.target.measure is Measure.HOURS else "items"
    return f"{number(value)} {unit}"


def saved(view: Overview) -> str:
    """Cash first; time apart and never as money."""
    april = f"April {view.period.last.financial_year_start.year}"
    posts = view.saved_year.posts(view.hours_per_post)
    as_posts = f", as much as {posts:.1f} posts" if posts >= Decimal("0.05") else ""
    cash = (
        f"{money(view.saved.cash)} of postage, envelopes, paper and printing was saved, and "
        f"{money(view.saved_year.cash)} since {april}; this leaves the budget"
        if view.saved_year.cash
        else f"No postage, envelopes, paper or printing has been saved since {april}"
    )
    time = (
        f"Handling time of {hours(view.saved.hours)} hours was spared "
        f"({hours(view.saved_year.hours)} since {april}{as_posts}); time is not counted as cash"
        if view.saved_year.hours
        else "No handling time was spared"
    )
    return f"{cash}. {time}."


def levels(view: Overview) -> str:
    """Whether letters were answered in time: those received in the period, then all that wait today."""
    found, now = view.levels.answered, view.levels.open_now
    when = view.period.name
    if found.share is None:
        said = f"No item received in {when} is answered or overdue yet"
    else:
        said = (
            f"Of what was received in {when} and is answered or overdue, {percent(found.share)} was answered in time "
            f"({percent(view.wanted_share)} is wanted)"
        )
        if found.median is not None:
            said += f"; half within {found.median} working days, nine in ten within {found.ninetieth}"
        if found.overdue:
            said += f". {_are(found.overdue)} still open after {'its' if found.overdue == 1 else 'their'} day"
    said += (
        f". Whenever received, {plural(now.open, 'item')} {'waits' if now.open == 1 else 'wait'} for an answer today"
    )
    if now.overdue:
        said += f", {number(now.overdue)} of them past their day"
    if now.oldest_open:
        said += f"; the oldest came on {now.oldest_open:%-d %B %Y}"
    return f"{said}."


def _are(count: int) -> str:
    return f"{number(count)} of them {'is' if count == 1 else 'are'}"


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
        f"{one.target.name}: {_falling_short(one)}."
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
        f"{name}: {percent(share)} answered in time"
        + (f", {number(level.overdue)} of those received in {view.period.name} overdue." if level.overdue else ".")
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
    return tuple(points) or (_nothing_amiss(view, judged=bool(weak)),)


def _nothing_amiss(view: Overview, judged: bool) -> str:
    """No more than the figures say. judged: whether any service has answered items or overdue ones."""
    early = sum(one.standing is Standing.TOO_EARLY for one in view.progress)
    if not view.progress:
        targets = "no target is set"
    elif early:
        targets = f"it is too early to say of {number(early)} of {plural(len(view.progress), 'target')}"
    else:
        targets = "every target is on its path"
    services = "every service keeps its promise" if judged else "no service has been measured yet"
    return (
        f"Nothing that is known: {targets}, and {services}."
        if early or not judged
        else f"Nothing: {targets} and {services}."
    )


def _falling_short(one: Progress) -> str:
    """How far behind, or, when ahead of the path today, what the trend comes to."""
    if one.gap <= 0:
        return f"{standing(one)}: {likely(one)}, where {_wanted(one)} is wanted"
    size = number(one.gap) + " items a year" if one.target.measure.is_a_reduction else amount(one, one.gap)
    return f"{one.standing}, {size} behind the path"


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
