from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import Review
from mailroom.records import review_queue
from mailroom.records.models import Correction, Customer, Event, Item
from mailroom.values.working_days import add_working_days
from mailroom.web.item_page import find_item, pages_of, reasons_of
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.site import routing, services

QUEUE_SHOWN = 50
CHOICES = 5


@allowed(Right.REVIEW)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    waiting = review_queue.waiting(viewer(request))
    service = request.GET.get("service", "")
    if service:
        waiting = waiting.filter(service=service)
    context = {
        "items": list(waiting[:QUEUE_SHOWN]),
        "count": waiting.count(),
        "service": service,
        "services": services().services,
    }
    return render(request, "review_queue.html", context)


@allowed(Right.REVIEW)
@require_GET
def take_next(request: HttpRequest) -> HttpResponse:
    item = review_queue.next_item(viewer(request), settings.ROLES.sign_in.lease_minutes)
    if item is None:
        messages.info(request, "Nothing waits for review. Well done.")
        return redirect("review_queue")
    return redirect("review_item", batch=item.batch_id, position=item.position)


@allowed(Right.REVIEW)
@require_GET
def item(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    if found.status != "review":
        return redirect("item", batch=batch, position=position)
    minutes = settings.ROLES.sign_in.lease_minutes
    if not review_queue.lease(found, signed_in(request).pk, minutes):
        messages.info(request, f"{found.number} is in front of a colleague. Take the next one.")
        return redirect("review_queue")
    Event.record("item.looked_at", found, actor=actor(request))
    return render(request, "review_item.html", _screen(request, found))


def _screen(request: HttpRequest, found: Item) -> dict[str, Any]:
    after = review_queue.waiting(viewer(request)).filter(lease=None).exclude(pk=found.pk).first()
    last = Correction.objects.filter(account_id=signed_in(request).pk, undone_at=None).order_by("-pk").first()
    reasons = reasons_of(found)
    return {
        "item": found,
        "pages": pages_of(found),
        "reasons": reasons,
        "choices": choices_of(found),
        "services": services().services,
        "candidates": _customers(found, reasons["candidates"]),
        "after": after,
        "last": last if last and last.decided else None,
    }


def choices_of(found: Item) -> list[dict[str, Any]]:
    """The likely services, best first, with their number key."""
    ranked = found.decision.get("classification", {}).get("ranked") or [[found.service, found.probability]]
    shown = [(code, p) for code, p in ranked if code in routing().services][:CHOICES]
    return [{"key": n, "code": code, "probability": p} for n, (code, p) in enumerate(shown, start=1)]


def _customers(found: Item, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = Customer.objects.in_bulk([c["customer_id"] for c in candidates])
    known = [{**c, "customer": people[c["customer_id"]]} for c in candidates if c["customer_id"] in people]
    if found.customer and found.customer_id not in people:
        known.insert(0, {"customer": found.customer, "probability": found.match_probability, "reasons": []})
    return known


@allowed(Right.REVIEW)
@require_POST
def decide(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    service = request.POST.get("service", "")
    customer_id = request.POST.get("customer", "")
    if service not in routing().services or (customer_id and not Customer.objects.filter(pk=customer_id).exists()):
        context = {**_screen(request, found), "problem": "Choose a service from the list"}
        return render(request, "review_item.html", context, status=422)
    try:
        with transaction.atomic():
            review_queue.decide(found, decision_for(found, service, customer_id), signed_in(request).pk)
            transaction.on_commit(partial(machines().put_on_line, found.pk, found.version + 1))
        messages.success(request, f"{found.number} goes to {services().name(service)}.")
    except Review as why:
        messages.error(request, str(why))
    return redirect("review_next")


def decision_for(found: Item, service: str, customer_id: str) -> review_queue.ReviewDecision:
    """The route of that service. A date the law set for a flag stays; otherwise the service's own days count."""
    route = routing().services[service]
    has_clock = any(code in routing().flags and routing().flags[code].clock for code in found.flags)
    days = route.days or routing().default_days
    due: dt.date | None = found.due if has_clock and found.due else add_working_days(found.received, days)
    inbox = routing().teams[route.team].inbox
    return review_queue.ReviewDecision(service, route.team, inbox, due, customer_id)


@allowed(Right.REVIEW)
@require_POST
def undo(request: HttpRequest, correction: int) -> HttpResponse:
    kept = get_object_or_404(Correction, pk=correction, account_id=signed_in(request).pk)
    try:
        review_queue.undo(kept, signed_in(request).pk)
    except Review as why:
        messages.error(request, str(why))
        return redirect("review_next")
    return redirect("review_item", batch=kept.item.batch_id, position=kept.item.position)
