"""Items sent from team to team: counted as a figure, not settled at first contact, and listed behind it."""

from __future__ import annotations

import datetime as dt

import pytest

from mailroom.config.targets import Sources
from mailroom.records import figure_listing, figure_rows
from mailroom.records.daily_counts import all_days, make_again
from mailroom.records.figure_listing import Wanted, Ways
from mailroom.records.models import Batch, Delivery, Item
from mailroom.targets.service_levels import quality
from mailroom.values.month import Month
from tests.records.test_daily_counts import COUNTING, DAY, LONDON, at, item

pytestmark = pytest.mark.django_db


def sent(to: Item, *teams: str, copies: tuple[str, ...] = ()) -> Item:
    for number, team in enumerate((*teams, *copies), start=1):
        Delivery.objects.create(
            item=to, sequence=number, team=team, inbox="a@council.example", message_id=f"{to.pk}.{number}",
            is_copy=number > len(teams),
        )  # fmt: skip
    return to


def test_an_item_that_another_team_had_before_is_a_misroute_and_a_copy_or_a_second_email_is_none() -> None:
    batch = Batch.objects.create(original="b" * 64, filename="a.pdf", source="scanner-1", received=DAY)
    moved = sent(item(batch, answered_at=at(12)), "waste", "ct")
    sent(item(batch, answered_at=at(12)), "ct", "ct")
    sent(item(batch, answered_at=at(12)), "ct", copies=("waste",))
    make_again(all_days(LONDON), COUNTING)
    october = Month(2026, 10)
    found = quality(figure_rows.tallies(october, october))
    assert (found.bounced, found.first_contact) == (1, 2)
    ways = Ways(LONDON, Sources(), (), ())
    behind = figure_listing.items(Wanted(DAY, DAY, fact="bounced"), ways, dt.date(2026, 11, 1))
    assert list(behind) == [moved]
