from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Review
from mailroom.records import print_runs as records
from mailroom.records.hand_offs import waiting_count
from mailroom.records.models import PrintRun, PrintRunStatus
from mailroom.web.dates import moment_said
from mailroom.web.form_problems import NotSaid
from mailroom.web.permission import actor, allowed
from mailroom.web.print_runs.machines import PrintRuns, print_runs

RUNS_SHOWN = 50
KINDS = {".pdf": "application/pdf", ".csv": "text/csv; charset=utf-8"}


class NotClear(Review):
    """The form lacks something."""


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
    except NotSaid as why:
        return render(request, "print_runs.html", {**_all_runs(), "field_problems": why.problems}, status=422)
    except MailroomError as why:
        messages.error(request, str(why))
        return redirect("print_runs")
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
    return render(request, "print_run_figures.html" if fragment else "print_run.html", _figures(request, found))


def _figures(request: HttpRequest, found: PrintRun) -> dict[str, Any]:
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
@require_POST
def act(request: HttpRequest, run: int) -> HttpResponse:
    found = get_object_or_404(PrintRun, pk=run)
    deed = _DEEDS.get(request.POST.get("do", ""))
    try:
        if deed is None:
            raise NotClear("Choose what to do with the run.")
        messages.success(request, deed(request, found, print_runs()))
    except MailroomError as why:
        messages.error(request, str(why))
    return redirect("run_scan" if request.POST.get("back") == "scan" else "print_run", found.pk)


def _release(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.release(run, actor(request))
    return f"{run.number} is released to the printers."


def _again(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.build_again(run, actor(request))
    return f"{run.number} is put on again."


def _resume(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    file, sheet = request.POST.get("file", ""), request.POST.get("sheet", "").strip()
    if file and not sheet.isdigit():
        raise NotClear("Enter the first sheet that is not in the tray, as a number.")
    desk.resume(run, actor(request), file, int(sheet) if file else 0)
    return f"{run.number} carries on."


def _abandon(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise NotClear("Say why the run is taken apart.")
    desk.abandon(run, actor(request), reason)
    return f"{run.number} is taken apart. Its letters wait for the next run."


def _close(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.close(run, actor(request))
    return f"{run.number} balances and is closed. Its letters are posted."


def _count(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    said = request.POST.get("pieces", "").strip()
    if not said.isdigit():
        raise NotClear("Enter how many good envelopes you counted, as a number.")
    desk.count(run, request.POST.get("file", ""), int(said), actor(request))
    return f"{int(said)} counted."


def _spoil(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    piece = desk.spoil(run, _piece(request), actor(request))
    return f"{piece} is noted as spoiled. Ask for a reprint of it."


def _ask(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        raise NotClear("Say why it has to be printed again.")
    desk.ask_reprint(run, _piece(request), actor(request), reason)
    return "Asked for. A colleague has to agree before anything is printed."


def _agree(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.agree_reprint(run, _piece(request), actor(request))
    return "Agreed. The piece is being printed again, with a mark of its own."


def _withdraw(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.withdraw_reprint(run, _piece(request), actor(request))
    return "The request is withdrawn."


def _piece(request: HttpRequest) -> str:
    piece = request.POST.get("piece", "").strip()
    if not piece:
        raise NotClear("Type the number of the piece, or scan its mark.")
    return piece


_DEEDS: dict[str, Callable[[HttpRequest, PrintRun, PrintRuns], str]] = {
    "again": _again,
    "release": _release,
    "resume": _resume,
    "abandon": _abandon,
    "close": _close,
    "count": _count,
    "spoil": _spoil,
    "ask": _ask,
    "agree": _agree,
    "withdraw": _withdraw,
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
