"""The print unit's day: what wants a person first, the counts whole, and every list to its end behind a link."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import discarding, folders_away, print_unit_day
from mailroom.records.models import Batch, BatchStatus
from mailroom.web.dates import day_asked
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed

BATCHES_FIRST, FILES_FIRST, QUARANTINE_FIRST = 25, 20, 10
"""Rows of each list on Today. With 40 scanners and names of ordinary length the page stays under 100 KB."""
BATCHES_A_PAGE, FILES_A_PAGE, QUARANTINE_A_PAGE = 50, 100, 25


@allowed(Right.TODAY)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The whole page, or, for the page's own refreshing, only what changes."""
    fragment = request.headers.get("X-Fragment") == "today"
    return render(request, "today_figures.html" if fragment else "today.html", _figures(request))


def _figures(request: HttpRequest) -> dict[str, Any]:
    asked, wrong = day_asked(request.GET, "day", "The day")
    day = asked or timezone.localdate()
    scanners = print_unit_day.scanners_of(day)
    batches = print_unit_day.problems_first(batch for scanner in scanners for batch in scanner.batches)
    stuck, quarantine = print_unit_day.stuck_files(), print_unit_day.quarantined()
    return {
        "day": day,
        "typed": request.GET if wrong else day,
        "field_problems": wrong,
        "scanners": scanners,
        "batches": batches[:BATCHES_FIRST],
        "batch_count": len(batches),
        "away": folders_away.away(),
        "stuck": stuck[:FILES_FIRST],
        "stuck_count": stuck.count(),
        "quarantine": _with_wishes(quarantine[:QUARANTINE_FIRST]),
        "quarantine_count": quarantine.count(),
        "now": timezone.localtime(),
        "me": actor(request),
    }


@allowed(Right.TODAY)
@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """Every batch of a day, or those of one scanner."""
    asked, _ = day_asked(request.GET, "day", "The day")
    day, scanner = asked or timezone.localdate(), request.GET.get("scanner", "")
    found = [b for s in print_unit_day.scanners_of(day) if scanner in ("", s.name) for b in s.batches]
    page = Paginator(print_unit_day.problems_first(found), BATCHES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "batches.html", {"day": day, "scanner": scanner, "page": page, "batches": page.object_list})


@allowed(Right.TODAY)
@require_GET
def stuck(request: HttpRequest) -> HttpResponse:
    """Every file stuck in a watch folder."""
    page = Paginator(print_unit_day.stuck_files(), FILES_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "stuck_files.html", {"page": page, "stuck": page.object_list})


@allowed(Right.TODAY)
@require_GET
def quarantined(request: HttpRequest) -> HttpResponse:
    """Every file in quarantine."""
    page = Paginator(print_unit_day.quarantined(), QUARANTINE_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "quarantine": _with_wishes(page.object_list), "me": actor(request), "whole_list": True}
    return render(request, "quarantined.html", context)


def _with_wishes(held: Iterable[Batch]) -> list[dict[str, Any]]:
    batches = list(held)
    wishes = discarding.all_asked(batches)
    return [{"batch": b, "asked": wishes.get(b.pk)} for b in batches]


@allowed(Right.TODAY)
@require_POST
def quarantine(request: HttpRequest, batch: int) -> HttpResponse:
    """Try again, ask for a discard, or agree to one."""
    found = get_object_or_404(Batch, pk=batch, status=BatchStatus.QUARANTINED)
    what, reason = request.POST.get("do", ""), request.POST.get("reason", "").strip()
    try:
        if what == "again":
            messages.success(request, machines().try_batch_again(found.pk, actor(request)))
        elif what == "discard" and reason:
            discarding.ask(found, reason, actor(request))
            messages.success(request, f"{found.number}: a colleague has to agree to the discard.")
        elif what == "agree":
            discarding.agree(found, actor(request))
            messages.success(request, f"{found.number} is discarded. Its original stays in the store.")
        else:
            messages.error(request, "Give a reason for the discard.")
    except MailroomError as why:
        messages.error(request, str(why))
    return redirect("quarantined" if request.POST.get("seen_on") == "whole_list" else "today")
