"""Emails to teams: each tells of one decision of its item, and only of that one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import F

from mailroom.errors import Retry, Review
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.deliver import prepare_deliveries, send
from mailroom.inbound.steps.mail import team_email_bounced
from mailroom.inbound.steps.sweep import sweep
from mailroom.records.models import Batch, Delivery, DeliveryStatus, Item, ItemStatus
from mailroom.values.bounces import Bounce, BounceAction
from tests.inbound.line_machines import NOON, line_machines, read_batch

pytestmark = pytest.mark.django_db


class Post:
    """A mail server; what `meanwhile` does happens while it has the email."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.trouble: Exception | None = None
        self.meanwhile = lambda: None

    def send(self, email: Delivery) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append(email.team)
        self.meanwhile()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def machines(post: Post) -> Any:
    engine = SimpleNamespace(retry_email_after_seconds=0, attempts=5)
    return line_machines(
        mail=post, compose=lambda delivery: delivery, mail_domain="wexmere.example", second_letter_days=60,
        config=SimpleNamespace(engine=engine, watch_folder=()),
    )  # fmt: skip


def routed(machines: Any, team: str, copies: Sequence[str] = ()) -> Item:
    item = read_batch(machines, "s", cut_batch).items.get()
    return route_to(item, team, copies, version=item.version)


def route_to(item: Item, team: str, copies: Sequence[str] = (), version: int = 2) -> Item:
    routing = {"inbox": f"{team}@wexmere.example", "copies": [[c, f"{c}@wexmere.example"] for c in copies]}
    Item.objects.filter(pk=item.pk).update(
        status=ItemStatus.ROUTED, version=version, team=team, decision={"routing": routing}
    )
    item.refresh_from_db()
    return item


def test_an_email_still_waiting_when_its_item_is_decided_anew_never_reaches_the_old_team(
    machines: Any, post: Post
) -> None:
    item = routed(machines, "waste", copies=["parking"])
    old, old_copy = prepare_deliveries(machines, item.pk, 1)
    post.trouble = Retry("the server is away")
    assert send(machines, old, 1) == DeliveryStatus.QUEUED
    post.trouble = None
    route_to(item, "benefits")
    (new,) = prepare_deliveries(machines, item.pk, 2)
    assert send(machines, old, 1) == DeliveryStatus.FAILED
    assert send(machines, old_copy, 1) == DeliveryStatus.FAILED
    assert send(machines, new, 1) == DeliveryStatus.SENT
    assert post.sent == ["benefits"]
    assert "decided anew" in Delivery.objects.get(pk=old).problem
    assert not Delivery.objects.not_arrived().exists()


def test_an_old_email_that_leaves_while_the_item_is_decided_anew_does_not_pass_for_the_new_ones(
    machines: Any, post: Post
) -> None:
    item = routed(machines, "waste")
    (old,) = prepare_deliveries(machines, item.pk, 1)
    post.meanwhile = lambda: route_to(item, "benefits")  # type: ignore[assignment,return-value]
    assert send(machines, old, 1) == DeliveryStatus.SENT
    item.refresh_from_db()
    assert (item.status, item.team) == (ItemStatus.ROUTED, "benefits")
    assert len(prepare_deliveries(machines, item.pk, 2)) == 1


def test_an_old_email_refused_or_come_back_says_nothing_of_the_new_decision(machines: Any, post: Post) -> None:
    item = routed(machines, "waste")
    (old,) = prepare_deliveries(machines, item.pk, 1)
    send(machines, old, 1)
    route_to(item, "benefits")
    message_id = Delivery.objects.get(pk=old).message_id
    assert team_email_bounced(Bounce(message_id, "", BounceAction.FAILED, "5.1.1", "There is no such inbox."))
    item.refresh_from_db()
    assert (item.status, item.review_reasons) == (ItemStatus.ROUTED, [])


def test_a_refusal_of_the_email_in_force_still_goes_to_a_person(machines: Any, post: Post) -> None:
    item = routed(machines, "waste")
    (key,) = prepare_deliveries(machines, item.pk, 1)
    post.trouble = Review("no such inbox")
    send(machines, key, 1)
    item.refresh_from_db()
    assert item.status == ItemStatus.UNDELIVERED


def test_emails_to_more_than_ten_teams_are_each_numbered_apart_in_every_decision(machines: Any) -> None:
    item = routed(machines, "waste", copies=[f"team{n}" for n in range(2, 25)])
    first = prepare_deliveries(machines, item.pk, 1)
    route_to(item, "waste", copies=[f"team{n}" for n in range(2, 25)])
    second = prepare_deliveries(machines, item.pk, 2)
    assert len({*first, *second}) == 48
    numbers = dict(Delivery.objects.values_list("pk", "sequence"))
    assert {Delivery.objects.get(pk=key).version for key in first} == {1}
    assert set(Delivery.objects.in_force().values_list("pk", flat=True)) == set(second)
    assert [numbers[key] for key in first[:9]] == list(range(11, 20)), "numbers on record, and so Message-IDs, stay"
    assert Delivery.objects.values("message_id").distinct().count() == 48


def test_a_number_that_an_earlier_release_gave_to_another_team_is_not_taken_for_sent(machines: Any, post: Post) -> None:
    item = routed(machines, "waste")
    Delivery.objects.create(
        item=item, sequence=21, team="elections", inbox="e@wexmere.example", is_copy=True, message_id="<B1-01.21@w>",
        status=DeliveryStatus.SENT,
    )  # fmt: skip
    route_to(item, "benefits")
    (key,) = prepare_deliveries(machines, item.pk, 2)
    assert prepare_deliveries(machines, item.pk, 2) == [key]
    assert send(machines, key, 1) == DeliveryStatus.SENT
    assert post.sent == ["benefits"]


def test_an_item_whose_emails_are_all_beyond_the_ninth_is_not_put_on_the_line_again(machines: Any) -> None:
    item = routed(machines, "waste")
    Item.objects.filter(pk=item.pk).update(cut_at=F("received"))
    Delivery.objects.create(
        item=item, sequence=1_001_010, team="waste", inbox="w@wexmere.example", message_id="<1@w>",
        status=DeliveryStatus.SENT,
    )  # fmt: skip
    sweep(machines)
    item.refresh_from_db()
    assert item.version == 1


def test_another_paper_under_a_number_used_before_has_a_message_id_of_its_own(machines: Any) -> None:
    """As after a restore: B000001-01 went out yesterday, and the restored records give the number to another letter."""
    item = routed(machines, "waste")

    def message_ids() -> set[str]:
        return {Delivery.objects.get(pk=key).message_id for key in prepare_deliveries(machines, item.pk, 2)}

    route_to(item, "waste")
    yesterday = message_ids()
    assert message_ids() == yesterday
    Delivery.objects.all().delete()
    Batch.objects.update(original="f" * 64)
    assert not message_ids() & yesterday


def test_an_email_waits_no_longer_when_the_clock_is_put_back(machines: Any) -> None:
    item = routed(machines, "waste")
    (key,) = prepare_deliveries(machines, item.pk, 1)
    Item.objects.update(cut_at=NOON - dt.timedelta(days=1))
    machines.config.engine.retry_email_after_seconds = 60
    for tried, moved in ((NOON - dt.timedelta(seconds=30), 0), (NOON + dt.timedelta(hours=2), 1)):
        Delivery.objects.filter(pk=key).update(created_at=NOON - dt.timedelta(hours=1), tried_at=tried)
        assert sweep(machines)["emails"] == moved
