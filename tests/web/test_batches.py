"""The batch on the table: drafts, putting them into force, running stages again, without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mailroom.records.ledger import batch_lines
from mailroom.records.models import Batch, CutDraft, Event
from tests.web.post import make_batch
from tests.web.print_unit import PrintUnitOnRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in("print_unit")


def edit(client: Client, batch: Batch, do: str, *pages: int, **said: Any) -> str:
    answer = client.post(f"/batches/{batch.number}/edit/", {"do": do, "pages": pages, **said}, follow=True)
    return str(answer.content.decode())


def items_of(batch: Batch) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for number, item in batch.pages.exclude(item=None).order_by("place", "number").values_list("number", "item"):
        found.setdefault(item, []).append(number)
    return list(found.values())


def test_a_change_is_shown_at_once_but_in_force_only_when_it_is_put_there(
    client: Client, print_unit: PrintUnitOnRecord
) -> None:
    batch = print_unit.batch("spp")
    page = edit(client, batch, "split", 2)
    assert "Item 2" in page and "Not in force yet" in page
    assert items_of(batch) == [[1, 2, 3]]
    page = edit(client, batch, "apply")
    assert "2 items go on the line again" in page
    assert items_of(batch) == [[1], [2, 3]] and not CutDraft.objects.exists()


def test_every_tool_works_by_plain_form(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("sp|sp")
    for do, pages, said in (
        ("split", [2], {}),
        ("merge", [2], {}),
        ("turn_left", [1], {}),
        ("turn_right", [1, 2], {}),
        ("move", [5], {"before": "2"}),
        ("blank", [2], {}),
        ("item", [3], {}),
        ("separator", [3], {}),
    ):
        assert "There is a problem" not in edit(client, batch, do, *pages, **said)
    assert CutDraft.objects.get().edits.__len__() == 8
    edit(client, batch, "undo")
    assert CutDraft.objects.get().edits.__len__() == 7
    edit(client, batch, "apply")
    assert items_of(batch) == [[1, 5, 2], [3, 4]]
    assert batch_lines()[0].balances


def test_an_edit_that_makes_no_sense_is_refused_in_words(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spp")
    assert "already starts an item" in edit(client, batch, "split", 1)
    assert "Choose a page first" in edit(client, batch, "blank")
    assert "no changes to put into force" in edit(client, batch, "apply")
    assert "Choose what to do" in edit(client, batch, "explode", 1)


def test_the_person_is_told_which_items_go_to_their_team_again(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spsp")
    batch.items.filter(position=1).update(status="seen", team="waste", service="waste")
    page = edit(client, batch, "merge", 3)
    assert f"{batch.number}-01 (Waste" in page and "Without pages now" in page


def test_a_batch_that_is_not_cut_is_shown_but_not_changed(client: Client) -> None:
    batch = make_batch("reading", pages=2)
    assert "Put into force" not in client.get(f"/batches/{batch.number}/").content.decode()
    assert "is reading" in edit(client, batch, "split", 1)


def test_stages_are_run_again_from_the_page(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spsp")
    assert "1 item is decided again" in edit(client, batch, "decide_again", 3)
    assert "is cut again" in edit(client, batch, "cut_again")
    Batch.objects.update(status="cut")
    assert "is read again" in edit(client, batch, "read_again")
    assert not batch.pages.exclude(reading="").exists()


def test_a_count_entered_is_held_against_what_was_found(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("spsp")
    assert "3 letters expected" in edit(client, batch, "expected", expected="3")
    assert Event.objects.filter(kind="batch.counted").exists()
    page = client.get("/print-unit/", {"day": batch.received.isoformat()}).content.decode()
    assert "Count differs" in page and "2 of 3" in page
    assert "at least 1" in edit(client, batch, "expected", expected="0")


def test_a_long_batch_is_shown_in_parts_and_no_item_is_parted(client: Client, print_unit: PrintUnitOnRecord) -> None:
    batch = print_unit.batch("s" * 150 + "s" + "p" * 99)
    first = client.get(f"/batches/{batch.number}/").content.decode()
    assert "Later pages" in first and first.count('class="leaf__box"') == 250
    later = client.get(f"/batches/{batch.number}/?from=201").content.decode()
    assert later.count('class="leaf__box"') == 100 and "Earlier pages" in later


def test_the_batch_page_asks_the_database_the_same_few_questions_however_long_it_is(
    client: Client, print_unit: PrintUnitOnRecord, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    batch = print_unit.batch("sp" * 60)
    with django_assert_max_num_queries(16):
        assert client.get(f"/batches/{batch.number}/").status_code == 200


def test_a_file_set_aside_has_a_preview_or_says_there_is_none(client: Client) -> None:
    good, bad = make_batch("quarantined"), make_batch("quarantined")
    Batch.objects.filter(pk=bad.pk).update(reason="locked with a password")
    assert client.get(f"/print-unit/quarantine/{good.number}/preview")["Content-Type"] == "image/png"
    answer = client.get(f"/print-unit/quarantine/{bad.number}/preview")
    assert answer["Content-Type"] == "image/svg+xml" and b"No picture" in answer.content


def test_sheets_are_printed_from_the_desk_and_a_bad_request_says_why(client: Client) -> None:
    answer = client.post("/print-unit/sheets/", {"count": "3", "header": "yes", "expected": "3", "service": "waste"})
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    for wrong in ({"count": "many"}, {"count": "900"}, {"count": "2", "service": "unicorns"}):
        answer = client.post("/print-unit/sheets/", wrong)
        assert answer.status_code == 422 and "There is a problem" in answer.content.decode()
