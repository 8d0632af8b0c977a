"""A page a person turned is read again that way up, and its item understood from what it says then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.read import keep_reading, kept_reading, read_page, turned_pages
from mailroom.inbound.steps.recut import recut
from mailroom.inbound.steps.rerun import cut_again, read_again
from mailroom.records.models import Batch, Page
from mailroom.values.batch_layout import BatchEdit, EditKind
from mailroom.values.page import PageKind, PageReading, TextSource
from tests.inbound.line_machines import line_machines, read_batch, reading

pytestmark = pytest.mark.django_db


class ReaderThatRemembers:
    """Reads 'upright words' whichever way a person turned the page; `answer` stands in for it where set."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int | None]] = []
        self.answer: PageReading | None = None

    def read(self, path: Path, number: int, rotation: int | None = None) -> PageReading:
        self.asked.append((number, rotation))
        return self.answer or replace(reading(number, "upright words"), rotation=rotation or 0)


@pytest.fixture
def machines() -> Any:
    return line_machines(reader=ReaderThatRemembers())


def turn(machines: Any, batch: Batch, do: EditKind = EditKind.TURN_RIGHT, page: int = 2) -> Page:
    batch.refresh_from_db()
    recut(machines, batch.pk, [BatchEdit(do, (page,))], batch.cut_version, "7")
    return batch.pages.get(number=page)


def test_a_turned_page_is_read_again_the_way_up_it_was_turned_and_only_once(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    was = turn(machines, batch)
    item = batch.items.get()
    assert turned_pages(item.pk, item.version) == (batch.pk, [2])
    key = read_page(machines, batch.pk, 2)
    assert kept_reading(machines.store, key).text == "upright words"
    page = batch.pages.get(number=2)
    assert (page.reading, page.turned, page.rotation, page.kind) == (key, False, 270, "item")
    assert page.as_read == was.as_read
    assert read_page(machines, batch.pk, 2) == key and machines.reader.asked == [(2, 270)]
    assert turned_pages(item.pk, item.version) == (batch.pk, [])


def test_an_old_version_of_the_item_reads_nothing(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    assert turned_pages(batch.items.get().pk, 1) == (batch.pk, [])


def test_a_page_turned_back_is_read_again_too(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    read_page(machines, batch.pk, 2)
    assert turn(machines, batch, EditKind.TURN_LEFT).turned
    read_page(machines, batch.pk, 2)
    assert machines.reader.asked == [(2, 270), (2, 0)]


def test_a_page_that_is_turned_but_blank_is_not_read(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    batch.refresh_from_db()
    edits = [BatchEdit(EditKind.BLANK, (2,)), BatchEdit(EditKind.TURN_LEFT, (2,))]
    recut(machines, batch.pk, edits, batch.cut_version, "7")
    assert not batch.pages.get(number=2).turned


def test_text_that_came_with_the_file_is_not_read_from_the_picture(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    own = replace(reading(2, "own text"), source=TextSource.OWN_TEXT)
    Page.objects.filter(number=2).update(reading=keep_reading(machines.store, own))
    turn(machines, batch)
    read_page(machines, batch.pk, 2)
    page = batch.pages.get(number=2)
    assert machines.reader.asked == [] and not page.turned and page.rotation == 270
    assert kept_reading(machines.store, page.reading).text == "own text"


@pytest.mark.parametrize("kind", [PageKind.UNREAD, PageKind.BLANK])
def test_a_turned_page_that_cannot_be_read_stays_turned_and_goes_to_a_person(kind: PageKind, machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    machines.reader.answer = PageReading(2, kind, 595, 842, problem="It took too long." if kind == "unread" else "")
    read_page(machines, batch.pk, 2)
    page = batch.pages.get(number=2)
    assert (page.kind, page.rotation, page.turned) == ("unread", 270, False)
    assert page.problem.startswith("It took too long" if kind == "unread" else "Nothing was read")
    assert kept_reading(machines.store, page.reading).words == ()


def test_a_page_that_keeps_killing_its_reader_is_unread_at_last(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    Page.objects.update(tries=5)
    read_page(machines, batch.pk, 2)
    assert machines.reader.asked == [] and batch.pages.get(number=2).kind == "unread"


def test_whoever_turns_the_page_once_more_while_it_is_read_goes_before(machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    plain = machines.reader.read

    def slow(path: Path, number: int, rotation: int | None = None) -> PageReading:
        machines.reader.read = plain
        turn(machines, batch)
        answer: PageReading = plain(path, number, rotation)
        return answer

    machines.reader.read = slow
    read_page(machines, batch.pk, 2)
    page = batch.pages.get(number=2)
    assert page.turned and page.rotation == 180
    read_page(machines, batch.pk, 2)
    assert machines.reader.asked == [(2, 270), (2, 180)]


@pytest.mark.parametrize("again", [cut_again, read_again])
def test_a_stage_run_again_takes_the_turn_back(again: Any, machines: Any) -> None:
    batch = read_batch(machines, "spp", cut_batch)
    turn(machines, batch)
    again(machines, batch.pk, "7")
    assert not batch.pages.filter(turned=True).exists()
