from __future__ import annotations

import datetime as dt

import pytest

from mailroom.config.mailroom import NearDuplicates
from mailroom.inbound.rescans import differing_bits, likeness_of_pages, likeness_of_texts
from mailroom.inbound.steps.rescans import link_rescans
from mailroom.records.models import Batch, Event, Item, NearDuplicate, Page
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import ItemPages
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind, PageReading, Word

A, A_AGAIN, B = "ffff0000ffff0000", "ffff0000ffff0003", "0123456789abcdef"


def test_two_scans_of_one_page_differ_in_few_bits() -> None:
    assert differing_bits(A, A_AGAIN) == 2


def test_a_page_without_a_picture_is_like_nothing() -> None:
    assert differing_bits(A, "") == 64


def test_an_item_is_alike_only_by_the_share_of_its_pages_that_find_a_partner_each_used_once() -> None:
    assert likeness_of_pages([A, B], [A_AGAIN, B], 6) == 1.0
    assert likeness_of_pages([A, A], [A, B], 6) == 0.5
    assert likeness_of_pages([A], [], 6) == 0.0


def test_a_slip_of_the_recogniser_keeps_two_readings_alike_and_another_letter_does_not() -> None:
    letter = "Dear Sir my bin was not emptied on Tuesday please come back"
    slipped = "Dear Sir my bm was not emptied on Tuesday please come baok"
    assert likeness_of_texts(letter, slipped) > 0.9
    assert likeness_of_texts(letter, "I wish to appeal against penalty charge WX123 for parking") < 0.7


POLICY = NearDuplicates()
TODAY = dt.date(2026, 11, 24)
LETTER = "Dear Sir my bin was not emptied on Tuesday please come back"


def item_of(text: str, fingerprint: str, received: dt.date = TODAY) -> tuple[Item, ItemPages]:
    """On record as decided once, and as the stations have it."""
    number = Batch.objects.count() + 1
    batch = Batch.objects.create(
        original=f"{number:064d}", filename=f"{number}.pdf", source="scanner-1", received=received, status="cut",
        page_count=1,
    )  # fmt: skip
    item = Item.objects.create(batch=batch, position=1, first_page=1, last_page=1, received=received, text=text)
    words = tuple(Word(w, Box(0.1, 0.1, 0.2, 0.2), CERTAIN, 0) for w in text.split())
    page = PageReading(1, PageKind.ITEM, 595, 842, words=words, fingerprint=fingerprint)
    Page.objects.create(batch=batch, item=item, number=1, reading="0" * 64, **Page.columns_of(page))
    return item, ItemPages(1, (page,), CERTAIN)


@pytest.mark.django_db
def test_the_same_paper_scanned_twice_is_linked_with_the_item_it_looks_like() -> None:
    first, _ = item_of(LETTER, A)
    again, pages = item_of(LETTER.replace("emptied", "ernptied"), A_AGAIN)
    assert link_rescans(again, pages, POLICY) == first.number
    link = NearDuplicate.objects.get()
    assert (link.item, link.of) == (again, first)
    assert Event.objects.get(kind="item.looks_like").details["earlier"] == first.number
    assert link_rescans(again, pages, POLICY) == first.number, "deciding again finds it again"
    assert NearDuplicate.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "fingerprint", "days"),
    [
        ("I wish to appeal against penalty charge WX123 for parking", A, 0),
        (LETTER, B, 0),
        (LETTER, A, 61),
    ],
    ids=["the same form filled in by another", "a letter worded alike", "long ago"],
)
def test_what_only_looks_or_only_reads_alike_or_is_old_is_no_rescan(text: str, fingerprint: str, days: int) -> None:
    item_of(text, fingerprint, TODAY - dt.timedelta(days=days))
    again, pages = item_of(LETTER, A_AGAIN)
    assert link_rescans(again, pages, POLICY) == ""
    assert not NearDuplicate.objects.exists()
