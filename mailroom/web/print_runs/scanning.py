"""Scanning a run off: one field that a hand scanner types into, the count in big figures, a sound and words."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import print_runs as records
from mailroom.records.models import PrintRun
from mailroom.web.permission import actor, allowed
from mailroom.web.print_runs.machines import Scanned, Standing, print_runs

WRONG_SHOWN = 60


@allowed(Right.PRINT_RUNS)
@require_http_methods(["GET", "POST"])
def scan(request: HttpRequest, run: int) -> HttpResponse:
    """With X-Fragment the answer is JSON: the verdict at once, so that it sounds at once, or how the run stands."""
    found = get_object_or_404(PrintRun, pk=run)
    wanted = request.headers.get("X-Fragment")
    said = _scanned(request, found) if request.method == "POST" else None
    if said and wanted == "scan":
        return JsonResponse({"good": said.good, "mark": said.mark, "message": said.message})
    standing = print_runs().standing(found)
    if wanted == "standing":
        return JsonResponse(_as_json(standing))
    return render(request, "print_run_scan.html", scan_figures(request, found, standing, said))


def _scanned(request: HttpRequest, found: PrintRun) -> Scanned:
    text, desk = request.POST.get("mark", "").strip(), print_runs()
    if not text:
        return Scanned(False, "", "Scan a mark, or type it.")
    try:
        if request.POST.get("do") == "take_back":
            return desk.take_back(found, text, actor(request))
        return desk.scan(found, text, actor(request))
    except MailroomError as why:
        return Scanned(False, "", str(why))


def scan_figures(
    request: HttpRequest, found: PrintRun, standing: Standing | None = None, said: Scanned | None = None
) -> dict[str, Any]:
    """What the page shows; said: the scan just made, if one was."""
    standing = standing or print_runs().standing(found)
    return {
        "run": found,
        "standing": standing,
        "wrong": standing.wrong[:WRONG_SHOWN],
        "left": standing.expected - standing.good,
        "said": said,
        "files": print_runs().files(found),
        "asked": records.open_reprints(found),
        "me": actor(request),
    }


def _as_json(standing: Standing) -> dict[str, Any]:
    return {
        "done": standing.good,
        "left": standing.expected - standing.good,
        "balances": standing.balances,
    }
