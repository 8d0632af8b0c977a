from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailroom.values.batch_layout import WRITTEN, BatchEdit, BatchLayout, CannotEdit, EditKind, PlacedPage
from mailroom.values.page import PageKind


def layout(drawn: str) -> BatchLayout:
    """'11-22|33': pages of items 1, 2, 3; '-' a blank of the item before, '|' a separator, '.' a blank kept apart."""
    pages, item = [], None
    for number, sign in enumerate(drawn, 1):
        if sign == "|":
            pages.append(PlacedPage(number, PageKind.SEPARATOR, None))
        elif sign == ".":
            pages.append(PlacedPage(number, PageKind.BLANK, None))
        elif sign == "-":
            pages.append(PlacedPage(number, PageKind.BLANK, item))
        else:
            item = int(sign)
            pages.append(PlacedPage(number, PageKind.ITEM, item))
    return BatchLayout(tuple(pages), 1 + max((p.item or 0 for p in pages), default=0))


def drawn(of: BatchLayout) -> str:
    signs = {PageKind.SEPARATOR: "|", PageKind.BLANK: "-"}
    return "".join("." if p.kind is PageKind.BLANK and not p.item else signs.get(p.kind, str(p.item)) for p in of.pages)


EDITS = [
    ("1111", BatchEdit(EditKind.SPLIT, (3,)), "1122"),
    ("1111", BatchEdit(EditKind.SPLIT, (2, 4)), "1223"),
    ("1122", BatchEdit(EditKind.MERGE, (3,)), "1111"),
    ("112233", BatchEdit(EditKind.MERGE, (3, 5)), "111111"),
    ("|11|22", BatchEdit(EditKind.MERGE, (5,)), "|11|11"),
    ("1122", BatchEdit(EditKind.MOVE, (1,), 3), "1222"),
    ("1122", BatchEdit(EditKind.MOVE, (4,), 2), "1112"),
    ("112", BatchEdit(EditKind.MOVE, (3,), 1), "111"),
    ("12", BatchEdit(EditKind.MOVE, (1,)), "22"),
    ("1-2", BatchEdit(EditKind.MOVE, (1,), 3), ".22"),
    ("11|22", BatchEdit(EditKind.MOVE, (5,), 3), "111|2"),
    ("|11", BatchEdit(EditKind.MOVE, (3,), 1), "1|1"),
    ("1111", BatchEdit(EditKind.SEPARATOR, (3,)), "11|2"),
    ("1111", BatchEdit(EditKind.SEPARATOR, (1,)), "|111"),
    ("1", BatchEdit(EditKind.SEPARATOR, (1,)), "|"),
    ("1-", BatchEdit(EditKind.SEPARATOR, (1,)), "|."),
    ("112", BatchEdit(EditKind.BLANK, (2,)), "1-2"),
    ("12", BatchEdit(EditKind.BLANK, (1,)), ".2"),
    ("|11", BatchEdit(EditKind.ITEM, (1,)), "111"),
    ("11|22", BatchEdit(EditKind.ITEM, (3,)), "11222"),
    ("11|", BatchEdit(EditKind.ITEM, (3,)), "111"),
    ("|.", BatchEdit(EditKind.ITEM, (1,)), "1."),
    ("1-1", BatchEdit(EditKind.ITEM, (2,)), "111"),
]


@pytest.mark.parametrize(("before", "edit", "after"), EDITS)
def test_an_edit_does_what_a_person_expects(before: str, edit: BatchEdit, after: str) -> None:
    assert drawn(layout(before).edited(edit)) == after


@pytest.mark.parametrize(
    ("before", "edit", "says"),
    [
        ("11", BatchEdit(EditKind.SPLIT, (1,)), "already starts an item"),
        ("1--", BatchEdit(EditKind.SPLIT, (2,)), "blank pages only"),
        ("|1", BatchEdit(EditKind.SPLIT, (1,)), "in no item"),
        ("11", BatchEdit(EditKind.MERGE, (1,)), "no item in front"),
        ("11", BatchEdit(EditKind.MOVE, (1,), 1), "in front of itself"),
        ("11", BatchEdit(EditKind.MOVE, (1, 2)), "All pages were chosen"),
        ("11", BatchEdit(EditKind.BLANK, (9,)), "no page 9"),
        ("11", BatchEdit(EditKind.BLANK, ()), "Choose a page"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_with_the_reason(before: str, edit: BatchEdit, says: str) -> None:
    with pytest.raises(CannotEdit, match=says):
        layout(before).edited(edit)


def test_four_quarter_turns_are_none() -> None:
    turned = start = layout("12")
    for kind in (EditKind.TURN_LEFT, EditKind.TURN_RIGHT, EditKind.TURN_RIGHT, *[EditKind.TURN_RIGHT] * 3):
        turned = turned.edited(BatchEdit(kind, (2,)))
    assert turned == start


@pytest.mark.parametrize("wrong", ["121", "1|1-|2.1"])
def test_a_layout_whose_books_would_not_balance_cannot_be_made(wrong: str) -> None:
    with pytest.raises(ValueError):
        layout(wrong.replace("|", "2"))


STARTS = st.sampled_from(["1", "1122", "|11-|22.|3", "1-2-3-", "|.1-1|.222|", "1234567", "..1", "||11||"])
NUMBERS = st.integers(1, 10)
ANY_EDIT = st.builds(
    BatchEdit,
    do=st.sampled_from(list(EditKind)),
    pages=st.lists(NUMBERS, min_size=1, max_size=3, unique=True).map(tuple),
    before=st.none() | NUMBERS,
)


@settings(max_examples=600, deadline=None)
@given(start=STARTS, edits=st.lists(ANY_EDIT, max_size=25))
def test_any_sequence_of_edits_keeps_every_page_in_exactly_one_place(start: str, edits: list[BatchEdit]) -> None:
    now = layout(start)
    numbers = {p.number for p in now.pages}
    for edit in edits:
        try:
            now = now.edited(edit)
        except CannotEdit:
            continue
        assert {p.number for p in now.pages} == numbers and len(now.pages) == len(numbers)
        in_items = [p.number for pages in now.items.values() for p in pages]
        apart = [p.number for p in now.pages if p.item is None]
        assert sorted([*in_items, *apart]) == sorted(numbers)
        assert not [p for p in now.pages if p.item is None and p.kind in WRITTEN]
        assert all(position < now.next_position for position in now.items)
