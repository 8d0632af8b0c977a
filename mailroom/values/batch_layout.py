"""How a batch lies on the table: its pages in order, and the item each belongs to. Edits make a new layout of it.

Every page is always in exactly one place, whatever is edited: pages with writing are in an item, separators in none,
and no item is empty or in two pieces. A layout that breaks this cannot be made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from mailroom.errors import Review
from mailroom.values.page import PageKind

WRITTEN = (PageKind.ITEM, PageKind.UNREAD)


class CannotEdit(Review):
    """The edit makes no sense on this batch; the message says why."""


class EditKind(StrEnum):
    """What a person can do with pages."""

    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"
    TURN_RIGHT = "turn_right"
    TURN_LEFT = "turn_left"
    SEPARATOR = "separator"
    BLANK = "blank"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class BatchEdit:
    """One edit. pages: numbers in the file. before: for a move, the page they go in front of; None: to the end."""

    do: EditKind
    pages: tuple[int, ...]
    before: int | None = None


@dataclass(frozen=True, slots=True)
class PlacedPage:
    """A page by its number in the file. item: position of its item, None when kept apart. turn: given by a person."""

    number: int
    kind: PageKind
    item: int | None
    turn: int = 0


@dataclass(frozen=True)
class BatchLayout:
    """Pages in their order. next_position: the first item position this batch never used."""

    pages: tuple[PlacedPage, ...]
    next_position: int

    def __post_init__(self) -> None:
        """Refuse a layout whose books would not balance."""
        numbers = [p.number for p in self.pages]
        if len(set(numbers)) != len(numbers):
            raise ValueError("a page is in two places")
        for page in self.pages:
            if (page.kind in WRITTEN and page.item is None) or (page.kind is PageKind.SEPARATOR and page.item):
                raise ValueError(f"page {page.number} is {page.kind} but in item {page.item}")
        runs = [item for item, _ in groupby(p.item for p in self.pages if p.item is not None)]
        if len(set(runs)) != len(runs):
            raise ValueError("an item is in two pieces")
        if any(not self.is_written(item) for item in runs):
            raise ValueError("an item has no writing on it")

    @property
    def items(self) -> dict[int, tuple[PlacedPage, ...]]:
        """Each item's pages in order, by position, in the order of the batch."""
        found: dict[int, list[PlacedPage]] = {}
        for page in self.pages:
            if page.item is not None:
                found.setdefault(page.item, []).append(page)
        return {position: tuple(pages) for position, pages in found.items()}

    def is_written(self, position: int | None) -> bool:
        """Whether any page of the item has something on it."""
        return any(p.kind in WRITTEN for p in self.pages if p.item == position)

    def edited(self, edit: BatchEdit) -> BatchLayout:
        """The layout after the edit. Raises CannotEdit."""
        known = {p.number for p in self.pages}
        named = [*edit.pages, *([edit.before] if edit.before is not None else [])]
        strangers = sorted(set(named) - known)
        if strangers:
            raise CannotEdit(f"There is no page {strangers[0]} in this batch.")
        if not edit.pages:
            raise CannotEdit("Choose a page first.")
        pages = tuple(p.number for p in self.pages if p.number in set(edit.pages))
        if edit.do is EditKind.MOVE:
            return self._moved(pages, edit.before)
        layout, one = self, _EDITS[edit.do]
        for number in pages:
            layout = one(layout, number)
        return layout

    def _place(self, number: int) -> int:
        return next(n for n, p in enumerate(self.pages) if p.number == number)

    def _with(self, pages: Sequence[PlacedPage], next_position: int) -> BatchLayout:
        """The pages as a layout, blanks of an item that lost all its writing kept apart."""
        written = {p.item for p in pages if p.kind in WRITTEN}
        return BatchLayout(
            tuple(p if p.item is None or p.item in written else replace(p, item=None) for p in pages), next_position
        )

    def split(self, number: int) -> BatchLayout:
        """The item cut in two in front of this page."""
        at = self._place(number)
        item = self.pages[at].item
        before, after = self.pages[:at], self.pages[at:]
        if item is None:
            raise CannotEdit(f"Page {number} is in no item, so nothing can be cut there.")
        if not any(p.item == item for p in before):
            raise CannotEdit(f"Page {number} already starts an item.")
        if not _any_written(before, item) or not _any_written(after, item):
            raise CannotEdit(f"A cut before page {number} would make an item of blank pages only.")
        return self._with((*before, *_given(after, item, self.next_position)), self.next_position + 1)

    def merge(self, number: int) -> BatchLayout:
        """The page's item joined to the one in front of it."""
        item = self.pages[self._place(number)].item
        order = list(self.items)
        if item is None or order.index(item) == 0:
            raise CannotEdit(f"There is no item in front of page {number} to join it to.")
        return self._with(_given(self.pages, item, order[order.index(item) - 1]), self.next_position)

    def _moved(self, numbers: tuple[int, ...], before: int | None) -> BatchLayout:
        """The pages put in front of another page, into its item (in front of a separator: the item before that)."""
        if before in numbers:
            raise CannotEdit("A page cannot be moved in front of itself.")
        rest = [p for p in self.pages if p.number not in numbers]
        if not rest:
            raise CannotEdit("All pages were chosen: there is nothing to move them in front of.")
        at = next((n for n, p in enumerate(rest) if p.number == before), len(rest))
        front = rest[at : at + 1]
        joins = front[0].item if front and front[0].item is not None else _item_at(rest[::-1], len(rest) - at)
        taken = [p for p in self.pages if p.number in numbers]
        homeless = joins is None and any(p.kind in WRITTEN for p in taken)
        joins = self.next_position if homeless else joins
        moved = [replace(p, item=None if p.kind is PageKind.SEPARATOR else joins) for p in taken]
        return self._with([*rest[:at], *moved, *rest[at:]], self.next_position + homeless)

    def turned(self, number: int, degrees: int) -> BatchLayout:
        """The page turned clockwise by so many degrees."""
        return self._with(
            [replace(p, turn=(p.turn + degrees) % 360) if p.number == number else p for p in self.pages],
            self.next_position,
        )

    def as_separator(self, number: int) -> BatchLayout:
        """The page taken out as a separator: what follows it in its item becomes an item of its own."""
        at = self._place(number)
        item = self.pages[at].item
        page = replace(self.pages[at], kind=PageKind.SEPARATOR, item=None)
        before, after, used = self.pages[:at], self.pages[at + 1 :], 0
        if item is not None and any(p.item == item for p in before):
            used = int(any(p.item == item for p in after))
            after = _given(after, item, self.next_position)
        return self._with((*before, page, *after), self.next_position + used)

    def as_blank(self, number: int) -> BatchLayout:
        """The page said to be blank; it stays where it is, unless its item has no other writing."""
        return self._with(
            [replace(p, kind=PageKind.BLANK) if p.number == number else p for p in self.pages], self.next_position
        )

    def as_item(self, number: int) -> BatchLayout:
        """The page said to be part of a letter: of the item it lies in, else of the one behind it, or before it."""
        at = self._place(number)
        page = self.pages[at]
        if page.kind in WRITTEN:
            return self
        joins = page.item if page.item is not None else _item_at(self.pages, at)
        new = joins is None
        given = replace(page, kind=PageKind.ITEM, item=self.next_position if new else joins)
        return self._with((*self.pages[:at], given, *self.pages[at + 1 :]), self.next_position + new)


_EDITS: dict[EditKind, Callable[[BatchLayout, int], BatchLayout]] = {
    EditKind.SPLIT: BatchLayout.split,
    EditKind.MERGE: BatchLayout.merge,
    EditKind.TURN_RIGHT: lambda layout, number: layout.turned(number, 90),
    EditKind.TURN_LEFT: lambda layout, number: layout.turned(number, 270),
    EditKind.SEPARATOR: BatchLayout.as_separator,
    EditKind.BLANK: BatchLayout.as_blank,
    EditKind.ITEM: BatchLayout.as_item,
}


def _given(pages: Sequence[PlacedPage], old: int, new: int) -> tuple[PlacedPage, ...]:
    return tuple(replace(p, item=new) if p.item == old else p for p in pages)


def _any_written(pages: Sequence[PlacedPage], item: int) -> bool:
    return any(p.item == item and p.kind in WRITTEN for p in pages)


def _item_at(pages: Sequence[PlacedPage], at: int) -> int | None:
    """The item a page put at this place joins: that of the next page in an item, else that of the one before."""
    after = next((p.item for p in pages[at:] if p.item is not None), None)
    return after if after is not None else next((p.item for p in reversed(pages[:at]) if p.item is not None), None)
