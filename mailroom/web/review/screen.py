"""What the review screen shows of one item."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from mailroom.records import item_leases, review_queue
from mailroom.records.customer_search import search_customers
from mailroom.records.item_facts import facts_of
from mailroom.records.mailed_files import files_beside
from mailroom.records.models import Customer, Item, Page
from mailroom.values.channel import LetterFormat
from mailroom.web.clocks import clock_choices
from mailroom.web.form_problems import FieldProblem, told
from mailroom.web.item_page import pages_of, reasons_of, scans_of
from mailroom.web.permission import signed_in, viewer
from mailroom.web.review.came_back import came_back
from mailroom.web.review.copies import copy_choices
from mailroom.web.review.leaving import left_for_later
from mailroom.web.site import routing, services

CHOICES = 5
CANDIDATE_KEYS = "asdfg"
_EARLIER_ITEM = re.compile(r"^Looks like item B\d+-\d+\b")


def chosen_filter(request: HttpRequest) -> review_queue.QueueFilter:
    """What the person narrowed the queue to; kept in the session, so that 'next' keeps to it."""
    if "service" in request.GET:
        request.session["review_filter"] = {k: request.GET.get(k, "") for k in ("service", "rule", "flag")}
    return review_queue.QueueFilter(**request.session.get("review_filter", {}))


def keep_for(request: HttpRequest, found: Item) -> dt.datetime | None:
    """Keep the item for this person. Until when; None when a colleague has it."""
    return item_leases.keep(found, signed_in(request).pk, settings.ROLES.sign_in.lease_minutes)


def told_in_review(request: HttpRequest, found: Item, wrong: Iterable[FieldProblem]) -> HttpResponse:
    """The item again, still this person's, with what is wrong."""
    context = {**screen(request, found), "kept_until": keep_for(request, found)}
    return told(request, "review_item.html", context, wrong, reverse("review_next"))


def screen(request: HttpRequest, found: Item) -> dict[str, Any]:
    """The number of an earlier scan is told beside the reasons, and only to a person who may know of that item."""
    reasons = reasons_of(found)
    words = request.GET.get("find", "").strip()
    proposed = request.POST.get("customer", _proposed(found))
    choices = choices_of(found)
    undo_within = dt.timedelta(seconds=settings.ROLES.sign_in.undo_seconds)
    return {
        "item": found,
        "pages": pages_of(found),
        "reasons": reasons,
        "beside": files_beside(found.batch),
        **scans_of(request, found),
        "why_asked": [_EARLIER_ITEM.sub("Looks like an earlier item", reason) for reason in found.review_reasons],
        "why_service": _not_said_yet("; ".join(reasons["service"]), found.review_reasons),
        "choices": choices,
        "copies": copy_choices(request, found, (choice["code"] for choice in choices)),
        "services": services().services,
        "proposed": proposed,
        "candidates": _customers(found, reasons["candidates"], words, proposed),
        "words": words,
        "facts": facts_of(found),
        "clocks": clock_choices(found),
        "ticked": request.POST.getlist("fact"),
        "formats": [f for f in LetterFormat if f is not LetterFormat.STANDARD],
        **came_back(found),
        "prefetch": _first_page_of_next(request, found),
        "last": review_queue.last_decision(signed_in(request).pk, undo_within),
    }


def _not_said_yet(words: str, said: list[str]) -> str:
    """The words, unless a reason for asking a person has them already."""
    return "" if any(words in reason for reason in said) else words


def _proposed(found: Item) -> str:
    """The customer it stands on, else the one the line is sure of: what was cut in doubt stands on no record yet."""
    by_line = found.decision.get("match", {}) if found.decided_by in ("", "line") else {}
    return found.customer_id or str(by_line.get("customer_id", ""))


def choices_of(found: Item) -> list[dict[str, Any]]:
    """The likely services, best first, with their number key."""
    ranked = found.decision.get("classification", {}).get("ranked") or [[found.service, found.probability]]
    if found.service not in {code for code, _ in ranked}:
        ranked = [[found.service, 0.0], *ranked]
    shown = [(code, p) for code, p in ranked if code in routing().services][:CHOICES]
    return [{"key": n, "code": code, "probability": p} for n, (code, p) in enumerate(shown, start=1)]


def _customers(found: Item, candidates: list[dict[str, Any]], words: str, chosen: str) -> list[dict[str, Any]]:
    """Those the line proposes, the one chosen, then those the person searched for; each with its letter key."""
    people = Customer.objects.prefetch_related("addresses").in_bulk([c["customer_id"] for c in candidates])
    known = [{**c, "customer": people[c["customer_id"]]} for c in candidates if c["customer_id"] in people]
    if found.customer and found.customer_id not in people:
        known.insert(0, {"customer": found.customer, "probability": found.match_probability, "reasons": []})
    shown = {row["customer"].pk for row in known}
    known += [{"customer": c} for c in Customer.objects.filter(pk=chosen) if c.pk not in shown]
    shown.add(chosen)
    known += [{"customer": c} for c in search_customers(words)[:10] if c.pk not in shown] if words else []
    for row, key in zip(known, CANDIDATE_KEYS, strict=False):
        row["key"] = key
    return known


def _first_page_of_next(request: HttpRequest, found: Item) -> Page | None:
    """The picture the browser fetches meanwhile, so that the next item is there at once."""
    free = review_queue.waiting(viewer(request), chosen_filter(request)).filter(lease=None)
    following = free.exclude(pk__in=[found.pk, *left_for_later(request)]).first()
    return following.pages.select_related("item").order_by("number").first() if following else None
