"""The councils' own figures, reproduced: docs/worked-example/."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from mailroom.config.costs import load_costs
from mailroom.config.environment import example_site
from mailroom.config.section import load_section
from mailroom.config.targets import Targets
from mailroom.targets import contacts
from mailroom.targets.savings import Saved
from mailroom.values.counts import BaselineCount, Direction
from mailroom.values.month import Month
from tests.targets.rows import count

EXAMPLE = Path(__file__).parents[2] / "docs" / "worked-example"


def test_tendrings_post_fell_from_18_8_to_4_6_per_cent_of_contacts() -> None:
    years = contacts.read_contacts((EXAMPLE / "tendring-contacts.csv").read_text())
    shares = [round(100 * (y.share("post") or 0), 1) for y in years]
    assert (shares[0], shares[-1]) == (18.8, 4.6)
    assert contacts.change(years, "post") == pytest.approx(-0.746, abs=5e-4)


def test_maidstones_hours_are_18_posts_and_its_pounds_30_per_cent_of_its_postage() -> None:
    targets = {t.code: t for t in load_section(EXAMPLE / "maidstone-targets.toml", Targets).target}
    hours, postage, post = targets["hours"].amount, targets["postage"].amount, targets["post"].reduction
    assert hours
    assert postage
    assert post
    assert Saved(minutes=hours * 60).posts(Decimal(1300)) == 18
    assert round(postage / post / 1000) == 167


def test_a_contact_on_the_web_is_worth_what_socitm_and_thurrock_found_and_sources_are_not_mixed() -> None:
    published = load_costs(example_site()).contact_sets(dt.date(2026, 10, 31))
    found = {(w.source.split()[0], w.channel): w.more for w in contacts.worth(100, published)}
    assert found == {
        ("SOCITM", "face_to_face"): 100 * (862 - 15),
        ("SOCITM", "phone"): 100 * (238 - 15),
        ("Thurrock", "face_to_face"): 100 * (500 - 15),
        ("Thurrock", "phone"): 100 * (150 - 15),
    }


def test_a_source_says_nothing_before_it_was_published_or_without_a_cost_online() -> None:
    costs = load_costs(example_site())
    assert [s.split()[0] for s in costs.contact_sets(dt.date(2015, 12, 31))] == ["SOCITM"]
    assert contacts.worth(5, {"one": {"phone": Decimal(4)}}) == ()


def test_what_came_online_before_is_taken_off_month_by_month_and_service_by_service() -> None:
    base = [
        BaselineCount(Month(2025, 10), "waste", Direction.IN, "email", 30),
        BaselineCount(Month(2025, 10), "rents", Direction.IN, "web", 50),
        BaselineCount(Month(2025, 10), "waste", Direction.IN, "post", 900),
        BaselineCount(Month(2025, 11), "waste", Direction.IN, "email", 5),
    ]
    rows = [count(direction=Direction.IN, service="waste", channel=c, items=20) for c in ("email", "web", "post")]
    assert contacts.moved_online(rows, base, "waste") == {Month(2026, 10): 10}
    assert contacts.moved_online(rows, base) == {Month(2026, 10): 0}, "fewer than before is none moved"
    assert contacts.is_measured(base, "rents") and not contacts.is_measured(base, "parking")


def test_a_year_without_a_total_sums_its_channels() -> None:
    (year,) = contacts.read_contacts("year,channel,contacts\n2020,post,3\n2020,web,1\n")
    assert year.share("post") == 0.75
