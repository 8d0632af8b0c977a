"""The summary in words. Every sentence follows from figures; where a figure is missing, its sentence says so."""

from __future__ import annotations

from decimal import Decimal

from mailroom.config.targets import Measure
from mailroom.targets.overview import Overview
from mailroom.targets.progress import Progress, Standing
from mailroom.targets.scale import hours, money, number, percent
from mailroom.values.document import Tone

TONES = {
    Standing.REACHED: Tone.GOOD,
    Standing.ON_PATH: Tone.GOOD,
    Standing.AT_RISK: Tone.WATCH,
    Standing.OFF_PATH: Tone.BAD,
    Standing.MISSED: Tone.BAD,
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
    if not one.has_a_measure:
        return (
            f"{one.target.name} by {one.target.by:%B %Y}: where it stands is not known, because no baseline is on "
            "record. Next: import one, or measure it, with mailroom baseline."
        )
    goal = one.target
    if goal.measure.is_a_reduction:
        wants = percent(1 - one.path / one.baseline, 1)
        so_far = f"{goal.name} by {goal.by:%B %Y}: {_last_year(one)} {_below(one.reduction)} the baseline"
    else:
        wants = amount(one, one.path)
        so_far = f"{goal.name}: {amount(one, one.so_far)} so far this financial year"
    step = ""
    if one.is_a_step:
        whole = amount(one, float(goal.amount or 0))
        step = f"This year's step to {whole} by {goal.by:%B %Y} is {amount(one, one.wanted)}. "
    return f"{so_far}, {_beside_path(one)} the path, which wants {wants} by now. {step}{outlook(one)}"


def _last_year(one: Progress) -> str:
    """What the share is of; months before the first on record are owned up to."""
    without = one.months_without_record
    if not without:
        return "the last twelve months are"
    return f"the last twelve months, {number(without)} of them not on record and taken to be the baseline's, are"


def _below(share: float | None) -> str:
    """'14.3% below', '2.0% above'."""
    return f"{percent(abs(share or 0), 1)} {'above' if share and share < 0 else 'below'}"


def _beside_path(one: Progress) -> str:
    return "behind" if one.gap > 0 else "ahead of" if one.gap < 0 else "on"


def outlook(one: Progress) -> str:
    """The range, and what follows from it; where the trend says otherwise than today does, 'but' joins the two."""
    if one.standing is Standing.REACHED:
        return f"{'This step' if one.is_a_step else 'The target'} is reached."
    if one.standing is Standing.MISSED:
        return f"The time for it is over, and it is not reached: {wanted(one)} was wanted."
    if one.outlook is None:
        return "It is too early to say whether it will be reached."
    reduces = one.target.measure.is_a_reduction
    ends = one.target.by if reduces else one.month.financial_year_start.plus(11).last
    verdict = {
        Standing.ON_PATH: "it will be reached",
        Standing.AT_RISK: "it is in doubt",
        Standing.OFF_PATH: "it falls short",
    }[one.standing]
    otherwise = (one.gap <= 0) is not (one.standing is Standing.ON_PATH)
    return (
        f"{'But on trend' if otherwise else 'On trend'} {verdict}: if things go on as they do, the year to "
        f"{ends:%B %Y} will {'be' if reduces else 'bring'} {likely(one)}, and {wanted(one)} is wanted."
    )


def likely(one: Progress) -> str:
    """The range: 'between 4% and 28% below the baseline'; where its ends are written alike, 'about 4%'."""
    if one.outlook is None:
        return "not known yet"
    if not one.target.measure.is_a_reduction:
        return _between(amount(one, one.outlook.low), amount(one, one.outlook.high))
    ends = (one.outlook.high, one.outlook.low)
    shares = [1 - x / one.baseline if one.baseline else 0.0 for x in ends]
    low, high = (percent(abs(share)) for share in shares)
    if shares[0] < 0 < shares[1]:
        return f"between {low} above and {high} below the baseline"
    return f"{_between(low, high)} {'below' if shares[1] > 0 else 'above'} the baseline"


def _between(low: str, high: str) -> str:
    return f"about {low}" if low == high else f"between {low} and {high}"


def span(one: Progress) -> str:
    """The range in a table's cell: '4% to 28%', '£1,409 to £1,880', or 'about 2%' where both ends are written alike."""
    if one.outlook is None:
        return "too early to say" if one.standing is Standing.TOO_EARLY else "–"
    if one.target.measure.is_a_reduction:
        ends = [1 - x / one.baseline if one.baseline else None for x in (one.outlook.high, one.outlook.low)]
        low, high = (percent(end) for end in ends)
        if low == high:
            low, high = (percent(end, 1) for end in ends)
    else:
        low, high = amount(one, one.outlook.low), amount(one, one.outlook.high)
    return f"about {low}" if low == high else f"{low} to {high}"


def wanted(one: Progress) -> str:
    """What is to be reached, as written beside the range."""
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
