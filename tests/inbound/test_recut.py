"""Changing a batch after it was cut: nothing is lost, the books balance, and old work comes to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailroom.inbound.page_changes import changed_reading
from mailroom.inbound.steps.cut import cut_batch
from mailroom.inbound.steps.decide import decide_item
from mailroom.inbound.steps.read import keep_reading, kept_reading
from mailroom.inbound.steps.recut import recut
from mailroom.inbound.steps.rerun import cut_again, decide_again, read_again
from mailroom.records import cuts
from mailroom.records.accounts import make_account
from mailroom.records.cuts import CutsChanged
from mailroom.records.ledger import balances_of_items, batch_lines
from mailroom.records.models import (
    Batch,
    Customer,
    Event,
    Item,
    ItemReference,
    Letter,
    Mailing,
    NearDuplicate,
    Page,
    ReplyCode,
)
from mailroom.values.batch_layout import BatchEdit, CannotEdit, EditKind
from mailroom.values.geometry import Box
from mailroom.values.page import PageKind
from tests.inbound.line_machines import NOON, line_machines, read_batch, reading

pytestmark = pytest.mark.django_db
Commits = Callable[..., Any]


def pages_of(batch: Batch) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for page in batch.pages.exclude(item=None).order_by("place", "number").select_related("item"):
        assert page.item
        found.setdefault(page.item.position, []).append(page.number)
    return found


def edit(do: EditKind, *pages: int, before: int | None = None) -> BatchEdit:
    return BatchEdit(do, pages, before)


def test_a_split_makes_a_new_item_and_decides_both_anew(django_capture_on_commit_callbacks: Commits) -> None:
    machines = line_machines()
    batch = read_batch(machines, "sppsp", cut_batch)
    first, second = batch.items.order_by("position")
    with django_capture_on_commit_callbacks(execute=True):
        recut(machines, batch.pk, [edit(EditKind.SPLIT, 3)], batch.cut_version, "7")
    assert pages_of(batch) == {1: [1, 2], 3: [3], 2: [4, 5]}
    third = batch.items.get(position=3)
    assert machines.queues.put == [f"item-{first.pk}-2", f"item-{third.pk}-1"]
    second.refresh_from_db()
    assert second.version == 1
    assert third.received == batch.received
    kinds = set(Event.objects.filter(actor="7").values_list("kind", flat=True))
    assert kinds == {"batch.recut", "item.recut", "item.made"}


def test_an_item_merged_away_is_withdrawn_and_its_number_never_used_again() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.MERGE, 3)], 1, "7")
    assert pages_of(batch) == {1: [1, 2, 3, 4]}
    assert batch.items.get(position=2).status == "withdrawn"
    recut(machines, batch.pk, [edit(EditKind.SPLIT, 3)], 2, "7")
    assert pages_of(batch) == {1: [1, 2], 3: [3, 4]}


def test_what_is_cut_off_a_private_item_stays_private_and_keeps_what_its_separator_said() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spp", cut_batch)
    said = {"cut": {"confidence": 1.0, "reasons": [], "service": "benefits"}}
    Item.objects.update(private=True, decision=said, received="2026-11-20")
    recut(machines, batch.pk, [edit(EditKind.SPLIT, 2)], 1, "7")
    new = batch.items.get(position=2)
    assert new.private and (new.service, new.received.isoformat()) == ("benefits", "2026-11-20")


def test_what_a_person_decided_or_filed_before_does_not_outlive_the_pages_it_was_about() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spp", cut_batch)
    Item.objects.update(status="sent", decided_by="3", filed_as="f" * 64, service="waste")
    recut(machines, batch.pk, [edit(EditKind.SPLIT, 2)], 1, "7")
    item = batch.items.get(position=1)
    assert (item.status, item.decided_by, item.filed_as, item.version) == ("cut", "", "", 2)


def test_an_item_cut_anew_is_no_second_scan_until_it_is_found_to_be_one_again() -> None:
    machines = line_machines()
    first, batch = (read_batch(machines, "spsp", cut_batch) for _ in range(2))
    for position in (1, 2):
        earlier, later = (b.items.get(position=position) for b in (first, batch))
        NearDuplicate.objects.create(item=later, of=earlier, likeness=1.0)
    recut(machines, batch.pk, [edit(EditKind.SPLIT, 2)], 1, "7")
    assert NearDuplicate.objects.get().of == first.items.get(position=2), "the item that stays as it was keeps its link"


@pytest.mark.parametrize("cut", [edit(EditKind.SPLIT, 2), edit(EditKind.MOVE, 3, before=2), edit(EditKind.MERGE, 3)])
def test_items_cut_anew_stand_on_no_record_and_in_no_search_until_they_are_read_again(cut: BatchEdit) -> None:
    machines = line_machines()
    batch = read_batch(machines, "spspsp", cut_batch)
    reader = Customer.objects.create(pk="C1", last_name="Pengelly")
    Item.objects.update(
        customer=reader, text="Dear sirs, my account", team="benefits", flags=["bereavement"], status="sent"
    )
    letters_reply_code(answered_by=batch.items.get(position=1))
    ItemReference.objects.bulk_create(
        ItemReference(item=item, type="phone", value="01234", printed="01234", page=1) for item in batch.items.all()
    )
    recut(machines, batch.pk, [cut], 1, "7")
    changed = batch.items.exclude(status="sent")
    assert changed.count() >= 2
    untouched = batch.items.get(position=3)
    for item in changed:
        assert (item.customer, item.text, item.team, item.flags, item.filed_as) == (None, "", "", [], "")
    assert not ItemReference.objects.filter(item__in=changed).exists()
    assert untouched.references.exists()
    assert (untouched.customer, untouched.text) == (reader, "Dear sirs, my account")
    assert not ReplyCode.objects.exclude(answered_by=None).exists()


def letters_reply_code(answered_by: Item) -> None:
    """A letter of ours that the item is on record as the answer to."""
    mailing = Mailing.objects.create(service="waste", document_class="general_letter", source="page", submitted_at=NOON)
    letter = Letter.objects.create(mailing=mailing, position=1)
    ReplyCode.objects.create(code="A" * 8, letter=letter, answered_by=answered_by)


def test_cuts_that_somebody_else_changed_meanwhile_are_not_overwritten() -> None:
    machines = line_machines()
    batch = read_batch(machines, "sppp", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.SPLIT, 2)], 1, "7")
    with pytest.raises(CutsChanged):
        recut(machines, batch.pk, [edit(EditKind.SPLIT, 3)], 1, "8")
    assert pages_of(batch) == {1: [1], 2: [2, 3, 4]}


def test_the_machines_reading_of_a_page_is_kept_when_a_person_changes_it() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spp", cut_batch)
    was = batch.pages.get(number=2).reading
    recut(machines, batch.pk, [edit(EditKind.BLANK, 2), edit(EditKind.TURN_RIGHT, 2)], 1, "7")
    page = batch.pages.get(number=2)
    assert (page.kind, page.rotation, page.as_read) == ("blank", 270, was)
    assert kept_reading(machines.store, was).kind is PageKind.ITEM
    recut(machines, batch.pk, [edit(EditKind.ITEM, 2)], 2, "7")
    page.refresh_from_db()
    assert (page.kind, page.as_read) == ("item", was)


def test_a_page_nobody_read_put_with_an_item_sends_it_to_a_person() -> None:
    machines = line_machines()
    batch = read_batch(machines, "s|s", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.ITEM, 2)], 1, "7")
    assert batch.pages.get(number=2).kind == "unread"
    assert pages_of(batch) == {1: [1], 2: [2, 3]}


def test_a_page_moved_keeps_its_new_place_in_the_item() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.MOVE, 4, before=2)], 1, "7")
    assert pages_of(batch) == {1: [1, 4, 2], 2: [3]}
    assert balances_of_items() == []


def test_a_decision_under_way_on_the_old_pages_comes_to_nothing() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spp", cut_batch)
    item = batch.items.get()

    def understand(*_: object) -> object:
        recut(machines, batch.pk, [edit(EditKind.SPLIT, 2)], 1, "7")
        return understood()

    machines.understand, machines.config = understand, line_config()
    assert decide_item(machines, item.pk, 1) == "stale"
    item.refresh_from_db()
    assert (item.status, item.version, item.read_at) == ("cut", 2, None)


def understood() -> Any:
    from mailroom.inbound.understanding import Understanding
    from mailroom.values.confidence import CERTAIN
    from mailroom.values.decisions import Classification, CustomerMatch, Disposition, MatchOutcome, RoutingDecision
    from mailroom.values.index_fields import IndexFields

    day = line_day()
    return Understanding(
        IndexFields(),
        Classification("waste", CERTAIN, True, ()),
        CustomerMatch(MatchOutcome.NOBODY, "", CERTAIN, ()),
        RoutingDecision(Disposition.SEND, "waste", "waste", "w@wexmere.example", (), day, day),
    )


def line_day() -> Any:
    import datetime as dt

    return dt.date(2026, 11, 24)


def line_config() -> Any:
    from types import SimpleNamespace

    from mailroom.config.mailroom import NearDuplicates

    return SimpleNamespace(near_duplicates=NearDuplicates(), watch_folder=())


def run_again(machines: Any, batch: Batch) -> None:
    """What the line does between: the batch opened, its pages read where that was forgotten, and cut."""
    Batch.objects.filter(pk=batch.pk).update(status="reading")
    for page in batch.pages.filter(reading=""):
        made = reading(page.number, "start" if page.number in (1, 3) else "anew")
        Page.objects.filter(pk=page.pk).update(reading=keep_reading(machines.store, made), **Page.columns_of(made))
    cut_batch(machines, batch.pk)


def test_cutting_again_takes_back_what_persons_changed_and_keeps_numbers(
    django_capture_on_commit_callbacks: Commits,
) -> None:
    machines = line_machines()
    batch = read_batch(machines, "sps|sp", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.MERGE, 3), edit(EditKind.BLANK, 2), edit(EditKind.MOVE, 1)], 1, "7")
    with django_capture_on_commit_callbacks(execute=True):
        cut_again(machines, batch.pk, "7")
        run_again(machines, batch)
    assert machines.queues.put[0] == f"batch-{batch.pk}-2"
    assert sorted(pages_of(batch).values()) == [[1, 2], [3], [5, 6]]
    assert batch.pages.get(number=2).kind == "item"
    assert not batch.pages.exclude(as_read="").exists()
    assert batch_lines()[0].balances


def test_cutting_again_leaves_items_alone_whose_pages_stay_the_same() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    Item.objects.update(status="sent", read_at="2026-11-25T12:00Z")
    cut_again(machines, batch.pk, "7")
    run_again(machines, batch)
    assert set(batch.items.values_list("status", "version")) == {("sent", 1)}


def test_an_item_whose_page_a_person_turned_is_filed_anew_when_the_turn_is_taken_back() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    recut(machines, batch.pk, [edit(EditKind.TURN_RIGHT, 4)], 1, "7")
    Item.objects.update(status="sent", read_at="2026-11-25T12:00Z", filed_as="f" * 64)
    cut_again(machines, batch.pk, "7")
    run_again(machines, batch)
    found = list(batch.items.order_by("position").values_list("status", "version", "filed_as"))
    assert found == [("sent", 1, "f" * 64), ("cut", 3, "")]
    assert batch.pages.get(number=4).rotation == 0


def test_reading_again_forgets_every_reading_and_decides_what_is_not_answered_anew() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    Item.objects.filter(position=1).update(status="answered", read_at="2026-11-25T12:00Z")
    read_again(machines, batch.pk, "7")
    assert not batch.pages.exclude(reading="").exists()
    run_again(machines, batch)
    assert list(batch.items.order_by("position").values_list("status", "version")) == [("answered", 1), ("cut", 2)]


def test_deciding_again_leaves_answered_items_alone(django_capture_on_commit_callbacks: Commits) -> None:
    machines = line_machines()
    batch = read_batch(machines, "ss", cut_batch)
    batch.items.filter(position=1).update(status="answered")
    with django_capture_on_commit_callbacks(execute=True):
        said = decide_again(machines, batch.pk, [1, 2], "7")
    assert said.startswith("1 item is decided again")
    assert machines.queues.put == [f"item-{batch.items.get(position=2).pk}-2"]


def test_a_draft_is_built_edit_by_edit_undone_and_dropped_when_the_cuts_change() -> None:
    machines = line_machines()
    batch = read_batch(machines, "spsp", cut_batch)
    one = make_account("one", "a long pass phrase 9", "print_unit", ())
    cuts.add_edit(batch, edit(EditKind.SPLIT, 2), one)
    drafted = cuts.add_edit(batch, edit(EditKind.MERGE, 3), one)
    assert list(drafted.result.items) == [1, 3] and drafted.changed_items == (1, 2)
    cuts.undo(batch, one)
    assert list(cuts.draft_of(batch).result.items) == [1, 3, 2]
    recut(machines, batch.pk, [edit(EditKind.MERGE, 3)], 1, "8")
    batch.refresh_from_db()
    assert cuts.draft_of(batch).edits == ()


def test_turning_a_page_turns_the_places_of_its_words() -> None:
    turned = changed_reading(reading(1, "one"), PageKind.ITEM, 90)
    assert (turned.rotation, turned.width_pt, turned.height_pt) == (270, 842, 595)
    assert turned.words[0].box.rounded() == Box(0.8, 0.1, 0.9, 0.4).rounded()
    back = changed_reading(turned, PageKind.ITEM, 270)
    assert back.words[0].box.rounded() == reading(1, "one").words[0].box.rounded() and back.rotation == 0


ANY_EDIT = st.builds(
    BatchEdit,
    do=st.sampled_from(list(EditKind)),
    pages=st.lists(st.integers(1, 8), min_size=1, max_size=2, unique=True).map(tuple),
    before=st.none() | st.integers(1, 8),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.sampled_from(["|sp|sp-p", "spspspsp", "|s-|?p-s"]), edits=st.lists(ANY_EDIT, max_size=8))
def test_whatever_a_person_changes_the_ledger_balances_and_every_page_is_in_one_place(
    db: None, drawn: str, edits: list[BatchEdit]
) -> None:
    machines = line_machines()
    batch = read_batch(machines, drawn, cut_batch)
    for number, one in enumerate(edits):
        batch.refresh_from_db()
        try:
            recut(machines, batch.pk, [one], batch.cut_version, "7")
        except CannotEdit:
            continue
        line = next(b for b in batch_lines() if b.number == batch.number)
        assert line.balances and line.accounted_for == line.fed == 8, (number, line.problems)
        assert balances_of_items() == []
        assert cuts.layout_of(batch)
