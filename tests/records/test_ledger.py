"""The books balance whatever comes and however it is cut, and whoever stands still is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.site import load_site
from mailroom.inbound.separation import separate
from mailroom.inbound.separator_code import SheetCode, SheetKind, encode
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.read import keep_reading, quarantine
from mailroom.records import ledger
from mailroom.records.models import Batch, Delivery, Item, Page, WatchedFile
from mailroom.values.confidence import CERTAIN
from mailroom.values.geometry import Box
from mailroom.values.page import Barcode, PageKind, PageReading, Word
from tests.inbound.line_machines import NOON, line_machines

SITE = load_site()
STUCK = dt.timedelta(minutes=15)


def page(number: int, kind: str) -> PageReading:
    codes = ()
    if kind == "ours":
        content = encode(SheetCode(SITE.mailroom.council.code, SheetKind.SEPARATOR, "job1", number, 12))
        codes = (Barcode("qrcode", content, Box(0.1, 0.1, 0.2, 0.2)),)
    words = {
        "letter": ("Dear", "Sir", "or", "Madam", "about", "my", "bins"),
        "second": ("which", "is", "why", "I", "write"),
        "form": ("Page", "1", "of", "2"),
    }.get(kind, ())
    return PageReading(
        number,
        {"blank": PageKind.BLANK, "unread": PageKind.UNREAD}.get(kind, PageKind.ITEM),
        595,
        842,
        words=tuple(Word(w, Box(0.1, 0.1, 0.4, 0.2), CERTAIN, 0) for w in words),
        barcodes=codes,
        patch="T" if kind == "patch" else "",
        problem="This page could not be read." if kind == "unread" else "",
    )


KINDS = ["letter", "second", "form", "blank", "unread", "ours", "patch"]


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=12), policy=st.sampled_from(list(CuttingPolicy)))
def test_any_mix_of_pages_under_any_policy_balances_and_makes_no_empty_item(
    kinds: list[str], policy: CuttingPolicy
) -> None:
    machines: Any = line_machines(
        separate=lambda pages, how, sides: separate(
            pages, CuttingPolicy(how), SITE.separation, SITE.mailroom.council.code, sides
        )
    )
    batch = batch_of(len(kinds), policy=policy.value)
    for number, kind in enumerate(kinds, start=1):
        made = page(number, kind)
        key = keep_reading(machines.store, made)
        Page.objects.create(batch=batch, number=number, reading=key, **Page.columns_of(made))
    cut_batch(machines, batch.pk)
    line = next(b for b in ledger.batch_lines() if b.number == batch.number)
    assert line.balances, line
    assert line.accounted_for == line.fed == len(kinds)
    assert all(item.pages.exists() for item in batch.items.all())
    assert ledger.balances_of_items() == []


def batch_of(pages: int, **others: object) -> Batch:
    number = Batch.objects.count()
    facts: dict[str, Any] = {
        "original": f"{number:064d}", "filename": "post.pdf", "source": "scanner-1", "received": NOON.date(),
        "status": "reading", "page_count": pages, **others,
    }  # fmt: skip
    return Batch.objects.create(**facts)


@pytest.mark.django_db
def test_a_page_that_belongs_to_nobody_or_is_not_on_record_is_told() -> None:
    batch = batch_of(3, status="cut")
    Page.objects.create(batch=batch, number=1, kind=PageKind.ITEM)
    (line,) = ledger.batch_lines()
    assert not line.balances
    assert "3 pages were fed but 1 are on record" in line.problems
    assert "1 pages with writing belong to no item" in line.problems
    (day,) = ledger.day_lines([line])
    assert not day.balances


@pytest.mark.django_db
def test_a_quarantined_batch_counts_all_its_pages_and_is_no_alarm() -> None:
    batch = batch_of(4)
    quarantine(batch, "The PDF is password-protected.")
    (line,) = ledger.batch_lines()
    assert (line.quarantined, line.balances) == (4, True)
    assert ledger.alarms(NOON, STUCK) == []


@pytest.mark.django_db
def test_whoever_stands_still_longer_than_allowed_is_named_with_what_to_do() -> None:
    late = NOON + dt.timedelta(days=400)
    reading, cut = batch_of(1), batch_of(1, status="cut")
    item = Item.objects.create(batch=cut, position=1, first_page=1, last_page=1, received=NOON.date(), status="routed")
    Delivery.objects.create(item=item, sequence=11, team="parking", inbox="p@wexmere.example", message_id="<1@x>")
    WatchedFile.objects.create(
        folder="scanner-1", name="a.pdf", first_seen=NOON, still_since=NOON, status="stuck", problem="It is cut off."
    )
    WatchedFile.objects.create(
        folder="scanner-1", name="b.pdf", first_seen=NOON, still_since=NOON, status="claimed", claimed_as="1f.pdf"
    )
    named = {(a.kind, a.key) for a in ledger.alarms(late, STUCK)}
    assert named == {
        ("file", "scanner-1/a.pdf"),
        ("file", "scanner-1/b.pdf"),
        ("batch", reading.number),
        ("item", item.number),
        ("email", item.number),
    }
    assert all(a.message for a in ledger.alarms(late, STUCK))
