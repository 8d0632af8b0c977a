"""The cuts of a batch as a layout, and the draft of them that a person is making."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max

from mailroom.errors import Review
from mailroom.records.models import Batch, BatchStatus, CutDraft
from mailroom.values.batch_layout import WRITTEN, BatchEdit, BatchLayout, CannotEdit, EditKind, PlacedPage
from mailroom.values.page import PageKind


class CutsChanged(Review):
    """Somebody else changed the batch meanwhile. Look at it as it is, then make the change again."""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A batch's layout in force, the edits waiting, and what they come to. by: whose draft it is."""

    layout: BatchLayout
    edits: tuple[BatchEdit, ...]
    result: BatchLayout
    based_on: int
    by: User | None

    @property
    def changed_items(self) -> tuple[int, ...]:
        """Positions of items in force whose pages the draft changes."""
        after = self.result.items
        return tuple(position for position, pages in self.layout.items.items() if after.get(position) != pages)


def layout_of(batch: Batch) -> BatchLayout:
    """The batch as it lies. Raises ValueError where its books do not balance."""
    rows = batch.pages.order_by("place", "number").values_list("number", "kind", "item__position")
    pages = tuple(PlacedPage(number, PageKind(kind), position) for number, kind, position in rows)
    highest = batch.items.aggregate(most=Max("position"))["most"] or 0
    return BatchLayout(pages, highest + 1)


def layout_for_cutting_again(batch: Batch) -> BatchLayout:
    """The batch as it was cut, whatever its pages have been read as since: only who held which page counts."""
    held_by: list[tuple[int, str, int | None]] = list(
        batch.pages.order_by("place", "number").values_list("number", "kind", "item__position")
    )
    written = {position for _, kind, position in held_by if kind in WRITTEN}
    pages = []
    for number, kind, position in held_by:
        held = PageKind(kind)
        if position is None and held in WRITTEN:
            held = PageKind.BLANK
        elif position is not None and (held is PageKind.SEPARATOR or position not in written):
            held = PageKind.ITEM
        pages.append(PlacedPage(number, held, position))
    highest = batch.items.aggregate(most=Max("position"))["most"] or 0
    return BatchLayout(tuple(pages), highest + 1)


def draft_of(batch: Batch) -> Drafted:
    """The draft, empty if there is none. One made on cuts that have changed since is not shown any more.

    Raises:
        CannotEdit: the batch is not cut yet, or its books do not balance.
    """
    if batch.status != BatchStatus.CUT:
        raise CannotEdit(f"{batch.number} is {batch.status}; its cuts can be changed when it has been read and cut.")
    try:
        layout = layout_of(batch)
    except ValueError as unbalanced:
        raise CannotEdit(f"{batch.number} does not balance ({unbalanced}). Cut it again by machine.") from None
    draft = CutDraft.objects.select_related("account").filter(batch=batch, based_on=batch.cut_version).first()
    edits = tuple(_edit(row) for row in draft.edits) if draft else ()
    return Drafted(layout, edits, after(layout, edits), batch.cut_version, draft.account if draft else None)


def after(layout: BatchLayout, edits: tuple[BatchEdit, ...]) -> BatchLayout:
    """The layout with every edit made. Raises CannotEdit."""
    for edit in edits:
        layout = layout.edited(edit)
    return layout


def add_edit(batch: Batch, edit: BatchEdit, account: User) -> Drafted:
    """Put one more edit on the draft. Raises CannotEdit for one that makes no sense."""
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        drafted = draft_of(batch)
        result = drafted.result.edited(edit)
        edits = (*drafted.edits, edit)
        _keep(batch, edits, account)
    return Drafted(drafted.layout, edits, result, batch.cut_version, account)


def undo(batch: Batch, account: User) -> None:
    """Take the last edit off the draft."""
    with transaction.atomic():
        Batch.objects.select_for_update().get(pk=batch.pk)
        edits = draft_of(batch).edits[:-1]
        _keep(batch, edits, account) if edits else drop(batch)


def drop(batch: Batch) -> None:
    """Forget the draft; the cuts in force stay."""
    CutDraft.objects.filter(batch=batch).delete()


def _keep(batch: Batch, edits: tuple[BatchEdit, ...], account: User) -> None:
    rows = [{"do": e.do.value, "pages": list(e.pages), "before": e.before} for e in edits]
    CutDraft.objects.update_or_create(
        batch=batch, defaults={"edits": rows, "account": account, "based_on": batch.cut_version}
    )


def _edit(row: dict[str, object]) -> BatchEdit:
    pages, before = row["pages"], row["before"]
    assert isinstance(pages, list) and (before is None or isinstance(before, int))
    return BatchEdit(EditKind(str(row["do"])), tuple(pages), before)
