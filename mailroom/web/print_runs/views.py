from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import print_runs as records
from mailroom.records.hand_offs import waiting_count
from mailroom.records.models import PrintRun, PrintRunStatus
from mailroom.web.dates import moment_said
from mailroom.web.form_problems import problems_of, told
from mailroom.web.permission import actor, allowed
from mailroom.web.print_runs.machines import print_runs

RUNS_SHOWN = 50
KINDS = {".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8"}


@allowed(Right.PRINT_RUNS)
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    return render(request, "print_runs.html", _all_runs())


def _all_runs() -> dict[str, Any]:
    return {
        "runs": records.newest()[:RUNS_SHOWN],
        "waiting": records.waiting_for_paper(),
        "elsewhere": waiting_count(),
    }


@allowed(Right.PRINT_RUNS)
@require_POST
def build(request: HttpRequest) -> HttpResponse:
    try:
        made = print_runs().build(_cut_off(request), actor(request))
    except MailroomError as why:
        return told(request, "print_runs.html", _all_runs(), problems_of(why, "do-build"), reverse("print_runs"))
    return redirect("print_run", made.pk)


def _cut_off(request: HttpRequest) -> dt.datetime | None:
    """The moment of the form in the council's own time; None for now. Raises NotSaid."""
    said = moment_said(request.POST, "cut_off", "The cut-off")
    return timezone.make_aware(said) if said else None


@allowed(Right.PRINT_RUNS)
@require_GET
def run(request: HttpRequest, run: int) -> HttpResponse:
    """The whole page, or, for the page's own refreshing, only what changes."""
    found = get_object_or_404(PrintRun, pk=run)
    fragment = request.headers.get("X-Fragment") == "run"
    return render(request, "print_run_figures.html" if fragment else "print_run.html", run_figures(request, found))


def run_figures(request: HttpRequest, found: PrintRun) -> dict[str, Any]:
    """What the page of a run shows, as its printers say it stands."""
    desk, status = print_runs(), PrintRunStatus(found.status)
    trouble = ""
    if status.can_be_reconciled:
        try:
            desk.look(found)
        except MailroomError as why:
            trouble = str(why)
        found.refresh_from_db()
    return {
        "run": found,
        "making": status.is_being_made,
        "empty": status is PrintRunStatus.EMPTY,
        "open": status.can_be_reconciled,
        "can_release": status is PrintRunStatus.BUILT,
        "can_abandon": status.can_be_abandoned,
        "files": desk.files(found),
        "jobs": list(found.jobs.order_by("pk")),
        "stopped": [job for job in found.jobs.all() if job.problem and not job.status_now.is_settled],
        "standing": desk.standing(found) if status.can_be_reconciled or status is PrintRunStatus.POSTED else None,
        "asked": records.open_reprints(found),
        "left_out": records.left_out(found),
        "by_envelope": records.by_envelope(found),
        "me": actor(request),
        "trouble": trouble,
    }


@allowed(Right.PRINT_RUNS)
@require_GET
def output(request: HttpRequest, run: int, name: str) -> HttpResponse:
    """A file of the run, to be kept on disk: never shown inside the page."""
    found = get_object_or_404(PrintRun, pk=run)
    kind = KINDS.get(name[name.rfind(".") :])
    if name not in found.outputs or kind is None:
        raise Http404
    records.note_download(found, name, actor(request))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(print_runs().output(found, name), content_type=kind, headers=headers)
