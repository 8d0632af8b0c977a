"""The report's sentences, actions and charts say no more than the figures do, and never two things at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from mailroom.config.targets import Target
from mailroom.targets import charts
from mailroom.targets.progress import Outlook, PathPoint, Progress, Standing
from mailroom.targets.report import documents, money_part, post_part, words
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
    assert "ahead of the path" in said and "But if things go on" in said and "falls short of the 30% wanted" in said
    assert words.standing(ahead) == "ahead of the path today, its trend falls short"
    assert words.tone(ahead) is Tone.WATCH
    behind = progress(990, 981, Standing.OFF_PATH)
    assert (words.standing(behind), words.tone(behind)) == ("off course", Tone.BAD)


def test_an_action_names_how_far_behind_only_where_a_target_is_behind() -> None:
    view = dataclasses.replace(a_view(), progress=(progress(857, 981, Standing.OFF_PATH),), shift=())
    (point,) = words.attention(view, NAMES)
    assert "between 4% and 28% below the baseline, where 30% is wanted" in point
    assert "items a year" not in point
    view = dataclasses.replace(view, progress=(progress(990, 981, Standing.OFF_PATH),))
    assert words.attention(view, NAMES) == ("30% fewer items: off course, 9 items a year behind the path.",)


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
    (said,) = words.attention(dataclasses.replace(calm, progress=(early, on_path)), NAMES)
    assert "too early to say of 1 of 2 targets" in said and "on its path" not in said
    (said,) = words.attention(dataclasses.replace(calm, progress=(on_path,)), NAMES)
    assert said == "Nothing: every target is on its path and every service keeps its promise."
    unmeasured = dataclasses.replace(calm, levels=dataclasses.replace(levels, services={}), progress=())
    (said,) = words.attention(unmeasured, NAMES)
    assert "no target is set" in said and "no service has been measured yet" in said


@pytest.mark.parametrize(("overdue", "said"), [(0, "Planning: 50% answered in time."),
                                               (3, "Planning: 36% answered in time, 3 of those received in October"
                                                   " 2026 overdue.")])  # fmt: skip
def test_nothing_overdue_is_no_part_of_an_action(overdue: int, said: str) -> None:
    view = a_view()
    levels = dataclasses.replace(view.levels, services={"planning": level(overdue=overdue)})
    points = words.attention(dataclasses.replace(view, levels=levels, progress=(), shift=()), NAMES)
    assert said in points


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
