"""The report's sentences, actions and charts say no more than the figures do, and never two things at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from mailroom.config.targets import Target
from mailroom.targets import charts
from mailroom.targets.progress import Outlook, PathPoint, Progress, Standing
from mailroom.targets.report import actions, documents, money_part, post_part, words
from mailroom.targets.report.names import Names
from mailroom.targets.savings import Saved
from mailroom.targets.scale import hours, moneys
from mailroom.targets.service_levels import Level
from mailroom.values.counts import Clock
from mailroom.values.document import Chart, Paragraph, Table, Tone
from mailroom.values.drawing import Words
from mailroom.values.month import Month
from tests.targets.test_figures_document import a_view

NAMES = Names({}, {}, {})


def progress(so_far: float, path: float, standing: Standing, **goal: object) -> Progress:
    facts = {"code": "post", "name": "30% fewer items", "measure": "items", "baseline": "2025-04",
             "starts": dt.date(2026, 4, 1), "by": dt.date(2029, 3, 31), "reduction": Decimal("0.3")}  # fmt: skip
    target = Target.model_validate({**facts, **goal})
    outlook = Outlook(720, 800, 960)
    return Progress(target, Month(2026, 10), 1000, 700, so_far, path, outlook, standing, ())


def level(**changes: object) -> Level:
    plain = Level(Clock.ANSWERED, 10, 8, 4, 2, 0, 5, 9, None)
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def test_a_target_ahead_of_its_path_whose_trend_falls_short_is_told_as_both_and_is_no_alarm() -> None:
    ahead = progress(857, 981, Standing.OFF_PATH)
    said = words.target(ahead)
    assert "14.3% below the baseline, ahead of the path, which wants 1.9% by now. But on trend it falls short" in said
    assert "the year to March 2029 will be between 4% and 28% below the baseline, and 30% is wanted" in said
    assert "course" not in said
    assert words.standing(ahead) == "ahead of the path today, its trend falls short"
    assert words.tone(ahead) is Tone.WATCH
    behind = progress(990, 981, Standing.OFF_PATH)
    assert "behind the path, which wants 1.9% by now. On trend it falls short" in words.target(behind)
    assert (words.standing(behind), words.tone(behind)) == ("off course", Tone.BAD)


@pytest.mark.parametrize(("so_far", "standing", "joined"), [
    (857, Standing.ON_PATH, "On trend it will"), (990, Standing.ON_PATH, "But on trend it will"),
    (857, Standing.AT_RISK, "But on trend it is in doubt"), (990, Standing.AT_RISK, "On trend it is in doubt"),
])  # fmt: skip
def test_only_where_the_trend_says_otherwise_than_today_a_but_stands_between_them(
    so_far: float, standing: Standing, joined: str
) -> None:
    assert f". {joined}" in words.target(progress(so_far, 981, standing))


@pytest.mark.parametrize(("low", "high", "said", "cell"), [
    (720, 960, "between 4% and 28% below the baseline", "4% to 28%"),
    (979, 981, "about 2% below the baseline", "1.9% to 2.1%"),
    (980, 980.2, "about 2% below the baseline", "about 2.0%"),
    (950, 1030, "between 3% above and 5% below the baseline", "−3% to 5%"),
    (1020, 1050, "between 5% and 2% above the baseline", "−5% to −2%"),
])  # fmt: skip
def test_a_range_whose_ends_are_written_alike_is_one_figure(low: float, high: float, said: str, cell: str) -> None:
    one = dataclasses.replace(progress(857, 981, Standing.AT_RISK), outlook=Outlook(low, low, high))
    assert words.likely(one) == said
    assert words.span(one) == cell


def test_an_amount_is_told_in_its_own_unit_beside_the_step_of_its_year() -> None:
    hours_gained = dataclasses.replace(
        progress(300, 700, Standing.OFF_PATH, measure="hours", reduction=None, baseline="", amount=3600),
        wanted=1200, outlook=Outlook(460, 470, 480),
    )  # fmt: skip
    said = words.target(hours_gained)
    assert "300 hours so far this financial year, behind the path, which wants 700 hours by now" in said
    assert "This year's step to 3,600 hours by March 2029 is 1,200 hours" in said
    assert "the year to March 2027 will bring between 460 hours and 480 hours, and 1,200 hours is wanted" in said
    dial = post_part.dial(hours_gained)
    assert dial.table.rows[0][1:] == ("300 hours", "700 hours", "1,200 hours", "460 hours to 480 hours")
    drawn = " ".join(part.text for part in dial.drawing.parts if isinstance(part, Words))
    assert "so far 300 hours" in drawn and "this year's step 1,200 hours" in drawn and "%" not in drawn


def test_a_target_whose_time_is_over_is_not_called_too_early() -> None:
    over = dataclasses.replace(progress(857, 700, Standing.MISSED), outlook=None)
    assert "The time for it is over, and it is not reached: 30% was wanted." in words.target(over)
    assert words.span(over) == "–"


def test_months_before_the_first_on_record_are_owned_up_to() -> None:
    months = list(Month(2025, 11).until(Month(2026, 10)))
    points = tuple(PathPoint(m, 100, 98, None if n < 5 else 90.0) for n, m in enumerate(months))
    said = words.target(dataclasses.replace(progress(857, 981, Standing.ON_PATH), points=points))
    assert "the last twelve months, 5 of them not on record and taken to be the baseline's, are 14.3% below" in said


def test_an_action_names_how_far_behind_only_where_a_target_is_behind() -> None:
    view = dataclasses.replace(a_view(), progress=(progress(857, 981, Standing.OFF_PATH),), shift=())
    (point,) = actions.attention(view, NAMES)
    assert "between 4% and 28% below the baseline, where 30% is wanted" in point
    assert "items a year" not in point
    view = dataclasses.replace(view, progress=(progress(990, 981, Standing.OFF_PATH),))
    assert actions.attention(view, NAMES) == ("30% fewer items: off course, 9 items a year behind the path.",)


def test_where_nothing_calls_for_action_no_more_is_said_than_is_known() -> None:
    view = a_view()
    early, on_path = progress(857, 981, Standing.TOO_EARLY), progress(857, 981, Standing.ON_PATH)
    levels = dataclasses.replace(
        view.levels,
        services={"planning": level(in_time=10)},
        promises_open=Level(Clock.PROMISED, 0, 0, 0, 0, 0, None, None, None),
    )
    calm = dataclasses.replace(
        view, levels=levels, shift=(), quality=dataclasses.replace(view.quality, chasers=0, repeats=0)
    )
    (said,) = actions.attention(dataclasses.replace(calm, progress=(early, on_path)), NAMES)
    assert "too early to say of 1 of 2 targets" in said and "on trend" not in said
    (said,) = actions.attention(dataclasses.replace(calm, progress=(on_path,)), NAMES)
    assert said == "Nothing: every target is reached or will be on trend and every service keeps its promise."
    unmeasured = dataclasses.replace(calm, levels=dataclasses.replace(levels, services={}), progress=())
    (said,) = actions.attention(unmeasured, NAMES)
    assert "no target is set" in said and "no service has been measured yet" in said


def weak_points(services: dict[str, Level], latest: dict[str, tuple[str, int]]) -> tuple[str, ...]:
    view = a_view()
    levels = dataclasses.replace(view.levels, services=services, latest=latest)
    return actions.attention(dataclasses.replace(view, levels=levels, progress=(), shift=()), NAMES)


def test_a_weak_service_is_told_in_figures_with_its_next_step() -> None:
    late = {"planning": ("letters", 4)}
    assert weak_points({"planning": level()}, late) == (
        "Planning: 50% answered in time (4 of 8); 3 more would have made the 80%. Next: look at letters (4 of 4 late).",
    )
    assert weak_points({"planning": level(overdue=3)}, {"planning": ("letters", 6)}) == (
        "Planning: 36% answered in time (4 of 11); 5 more would have made the 80%. "
        "Next: answer the 3 overdue, then look at letters (6 of 7 late).",
    )


@pytest.mark.parametrize(("in_time", "told"), [(4, True), (8, False)])
def test_too_few_first_words_in_time_call_for_holding_replies(in_time: int, told: bool) -> None:
    view = a_view()
    levels = dataclasses.replace(view.levels, acknowledged=level(in_time=in_time))
    points = actions.attention(dataclasses.replace(view, levels=levels, progress=(), shift=()), NAMES)
    said = "First word to the customer: 50% in time (4 of 8). Next: a holding reply when such a letter is first seen."
    assert (said in points) is told


def test_the_service_with_most_answers_short_leads_not_the_one_with_the_lowest_share() -> None:
    small = level(finished=3, in_time=1)
    big = level(items=100, finished=100, in_time=55, open=0)
    first, second = weak_points({"licensing": small, "rents": big}, dict.fromkeys(("licensing", "rents"), ("foi", 1)))
    assert first.startswith("Rents: 55% answered in time (55 of 100); 25 more")
    assert second.startswith("Licensing: 33% answered in time (1 of 3); 2 more")


def test_overdue_of_the_period_and_of_all_time_are_told_apart() -> None:
    view = a_view()
    levels = dataclasses.replace(view.levels, answered=level(overdue=2), open_now=level(open=9, overdue=7))
    said = words.levels(dataclasses.replace(view, levels=levels))
    assert "Of what was received in October 2026" in said and "2 of them are still open after their day" in said
    assert "Whenever received, 9 items wait for an answer today, 7 of them past their day" in said
    figures = documents.key_figures(dataclasses.replace(view, levels=levels), NAMES)
    assert not any("overdue" in figure.note for figure in figures)


def test_posts_are_named_only_when_there_is_a_tenth_of_one() -> None:
    view = dataclasses.replace(a_view(), hours_per_post=Decimal(1300))
    few, many = (
        dataclasses.replace(view, saved_year=Saved(minutes=Decimal(60 * h), cash=Decimal(1))) for h in (20, 2600)
    )
    assert "posts" not in words.saved(few)
    assert "as much as 2.0 posts" in words.saved(many)


def test_nothing_saved_is_said_and_not_shown_as_pounds_of_nothing() -> None:
    said = words.saved(dataclasses.replace(a_view(), saved=Saved(), saved_year=Saved()))
    assert said == (
        "No postage, envelopes, paper or printing has been saved since April 2026. No handling time was spared."
    )


def gained(monthly: float) -> Progress:
    points = tuple(PathPoint(m, 0.0, 1000.0, monthly) for m in Month(2026, 4).until(Month(2026, 10)))
    cash = progress(7 * monthly, 7000, Standing.OFF_PATH, measure="cash", reduction=None, baseline="", amount=12000)
    return dataclasses.replace(cash, points=points)


def test_a_chart_of_next_to_nothing_gives_way_to_its_figures_and_nothing_at_all_to_words() -> None:
    (chart,) = post_part.path(gained(400))
    (table,) = post_part.path(gained(20))
    (said,) = post_part.path(gained(0))
    assert isinstance(chart, Chart) and isinstance(table, Table) and isinstance(said, Paragraph)
    no_cash = money_part.causes(dataclasses.replace(a_view(), causes=()), NAMES)
    assert [type(block) for block in no_cash] == [Table]


def test_a_long_name_beside_a_bar_is_broken_and_never_cut() -> None:
    name = "Housing options, homelessness and the housing register"
    drawing = charts.share_bars("Answered in time", [(name, 0.5, "")])
    said = " ".join(part.text for part in drawing.parts if isinstance(part, Words))
    assert name in said and "…" not in said


def test_a_column_of_money_is_written_alike_and_small_hours_add_up() -> None:
    assert moneys([10_800, 3151, 644]) == ("£108", "£32", "£6")
    assert moneys([644, 3151]) == ("£6.44", "£31.51")
    assert [hours(h) for h in (3.6, 30.9, 0, 1234.4)] == ["3.6", "30.9", "0", "1,234"]


def test_a_reduction_without_a_baseline_is_said_to_be_unknown_and_drawn_by_no_dial() -> None:
    """A mailroom without post showed a dial at 100% of a target of 30%."""
    view = a_view()
    (post, *_) = view.progress
    unknown = dataclasses.replace(post, baseline=0.0, so_far=0.0, path=0.0, wanted=0.0)
    assert "no baseline is on record" in words.target(unknown)
    blocks = post_part.targets(dataclasses.replace(view, progress=(unknown,)))
    assert not any(isinstance(block, Chart) for block in blocks)
    assert any(isinstance(block, Chart) for block in post_part.targets(dataclasses.replace(view, progress=(post,))))
