from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records.customer_search import search_customers
from mailroom.records.models import Customer, Event, Item, Letter
from mailroom.records.visible_items import visible_items
from mailroom.web.permission import actor, allowed, viewer

TIMELINE = 100


@allowed(Right.CUSTOMERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    return render(request, "customers.html", {"words": words, "found": search_customers(words) if words else None})


@allowed(Right.CUSTOMERS)
@require_GET
def customer(request: HttpRequest, key: str) -> HttpResponse:
    """The record. Items this person may not see are left out of the timeline, title and all."""
    found = get_object_or_404(Customer.objects.select_related("merged_into"), pk=key)
    Event.record("customer.looked_at", found, actor=actor(request))
    context = {
        "customer": found,
        "addresses": found.addresses.order_by("-current", "-since"),
        "contacts": found.contact_points.order_by("kind", "value"),
        "references": found.references.order_by("type", "value"),
        "consents": found.consents.order_by("-given_at", "-pk")[:TIMELINE],
        "timeline": _timeline(request, found),
    }
    return render(request, "customer.html", context)


def _timeline(request: HttpRequest, found: Customer) -> list[dict[str, object]]:
    came = visible_items(viewer(request)).filter(customer=found).order_by("-received", "-pk")[:TIMELINE]
    went = Letter.objects.filter(customer=found).order_by("-created_at")[:TIMELINE]
    lines = [*map(_came, came), *map(_went, went)]
    return sorted(lines, key=lambda line: str(line["day"]), reverse=True)[:TIMELINE]


def _came(item: Item) -> dict[str, object]:
    return {"day": item.received, "way": "in", "item": item}


def _went(letter: Letter) -> dict[str, object]:
    return {"day": letter.created_at.date(), "way": "out", "letter": letter}
