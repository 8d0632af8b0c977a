"""The same file a second time: on record, its sheets counted, never read twice, and never left unread by both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from mailroom.config.mailroom import WatchFolder
from mailroom.inbound.steps.again import retry
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.read import open_batch
from mailroom.inbound.steps.take_in import AHEAD, Provenance, take_in
from mailroom.records import ledger
from mailroom.records.models import Batch
from mailroom.values.confidence import CERTAIN
from mailroom.values.decisions import ItemPages, Separation
from tests.inbound.line_machines import NOON, line_machines, read_batch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def machines() -> Any:
    return line_machines(reader=SimpleNamespace(page_count=lambda path: 3))


def hand_in(machines: Any, folder: Path) -> Batch:
    path = folder / "post.pdf"
    path.write_bytes(b"the same bytes each time")
    return take_in(path, Provenance(filename="post.pdf", source="scanner-1", received=NOON.date()), machines)


def test_a_duplicate_that_came_before_anybody_had_counted_is_in_the_ledger_with_all_its_sheets(
    machines: Any, tmp_path: Path
) -> None:
    first, again = hand_in(machines, tmp_path), hand_in(machines, tmp_path)
    assert (again.status, again.page_count) == ("duplicate", 0)
    assert open_batch(machines, first.pk) == 3
    later = hand_in(machines, tmp_path)
    fed = {line.number: (line.fed, line.quarantined) for line in ledger.batch_lines()}
    assert fed == {first.number: (3, 0), again.number: (3, 3), later.number: (3, 3)}


def test_a_file_whose_batch_was_discarded_unread_waits_for_a_person_when_it_comes_again(
    machines: Any, tmp_path: Path
) -> None:
    first = hand_in(machines, tmp_path)
    Batch.objects.filter(pk=first.pk).update(status="discarded")
    again = hand_in(machines, tmp_path)
    assert again.status == "quarantined"
    assert f"{first.number}, which was discarded unread. Retry this one" in again.reason
    assert retry(again.number, machines).done
    assert f"batch-{again.pk}-2" in machines.queues.put
    third = hand_in(machines, tmp_path)
    assert (third.status, third.duplicate_of_id) == ("duplicate", again.pk)


def test_whoever_hands_in_what_lies_in_quarantine_is_told_so(machines: Any, tmp_path: Path) -> None:
    first = hand_in(machines, tmp_path)
    Batch.objects.filter(pk=first.pk).update(status="quarantined")
    again = hand_in(machines, tmp_path)
    assert again.status == "duplicate"
    assert f"{first.number}, which is in quarantine and not read" in again.reason


def received_on(day: dt.date) -> Any:
    def separate(pages: Any, policy: str, both_sides: bool | None) -> Separation:
        return Separation((ItemPages(1, tuple(pages), CERTAIN, received=day),), ())

    return line_machines(separate=separate)


def test_no_sheet_puts_an_answer_off_by_a_day_that_lies_ahead() -> None:
    today = timezone.localdate()
    ahead = received_on(today + dt.timedelta(days=365))
    batch = read_batch(ahead, "s", lambda made, pk: cut_batch(made, pk))
    item = batch.items.get()
    assert item.received == batch.received
    assert "which lay ahead. When was it received?" in item.review_reasons[0]
    told = received_on(today)
    assert read_batch(told, "sp", lambda made, pk: cut_batch(made, pk)).items.get().received == today


def test_a_batch_from_a_sub_folder_of_a_day_to_come_is_asked_about() -> None:
    machines = line_machines()
    batch = read_batch(machines, "s")
    Batch.objects.filter(pk=batch.pk).update(received_from=AHEAD)
    cut_batch(machines, batch.pk)
    assert "named by a day still to come" in batch.items.get().review_reasons[0]


@pytest.mark.parametrize(
    ("handed_in", "folder", "told"),
    [(False, None, None), (False, False, False), (False, True, True), (True, None, True), (True, False, True)],
)
def test_the_cut_is_told_the_sides_that_whoever_handed_it_in_or_its_folder_says(
    handed_in: bool, folder: bool | None, told: bool | None
) -> None:
    heard: list[bool | None] = []

    def separate(pages: Any, policy: str, both_sides: bool | None) -> Separation:
        heard.append(both_sides)
        return Separation((ItemPages(1, tuple(pages), CERTAIN),), ())

    sides = {"other": True, "scanner-1": folder}
    folders = [WatchFolder(name=name, path=PurePosixPath(name), duplex=both) for name, both in sides.items()]
    machines = line_machines(separate=separate, config=SimpleNamespace(watch_folder=folders))
    batch = read_batch(machines, "sp")
    Batch.objects.filter(pk=batch.pk).update(duplex=handed_in)
    cut_batch(machines, batch.pk)
    assert heard == [told]
