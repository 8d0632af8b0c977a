"""What the review screen and the item page both show: pages, evidence, reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records.models import Event, Item, Page
from mailroom.records.visible_items import visible_items
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, viewer
from mailroom.web.site import flag_name

WIDTHS = (240, 1000, 1800)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A box on a page. The four places are percentages of the page, for an SVG of 100 by 100."""

    words: str
    kind: str
    x: float
    y: float
    width: float
    height: float


def find_item(request: HttpRequest, batch: int, position: int) -> Item:
    """The item, if this person may know of it; otherwise it does not exist for them."""
    items = visible_items(viewer(request)).select_related("batch", "customer", "handling__assigned")
    return get_object_or_404(items, batch_id=batch, position=position)


def pages_of(item: Item) -> list[dict[str, Any]]:
    found: dict[int, list[Evidence]] = {}
    for ref in item.references.exclude(box=None):
        x0, y0, x1, y1 = (100 * float(v) for v in ref.box or ())
        found.setdefault(ref.page, []).append(Evidence(ref.printed, ref.type, x0, y0, x1 - x0, y1 - y0))
    pages = item.pages.order_by("number")
    return [{"number": p.number, "place": n, "evidence": found.get(p.number, [])} for n, p in enumerate(pages, start=1)]


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
