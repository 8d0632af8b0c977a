"""The queue, and one item of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records import review_queue
from mailroom.records.customer_search import search_customers
from mailroom.records.models import Event, ItemStatus
from mailroom.web.item_page import find_item
from mailroom.web.permission import actor, allowed, rights_of, viewer
from mailroom.web.review.leaving import forget_what_was_left, left_for_later
from mailroom.web.review.screen import chosen_filter, keep_for, screen
from mailroom.web.site import services

QUEUE_SHOWN = 50
OFFERED = 8


@allowed(Right.REVIEW)
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    chosen = chosen_filter(request)
    waiting = review_queue.waiting(viewer(request), chosen)
    context = {
        "items": review_queue.shown(waiting[:QUEUE_SHOWN]),
        "count": waiting.count(),
        "chosen": chosen,
        "is_narrowed": chosen != review_queue.QueueFilter(),
        "services": services().services,
        "rules": review_queue.rules_waiting(viewer(request)),
        "flags": services().flags,
        "may_teach": Right.TEACH in rights_of(request.user),
    }
    return render(request, "review_queue.html", context)


@allowed(Right.REVIEW)
@require_GET
def take_next(request: HttpRequest) -> HttpResponse:
    minutes, left = settings.ROLES.sign_in.lease_minutes, left_for_later(request)
    found = review_queue.next_item(viewer(request), minutes, chosen_filter(request), left)
    if found is not None:
        return redirect("review_item", batch=found.batch_id, position=found.position)
    if review_queue.waiting(viewer(request), chosen_filter(request)).filter(pk__in=left).exists():
        messages.info(request, "Only what you left for later waits here now. Start again to see it.")
    else:
        messages.info(request, "Nothing more waits for review here. Well done.")
    forget_what_was_left(request)
    return redirect("review_queue")


@allowed(Right.REVIEW)
@require_GET
def item(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    if found.status != ItemStatus.REVIEW:
        return redirect("item", batch=batch, position=position)
    kept_until = keep_for(request, found)
    if kept_until is None:
        messages.info(request, f"{found.number} is in front of a colleague. Take the next one.")
        return redirect("review_queue")
    Event.record("item.looked_at", found, actor=actor(request))
    return render(request, "review_item.html", {**screen(request, found), "kept_until": kept_until})


@allowed(Right.REVIEW)
@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """Services and customers for what was typed after '/', as options of the screen's list."""
    words = " ".join(request.GET.get("q", "").split())
    found = [s for s in services().services if words.lower() in s.name.lower()] if words else []
    customers = search_customers(words)[:OFFERED] if len(words) > 2 else []
    return render(request, "review_options.html", {"services": found[:OFFERED], "customers": customers})
