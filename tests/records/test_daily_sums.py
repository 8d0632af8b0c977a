"""The database puts like items and letters together; here each is counted by itself, and the sums must agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.records.daily_counts import Counting, counted
from mailroom.records.models import (
    Batch,
    Delivery,
    Event,
    Item,
    ItemStatus,
    Letter,
    LetterStatus,
    Mailing,
    Mailpiece,
    PrintRun,
)
from mailroom.records.outgoing_counts import why_on_paper
from mailroom.records.rolling import Dated, Roll, Rules, Told, roll
from mailroom.values.counts import Cause, Clock, DayCount, Direction

LONDON = ZoneInfo("Europe/London")
COUNTING = Counting(
    Rules(lambda service, channel, flags: "complaint" if "complaint" in flags else channel, 1, 2, lambda code: 5),
    LONDON,
    lambda source: "web" if source.startswith("upload") else "post",
    frozenset({"economy"}),
)
FIRST, LAST = dt.date(2026, 3, 25), dt.date(2026, 4, 10)

moments = st.integers(1774310400, 1775952000).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
"""From 24 March to 12 April 2026, over the change to summer time."""

items = st.fixed_dictionaries(
    {
        "received": st.dates(FIRST, LAST),
        "status": st.sampled_from([ItemStatus.SEEN, ItemStatus.WITHDRAWN, ItemStatus.SEEN, ItemStatus.SEEN]),
        "service": st.sampled_from(["", "council_tax"]),
        "team": st.sampled_from(["ct", "waste"]),
        "doc_type": st.sampled_from(["letter", "form"]),
        "flags": st.sampled_from([[], ["complaint"], ["moved_house", "complaint"]]),
        "due": st.none() | st.dates(FIRST, LAST),
        "routed_at": st.none() | moments,
        "seen_at": st.none() | moments,
        "answered_at": st.none() | moments,
        "last_page": st.integers(1, 4),
        "decision": st.sampled_from([{}, {"classification": {"service": "rents"}}]),
    }
)
around = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["scanner-1", "upload", "mailbox"]),
        "asked": st.booleans(),
        "promises": st.lists(st.none() | st.dates(FIRST, LAST), max_size=2),
        "teams": st.lists(st.sampled_from(["ct", "waste"]), max_size=2),
        "chases": st.none() | st.integers(0, 5),
    }
)


@pytest.fixture
def batches(db: None) -> dict[str, Batch]:
    return {
        source: Batch.objects.create(
            original=source.ljust(64, "0"), filename="a.pdf", source=source, duplex=source == "scanner-1",
            received=FIRST, received_from="mailbox" if source == "mailbox" else "scan_day",
        )
        for source in ("scanner-1", "upload", "mailbox")
    }  # fmt: skip


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(items, around), min_size=1, max_size=8))
def test_items_summed_by_the_database_are_what_counting_one_by_one_gives(
    batches: dict[str, Batch], rows: list[tuple[dict[str, Any], dict[str, Any]]]
) -> None:
    Delivery.objects.all().delete()
    Event.objects.all().delete()
    Item.objects.all().delete()
    for position, (facts, about) in enumerate(rows, start=1):
        _keep(batches, position, facts, about)
    assert counted(FIRST, LAST, COUNTING) == _one_by_one()


def _keep(batches: dict[str, Batch], position: int, facts: dict[str, Any], about: dict[str, Any]) -> None:
    there = list(Item.objects.order_by("pk"))
    chased = about["chases"]
    first = there[chased % len(there)] if isinstance(chased, int) and there else None
    batch = batches[str(about["source"])]
    item = Item.objects.create(batch=batch, position=position, first_page=1, chases=first, **facts)
    if about["asked"]:
        Event.record("item.to_review", item)
        Event.record("item.to_review", item)
    for day in about["promises"]:
        Event.record("item.holding_reply", item, promised=day.isoformat() if day else "")
    for sequence, team in enumerate(about["teams"], start=1):
        Delivery.objects.create(
            item=item, sequence=sequence, team=team, is_copy=sequence == 2 and position % 2 == 0,
            message_id=f"{item.pk}.{sequence}", inbox="team@council.example",
        )  # fmt: skip


def _one_by_one() -> Roll:
    volumes, dated, told = [], [], []
    for item in Item.objects.exclude(status=ItemStatus.WITHDRAWN).select_related("batch", "chases"):
        replies = Event.objects.filter(kind="item.holding_reply", subject_key=str(item.pk)).order_by("pk")
        reply = replies.first()
        promised = reply.details["promised"] if reply else ""
        sides = item.last_page - item.first_page + 1
        channel = "email" if item.batch.received_from == "mailbox" else COUNTING.channel_of(item.batch.source)
        sheets = (sides + 1) // 2 if item.batch.duplex else sides
        key = (item.received, item.service)
        volumes.append(DayCount(*key, Direction.IN, channel, item.doc_type, Cause.NONE, 1, sheets))
        routed, seen, answered = _day(item.routed_at), _day(item.seen_at), _day(item.answered_at)
        dates = (item.due, routed, seen, answered, _day(reply.at) if reply else None)
        until = dt.date.fromisoformat(promised) if promised else None
        dated.append(Dated(frozenset(Clock), *key, channel, item.doc_type, tuple(item.flags), *dates, until))
        thought = item.decision.get("classification", {}).get("service", "")
        told.append(
            Told(
                *key,
                routed=routed is not None,
                asked=Event.objects.filter(kind="item.to_review", subject_key=str(item.pk)).exists(),
                moved=thought not in ("", item.service),
                bounced=any(d.team != item.team for d in item.deliveries.filter(is_copy=False)),
                chases=item.chases is not None,
                repeats=(earlier := _day(item.chases.answered_at) if item.chases else None) is not None
                and earlier < item.received,
                answered=answered is not None,
                late=bool(answered and item.due and answered > item.due),
                held=reply is not None,
                chased=item.chasers.exists(),
            )
        )
    return roll(volumes, dated, told, COUNTING.rules)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(LONDON).date() if moment else None


letters = st.fixed_dictionaries(
    {
        "status": st.sampled_from(list(LetterStatus)),
        "page_count": st.integers(0, 4),
        "attached_pages": st.integers(0, 2),
        "sent_at": st.none() | moments,
        "decided_at": st.none() | moments,
        "rule": st.sampled_from(["no_consent", "law"]),
        "facts": st.sampled_from(
            [
                {},
                {"mailboxes": [{"verified": False}], "consents": []},
                {"mailboxes": [], "consents": [{"choice": "post"}]},
            ]
        ),
    }
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(letters, st.integers(0, 3)), min_size=1, max_size=8))
def test_letters_summed_by_the_database_are_what_counting_one_by_one_gives(
    db: None, rows: list[tuple[dict[str, object], int]]
) -> None:
    Mailing.objects.all().delete()
    PrintRun.objects.all().delete()
    mailing = Mailing.objects.create(
        service="council_tax", document_class="bill", title="t", source="api", submitted_by="a",
        submitted_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
    )  # fmt: skip
    run = PrintRun.objects.create(cut_off=dt.datetime(2026, 3, 25, 15, tzinfo=dt.UTC), built_by="a")
    pieces = [
        Mailpiece.objects.create(
            run=run, number=n, file="a.pdf", first_sheet=1, sheets=2, pages=3, envelope="C5", stock="white-90",
            postage="economy" if n == 2 else "second", weight_grams=10, cost_pence=60 + n, duplex=n != 3,
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    for position, (facts, piece) in enumerate(rows, start=1):
        Letter.objects.create(
            mailing=mailing, position=position, mailpiece=pieces[piece - 1] if piece else None, **facts
        )
    Letter.objects.update(created_at=dt.datetime(2026, 3, 29, 0, 30, tzinfo=dt.UTC))
    assert counted(FIRST, LAST, COUNTING) == roll(list(_letters_one_by_one()), [], [], COUNTING.rules)


def _letters_one_by_one() -> Iterator[DayCount]:
    left = ("emailed", "delivered", "posted", "returned")
    for letter in Letter.objects.select_related("mailing", "mailpiece").order_by("pk"):
        piece, emailed = letter.mailpiece, letter.status in ("emailed", "delivered")
        if letter.status not in (*left, *LetterStatus.handed_off(), "withheld", "cancelled"):
            continue
        day = _day(letter.sent_at if letter.status in left else letter.decided_at or letter.created_at)
        if day is None or not FIRST <= day <= LAST:
            continue
        sides = letter.page_count + letter.attached_pages
        sheets = max(1, sides if piece and not piece.duplex else (sides + 1) // 2)
        shares = piece is not None and piece.letters.filter(pk__lt=letter.pk).exists()
        posted = letter.status in ("posted", "returned")
        cause = {"withheld": Cause.SUPPRESSED, "cancelled": Cause.NOT_SENT}.get(letter.status, Cause.NONE)
        if emailed:
            cause = Cause.EMAILED
        elif posted and shares:
            cause = Cause.CONSOLIDATED
        elif posted and piece and piece.postage == "economy":
            cause = Cause.CHEAPER_CLASS
        kept = "hand_off" if letter.status in LetterStatus.handed_off() else "withheld"
        channel = "email" if emailed else "print" if posted else kept
        pence = piece.cost_pence if posted and piece and not shares else 0
        why = why_on_paper(letter.rule, letter.facts) if channel in ("print", "hand_off") else ""
        yield DayCount(day, "council_tax", Direction.OUT, channel, "bill", cause, 1, sheets, pence, why)
