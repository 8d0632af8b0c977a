"""One batch on the table: its pages and cuts, changed in a draft that is put into force at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import cuts
from mailroom.records.models import Batch, BatchStatus, Event, Item, ItemStatus, Page
from mailroom.records.same_paper import OtherScan, items_on_the_table, other_scans
from mailroom.values.batch_layout import BatchEdit, CannotEdit, EditKind
from mailroom.web.form_problems import FieldProblem
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.print_unit.machines import print_unit

PAGES_SHOWN = 200
THUMBNAIL_WIDTH = 240
TOOLS = (
    (EditKind.SPLIT, "Cut before", "s"),
    (EditKind.MERGE, "Join to item before", "j"),
    (EditKind.TURN_LEFT, "Turn left", "l"),
    (EditKind.TURN_RIGHT, "Turn right", "r"),
    (EditKind.SEPARATOR, "Separator", "p"),
    (EditKind.BLANK, "Blank", "b"),
    (EditKind.ITEM, "Part of a letter", "i"),
)
ALREADY_OUT = (ItemStatus.SENT, ItemStatus.SEEN, ItemStatus.ON_HOLD, ItemStatus.ANSWERED, ItemStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Thumb:
    """One page as shown. fresh: changes when its picture does, so that browsers fetch it again."""

    number: int
    kind: str
    turn: int
    private: bool
    fresh: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one item, or pages kept apart (item None), next to one another. scans: others of the same paper."""

    position: int | None
    item: Item | None
    changed: bool
    thumbs: tuple[Thumb, ...]
    scans: tuple[OtherScan, ...] = ()


@allowed(Right.TODAY)
@require_GET
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    found = get_object_or_404(Batch, pk=batch)
    Event.record("batch.looked_at", found, actor=actor(request))
    return render(request, "batch.html", _screen(request, found, _number(request.GET.get("at", ""))))


def _screen(request: HttpRequest, found: Batch, at: int | None) -> dict[str, Any]:
    """at: the number of the page the person is at."""
    context: dict[str, Any] = {"batch": found, "tools": TOOLS, "at": at}
    if found.status == BatchStatus.CUT:
        try:
            context |= _cut(found, request, at)
        except CannotEdit as why:
            context["not_editable"] = str(why)
    if "groups" not in context:
        context["plain"] = _thumbs(found)[:PAGES_SHOWN]
    return context


def _cut(found: Batch, request: HttpRequest, at: int | None) -> dict[str, Any]:
    drafted = cuts.draft_of(found)
    groups = _groups(found, drafted)
    first = _number(request.GET.get("from", "")) or _first_shown_with(at, groups)
    out = [g.item for g in groups if g.item and g.changed and g.item.status in ALREADY_OUT]
    withdrawn = drafted.layout.items.keys() - drafted.result.items.keys()
    return {
        "drafted": drafted,
        "groups": _with_scans(_shown(groups, first), request),
        "items": len(drafted.result.items),
        "sent_again": out,
        "withdrawn": sorted(withdrawn),
        "first": first,
        "last": first + PAGES_SHOWN - 1,
        "mine": drafted.by is None or drafted.by == request.user,
    }


def _first_shown_with(at: int | None, groups: list[Group]) -> int:
    """Where the pages shown at a time begin when the page somebody is at is to be among them."""
    numbers = [thumb.number for group in groups for thumb in group.thumbs]
    place = numbers.index(at) if at in numbers else 0
    return place - place % PAGES_SHOWN + 1


def _shown(groups: list[Group], first: int) -> list[Group]:
    """The groups with a page among those shown at a time; an item is never parted."""
    kept, place = [], 1
    for group in groups:
        if place + len(group.thumbs) > first and place < first + PAGES_SHOWN:
            kept.append(group)
        place += len(group.thumbs)
    return kept


def _with_scans(groups: list[Group], request: HttpRequest) -> list[Group]:
    items = [group.item.pk for group in groups if group.item]
    scans = other_scans(items, items_on_the_table(viewer(request)))
    return [replace(g, scans=tuple(scans.get(g.item.pk, ())) if g.item else ()) for g in groups]


def _groups(found: Batch, drafted: cuts.Drafted) -> list[Group]:
    items = {i.position: i for i in found.items.all()}
    pages = {t.number: t for t in _thumbs(found)}
    layout = drafted.result
    before, after = drafted.layout.items, layout.items
    return [
        Group(
            position,
            items.get(position) if position is not None else None,
            position is not None and before.get(position) != after[position],
            tuple(replace(pages[p.number], kind=p.kind, turn=p.turn) for p in run),
        )
        for position, run in groupby(layout.pages, key=lambda p: p.item)
    ]


def _thumbs(found: Batch) -> list[Thumb]:
    rows = found.pages.select_related("item").order_by("place", "number")
    return [Thumb(p.number, p.kind, 0, bool(p.item and p.item.private), p.reading[:8]) for p in rows]


