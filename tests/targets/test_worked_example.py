"""The councils' own figures, reproduced: docs/worked-example/."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from mailroom.config.section import load_section
from mailroom.config.targets import Targets
from mailroom.targets import contacts
from mailroom.targets.savings import Saved

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


def test_a_contact_on_the_web_instead_of_by_telephone_spares_2_pounds_23() -> None:
    socitm = {"phone": Decimal(238), "web": Decimal(15)}
    assert contacts.cost_pence({"phone": 1}, socitm) - contacts.cost_pence({"web": 1}, socitm) == 223


def test_a_year_without_a_total_sums_its_channels() -> None:
    (year,) = contacts.read_contacts("year,channel,contacts\n2020,post,3\n2020,web,1\n")
    assert year.share("post") == 0.75
