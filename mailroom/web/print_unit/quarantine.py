"""Deciding what becomes of a file in quarantine, on Today or in the whole list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import discarding, print_unit_day
from mailroom.records.models import Batch, BatchStatus
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed
from mailroom.web.print_unit.aside import FileAside, with_wishes
from mailroom.web.print_unit.today import day_figures

A_PAGE = 25


@allowed(Right.TODAY)
@require_GET
def quarantined(request: HttpRequest) -> HttpResponse:
    """Every file in quarantine."""
    return render(request, "quarantined.html", _whole_list(request))


def _whole_list(request: HttpRequest) -> dict[str, Any]:
    page = Paginator(print_unit_day.quarantined(), A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "quarantine": with_wishes(page.object_list), "me": actor(request), "whole_list": True}


@allowed(Right.TODAY)
@require_http_methods(["GET", "POST"])
def quarantine(request: HttpRequest, batch: int) -> HttpResponse:
    """Try again, ask for a discard, or agree to one. Whoever comes by the address alone sees the list."""
    found = get_object_or_404(Batch, pk=batch)
    if request.method == "GET":
        return redirect("quarantined")
    there = f"{reverse('quarantined' if _is_of_the_list(request) else 'today')}?{request.GET.urlencode()}"
    if found.status != BatchStatus.QUARANTINED:
        messages.error(request, f"{found.number} is not in quarantine any more. Somebody has decided already.")
        return redirect(there)
    try:
        messages.success(request, _decided(request, found))
    except MailroomError as why:
        return _told_at(request, found, why)
    return redirect(there)


def _decided(request: HttpRequest, found: Batch) -> str:
    """Do it; returns what was done. Raises a MailroomError."""
    what, reason = request.POST.get("do", ""), request.POST.get("reason", "").strip()
    if what == "again":
        return machines().try_batch_again(found.pk, actor(request))
    if what == "agree":
        discarding.agree(found, actor(request))
        return f"{found.number} is discarded. Its original stays in the store."
    if not reason:
        raise NotSaid(FieldProblem(FileAside(found, None).reason_field, "Give a reason for the discard"))
    discarding.ask(found, reason, actor(request))
    return f"{found.number}: a colleague has to agree to the discard."


def _told_at(request: HttpRequest, found: Batch, why: MailroomError) -> HttpResponse:
    """The page that the form is on, with what is wrong at the file; the file is on it, whatever came in since."""
    in_list = _is_of_the_list(request)
    shown = _whole_list(request) if in_list else day_figures(request)
    aside = _with(found, shown["quarantine"])
    at = next(f for f in aside if f.batch.pk == found.pk)
    may_agree = at.asked is not None and at.asked.actor != actor(request)
    fields = {"again": at.again_field, "agree": at.agree_field if may_agree else at.again_field}
    wrong = problems_of(why, fields.get(request.POST.get("do", ""), at.reason_field))
    said = {"quarantine": aside, "field_problems": wrong, "told_at": found.pk}
    return render(request, "quarantined.html" if in_list else "today.html", {**shown, **said}, status=422)


def _is_of_the_list(request: HttpRequest) -> bool:
    """Whether the form was that of the whole list, whose pages have numbers."""
    return "page" in request.GET


def _with(found: Batch, shown: Sequence[FileAside]) -> list[FileAside]:
    is_shown = any(f.batch.pk == found.pk for f in shown)
    return [*([] if is_shown else with_wishes([found])), *shown]