@allowed(Right.TODAY)
@require_POST
def edit(request: HttpRequest, batch: int) -> HttpResponse:
    """Draft an edit, undo one, drop the draft, put it into force, or run a stage again."""
    found = get_object_or_404(Batch, pk=batch)
    pages = tuple(n for n in map(_number, request.POST.getlist("pages")) if n)
    what = request.POST.get("do", "")
    try:
        _do(request, found, what, pages)
    except MailroomError as why:
        return _told(request, found, what, pages, str(why))
    at = f"?at={pages[0]}#page-{pages[0]}" if pages else ""
    return redirect(f"/batches/{found.number}/{at}")


def _told(request: HttpRequest, found: Batch, what: str, pages: tuple[int, ...], words: str) -> HttpResponse:
    """The batch again with what is wrong: at its field, or at the tools, which stay in sight wherever the page is."""
    context = _screen(request, found, pages[0] if pages else None)
    numbers = [thumb.number for group in context.get("groups", ()) for thumb in group.thumbs]
    if not numbers and what != "expected":
        messages.error(request, words)
        return redirect("batch", found.pk)
    at = context["at"] if context["at"] in numbers else next(iter(numbers), None)
    field = {"expected": "expected", EditKind.MOVE: "before"}.get(what, "tools")
    problem = FieldProblem(field, words, (f"page-{at}",) if field == "tools" else ())
    kept = pages if len(pages) > 1 or what == EditKind.MOVE else ()
    said = {"field_problems": (problem,), "at": at, "chosen": kept, "typed": request.POST}
    return render(request, "batch.html", {**context, **said}, status=422)


def _do(request: HttpRequest, found: Batch, what: str, pages: tuple[int, ...]) -> None:
    if what in list(EditKind):
        before = _number(request.POST.get("before", "")) if what == EditKind.MOVE else None
        cuts.add_edit(found, BatchEdit(EditKind(what), pages, before), signed_in(request))
    elif what in _DEEDS:
        _DEEDS[what](request, found)
    elif what in _AGAIN:
        messages.success(request, _AGAIN[what](found, pages, actor(request)))
    else:
        raise CannotEdit("Choose what to do with the pages.")


def _put_into_force(request: HttpRequest, found: Batch) -> None:
    drafted = cuts.draft_of(found)
    if not drafted.edits:
        raise CannotEdit("There are no changes to put into force.")
    count = print_unit().recut(found.pk, drafted.edits, drafted.based_on, actor(request))
    many = "1 item goes" if count == 1 else f"{count} items go"
    messages.success(request, f"The cuts of {found.number} are changed. {many} on the line again.")


def _expect(request: HttpRequest, found: Batch) -> None:
    expected = _number(request.POST.get("expected", ""))
    if not expected:
        raise CannotEdit("Enter the number of letters you counted, at least 1.")
    Batch.objects.filter(pk=found.pk).update(expected_items=expected)
    Event.record("batch.counted", found, actor=actor(request), expected=expected)
    messages.success(request, f"{found.number}: {expected} letters expected.")


def _positions(found: Batch, pages: tuple[int, ...]) -> list[int]:
    chosen = found.pages.filter(number__in=pages).exclude(item=None)
    positions = sorted({p.item.position for p in chosen.select_related("item") if p.item})
    if not positions:
        raise CannotEdit("Choose a page of each item that is to be decided again.")
    return positions


_DEEDS: dict[str, Callable[[HttpRequest, Batch], None]] = {
    "undo": lambda request, found: cuts.undo(found, signed_in(request)),
    "drop": lambda request, found: cuts.drop(found),
    "apply": _put_into_force,
    "expected": _expect,
}
_AGAIN: dict[str, Callable[[Batch, tuple[int, ...], str], str]] = {
    "read_again": lambda found, _, who: print_unit().read_again(found.pk, who),
    "cut_again": lambda found, _, who: print_unit().cut_again(found.pk, who),
    "decide_again": lambda found, pages, who: print_unit().decide_again(found.pk, _positions(found, pages), who),
}


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 8 and int(text) else None


@allowed(Right.TODAY)
@require_GET
def batch_page(request: HttpRequest, batch: int, number: int) -> HttpResponse:
    """A thumbnail, too small to read a letter by. Private items show no picture."""
    page = get_object_or_404(Page.objects.select_related("item", "batch"), batch_id=batch, number=number)
    if page.item and page.item.private:
        raise Http404
    return picture(machines().page_picture(page, THUMBNAIL_WIDTH))


NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 170"><rect width="120" height="170" fill="#e8e9e9"/>'
    b'<text x="60" y="85" text-anchor="middle" font-family="Arial" font-size="13">No picture</text></svg>'
)


@allowed(Right.TODAY)
@require_GET
def batch_preview(request: HttpRequest, batch: int) -> HttpResponse:
    """The first page of a file that was set aside, if anything can be drawn of it."""
    found = get_object_or_404(Batch, pk=batch, status=BatchStatus.QUARANTINED)
    try:
        return picture(print_unit().file_picture(found, 1, THUMBNAIL_WIDTH))
    except MailroomError:
        return HttpResponse(NO_PICTURE, content_type="image/svg+xml")


def picture(png: bytes) -> HttpResponse:
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})
