"""Dates are typed in three fields, and an error names the part that is wrong."""

from __future__ import annotations

import datetime as dt

import pytest

from mailroom.web.dates import TypedDate, date_said, day_asked, moment_said, time_of, typed_date
from mailroom.web.form_problems import NotSaid


def said(day: str, month: str, year: str) -> dict[str, str]:
    return {"moved_on-day": day, "moved_on-month": month, "moved_on-year": year}


@pytest.mark.parametrize("month", ["11", "Nov", "november", " 11 "])
def test_a_month_is_a_number_or_a_name(month: str) -> None:
    assert date_said(said("2", month, "2026"), "moved_on", "The date of the move") == dt.date(2026, 11, 2)


def test_nothing_typed_is_no_date_and_no_error() -> None:
    assert date_said(said("", " ", ""), "moved_on", "The date of the move") is None


@pytest.mark.parametrize(
    ("typed", "words", "leads_to"),
    [
        (("2", "", "2026"), "The date of the move must include a month", "moved_on-month"),
        (("", "", "2026"), "The date of the move must include a day and month", "moved_on-day"),
        (("2", "11", ""), "The date of the move must include a year", "moved_on-year"),
        (("2", "11", "26"), "The date of the move must have a year of 4 numbers", "moved_on-year"),
        (("31", "2", "2026"), "The date of the move must be a real date", "moved_on-day"),
        (("2", "ju", "2026"), "The date of the move must be a real date", "moved_on-day"),
        (("0", "13", "2026"), "The date of the move must be a real date", "moved_on-day"),
    ],
)
def test_the_error_names_the_part_that_is_wrong_and_leads_to_it(
    typed: tuple[str, str, str], words: str, leads_to: str
) -> None:
    with pytest.raises(NotSaid) as why:
        date_said(said(*typed), "moved_on", "The date of the move")
    (problem,) = why.value.problems
    assert (problem.field, problem.words, problem.leads_to) == ("moved_on", words, leads_to)


def test_a_link_may_give_the_day_as_one_word() -> None:
    assert typed_date({"day": "2026-11-02"}, "day") == TypedDate("2", "11", "2026")
    assert typed_date({"day": "yesterday"}, "day") == TypedDate()
    assert typed_date({"day": "2026-11-02", "day-day": "5"}, "day") == TypedDate("5")


def test_a_day_that_narrows_a_page_is_an_error_of_the_page_when_it_cannot_be_read() -> None:
    assert day_asked(said("2", "11", "2026"), "moved_on", "The day") == (dt.date(2026, 11, 2), ())
    day, wrong = day_asked(said("2", "", "2026"), "moved_on", "The day")
    assert day is None and [p.words for p in wrong] == ["The day must include a month"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("9am", dt.time(9)),
        ("9:30 am", dt.time(9, 30)),
        ("12pm", dt.time(12)),
        ("12.15am", dt.time(0, 15)),
        ("14:00", dt.time(14)),
        ("13pm", None),
        ("9", None),
        ("25:00", None),
        ("9:75", None),
        ("noon", None),
    ],
)
def test_a_time_is_typed_as_people_write_it(text: str, time: dt.time | None) -> None:
    assert time_of(text) == time


def test_a_day_without_a_time_is_its_beginning_and_a_time_without_a_day_is_an_error() -> None:
    assert moment_said(said("8", "1", "2030"), "moved_on", "The day") == dt.datetime(2030, 1, 8)  # noqa: DTZ001
    assert moment_said({}, "moved_on", "The day") is None
    with pytest.raises(NotSaid, match="must include a day, month and year"):
        moment_said({"moved_on-time": "9am"}, "moved_on", "The day")
