"""What the review screen and the item page both show: pages, evidence, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records.models import Event, Item, Page
from mailroom.records.same_paper import other_scans
from mailroom.records.visible_items import visible_items
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, rights_of, viewer
from mailroom.web.site import flag_name

WIDTHS = (240, 1000, 1800)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A box on a page. The four places are percentages of the page, for an SVG of 100 by 100."""

    words: str
    group: str
    x: float
    y: float
    width: float
    height: float


def find_item(request: HttpRequest, batch: int, position: int) -> Item:
    """The item, if this person may know of it; otherwise it does not exist for them."""
    items = visible_items(viewer(request)).select_related("batch", "customer", "handling__assigned")
    return get_object_or_404(items, batch_id=batch, position=position)


def pages_of(item: Item) -> list[dict[str, Any]]:
    found = evidence_of(item)
    pages = item.pages.order_by("place", "number")
    return [{"number": p.number, "place": n, "evidence": found.get(p.number, [])} for n, p in enumerate(pages, start=1)]


def scans_of(request: HttpRequest, item: Item) -> dict[str, Any]:
    """The other scans of the same paper that this person may know of, and whether they may open an item's page."""
    found = other_scans([item.pk], visible_items(viewer(request))).get(item.pk, [])
    return {"scans": found, "may_open": Right.POST in rights_of(request.user)}


def evidence_of(item: Item) -> dict[int, list[Evidence]]:
    """The boxes by page: references, then the names, addresses and dates that were read."""
    found: dict[int, list[Evidence]] = {}
    for ref in item.references.exclude(box=None):
        found.setdefault(ref.page, []).append(_evidence(ref.printed, "reference", ref.box or ()))
    for group in _GROUPS:
        for read in item.decision.get(group, ()):
            box, page = read["place"].get("box"), read["place"]["page"]
            if box:
                place = (box["x0"], box["y0"], box["x1"], box["y1"])
                found.setdefault(page, []).append(_evidence(_words(group, read), _GROUPS[group], place))
    return found


_GROUPS = {"names": "name", "addresses": "address", "dates": "date"}


def _words(group: str, read: dict[str, Any]) -> str:
    if group == "names":
        return " ".join((*read["name"]["given"], read["name"]["family"]))
    return ", ".join(read["address"]["lines"]) if group == "addresses" else str(read["date"])


def _evidence(words: str, group: str, box: Sequence[float]) -> Evidence:
    x0, y0, x1, y1 = (100 * float(v) for v in box)
    return Evidence(words, group, x0, y0, x1 - x0, y1 - y0)


def reasons_of(item: Item) -> dict[str, Any]:
    """The stations' reasons, as sentences, without probabilities nobody can use."""
    said = item.decision
    classification, match = said.get("classification", {}), said.get("match", {})
    return {
        "service": classification.get("reasons", []),
        "customer": match.get("reasons", []),
        "candidates": match.get("candidates", [])[:4],
        "flags": [(flag_name(f["code"]), f.get("reasons", [])) for f in classification.get("flags", [])],
    }


@allowed(Right.REVIEW, Right.POST)
def page_picture(request: HttpRequest, batch: int, position: int, number: int, width: int) -> HttpResponse:
    item = find_item(request, batch, position)
    if width not in WIDTHS:
        raise Http404
    page = get_object_or_404(Page, item=item, number=number)
    png = machines().page_picture(page, width)
    return HttpResponse(png, content_type="image/png", headers={"Cache-Control": "private, max-age=600"})


@allowed(Right.REVIEW, Right.POST)
def filed_pdf(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    item = find_item(request, batch, position)
    try:
        content = machines().filed_pdf(item)
    except MailroomError as why:
        return HttpResponse(str(why), status=409, content_type="text/plain; charset=utf-8")
    Event.record("item.downloaded", item, actor=actor(request))
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{item.number}.pdf"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
