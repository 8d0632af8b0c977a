"""Repairs of a PDF that preflight refuses: each shown before and after, and applied when somebody chooses it."""

from __future__ import annotations

import dataclasses
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import mailings as records
from mailroom.web.form_problems import FieldProblem
from mailroom.web.letters.drawn import WIDTH, png_answer
from mailroom.web.letters.handing_in import DRAFT, draft_of
from mailroom.web.letters.machines import RepairOffer, letters
from mailroom.web.permission import actor, allowed, viewer

OFFERS = "repair_offers"
SIDES = ("before", "after")


@allowed(Right.MAILINGS)
@require_http_methods(["GET", "POST"])
def draft_repairs(request: HttpRequest) -> HttpResponse:
    """Of a file that is not handed in yet. A repair that is chosen makes its copy the draft."""
    if DRAFT not in request.session:
        return redirect("mailing_new")
    draft = draft_of(request)
    if request.method == "GET":
        return _shown(request, draft.key, letters().draft_repairs(draft), {"draft": draft})
    chosen = next((o for o in _kept(request, draft.key) if o.code == request.POST.get("repair")), None)
    if chosen is None:
        offers = letters().draft_repairs(draft)
        return _told(request, draft.key, offers, {"draft": draft}, "Choose one of the repairs")
    done = [*draft.repairs, (chosen.code, chosen.words)]
    changed = {"key": chosen.key, "came_as": draft.came_as or draft.key, "repairs": done}
    request.session[DRAFT] = {**request.session[DRAFT], **changed}
    messages.success(request, "The file is repaired and was checked again. The file as it came is kept.")
    return redirect("mailing_check")


@allowed(Right.MAILINGS)
@require_http_methods(["GET", "POST"])
def repairs(request: HttpRequest, mailing: int) -> HttpResponse:
    """Of a mailing that was refused."""
    found = get_object_or_404(records.visible_mailings(viewer(request)), pk=mailing)
    if request.method == "GET":
        return _shown(request, found.pages_from, letters().repairs(found), {"mailing": found})
    try:
        letters().repair(found, request.POST.get("repair", ""), actor(request))
    except MailroomError as why:
        return _told(request, found.pages_from, letters().repairs(found), {"mailing": found}, str(why))
    messages.success(request, "The file is repaired and is being checked again. The file as it came is kept.")
    return redirect("mailing", found.pk)


def _shown(request: HttpRequest, key: str, offers: tuple[RepairOffer, ...], context: dict[str, Any]) -> HttpResponse:
    """The pictures are asked for one by one, so the session remembers which files they are of."""
    request.session[OFFERS] = {"of": key, "offers": [dataclasses.asdict(offer) for offer in offers]}
    status = 422 if context.get("field_problems") else 200
    return render(request, "mailing_repairs.html", {**context, "offers": offers, "sides": SIDES}, status=status)


def _told(
    request: HttpRequest, key: str, offers: tuple[RepairOffer, ...], context: dict[str, Any], words: str
) -> HttpResponse:
    """The repairs again, with what is wrong at the first of them; on top where there is none to choose any more."""
    if not offers:
        messages.error(request, words)
        return _shown(request, key, offers, context)
    problem = FieldProblem(f"use-{offers[0].code}", words)
    return _shown(request, key, offers, {**context, "field_problems": (problem,)})


def _kept(request: HttpRequest, key: str) -> list[RepairOffer]:
    kept = request.session.get(OFFERS) or {}
    return [RepairOffer(**offer) for offer in kept.get("offers", ())] if kept.get("of") == key else []


@allowed(Right.MAILINGS)
@require_GET
def picture(request: HttpRequest, code: str, side: str) -> HttpResponse:
    """The page a repair is judged by, before or after it."""
    kept = request.session.get(OFFERS) or {}
    offer = next((o for o in kept.get("offers", ()) if o["code"] == code), None)
    if offer is None or side not in SIDES:
        raise Http404
    key, page = (kept["of"], offer["page"]) if side == "before" else (offer["key"], offer["page_after"])
    return png_answer(letters().stored_picture(key, page, WIDTH))
