"""The print unit's day: what wants a person first, the counts whole, and every list to its end behind a link."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records import folders_away, print_unit_day
from mailroom.web.dates import day_asked
from mailroom.web.permission import actor, allowed
from mailroom.web.print_unit.aside import with_wishes

BATCHES_FIRST, FILES_FIRST, QUARANTINE_FIRST = 25, 20, 10
"""Rows of each list on Today. With 40 scanners and names of ordinary length the page stays under 100 KB."""
BATCHES_A_PAGE, FILES_A_PAGE = 50, 100


@allowed(Right.TODAY)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The whole page, or, for the page's own refreshing, only what changes."""
    fragment = request.headers.get("X-Fragment") == "today"
    return render(request, "today_figures.html" if fragment else "today.html", day_figures(request))


def day_figures(request: HttpRequest) -> dict[str, Any]:
    """What the page shows of the day that the address asks for."""
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
        "quarantine": with_wishes(quarantine[:QUARANTINE_FIRST]),
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
