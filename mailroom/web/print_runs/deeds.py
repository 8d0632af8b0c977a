"""What the print unit does with a run: release, carry on, count, spoil, reprint, take apart, close."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Review
from mailroom.records.models import PrintRun
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.permission import actor, allowed
from mailroom.web.print_runs.machines import PrintRuns, print_runs
from mailroom.web.print_runs.scanning import scan_figures
from mailroom.web.print_runs.views import run_figures

NO_PIECE = "Type the number of the envelope, or scan its mark"


class NoSuchDeed(Review):
    """The form asks for nothing that can be done with a run."""


@allowed(Right.PRINT_RUNS)
@require_POST
def act(request: HttpRequest, run: int) -> HttpResponse:
    """Do it. What is wrong with a form stands in the form; what a button alone cannot do is said on top."""
    found, what = get_object_or_404(PrintRun, pk=run), request.POST.get("do", "")
    deed = _DEEDS.get(what, _nothing)
    try:
        messages.success(request, deed(request, found, print_runs()))
    except MailroomError as why:
        if form := _form_of(request, what):
            return _told_at(request, found, form, why)
        messages.error(request, str(why))
    return redirect("run_scan" if request.POST.get("back") == "scan" else "print_run", found.pk)


@dataclass(frozen=True, slots=True)
class _Form:
    """Where a deed is asked for. field: where a problem stands that speaks of no field."""

    page: str
    field: str


_FORMS = {
    "resume": _Form("print_run", "sheet"),
    "abandon": _Form("print_run", "reason"),
    "count": _Form("run_scan", "pieces"),
    "spoil": _Form("run_scan", "piece"),
    "ask": _Form("run_scan", "piece"),
}


def _form_of(request: HttpRequest, what: str) -> _Form | None:
    """None for what is a button alone: carrying on where the printer stopped names no file."""
    is_button = what == "resume" and not request.POST.get("file")
    return None if is_button else _FORMS.get(what)


def _told_at(request: HttpRequest, run: PrintRun, form: _Form, why: MailroomError) -> HttpResponse:
    run.refresh_from_db()
    on_scan = form.page == "run_scan"
    page = scan_figures(request, run) if on_scan else run_figures(request, run)
    page["field_problems"] = problems_of(why, form.field)
    return render(request, "print_run_scan.html" if on_scan else "print_run.html", page, status=422)


def _nothing(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    raise NoSuchDeed("Choose what to do with the run.")


def _release(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.release(run, actor(request))
    return f"{run.number} is released to the printers."


def _again(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.build_again(run, actor(request))
    return f"{run.number} is put on again."


def _resume(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    file, sheet = request.POST.get("file", ""), request.POST.get("sheet", "").strip()
    if file and not sheet.isdigit():
        raise NotSaid(FieldProblem("sheet", "Enter the first sheet that is not in the tray, as a number"))
    desk.resume(run, actor(request), file, int(sheet) if file else 0)
    return f"{run.number} carries on."


def _abandon(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise NotSaid(FieldProblem("reason", "Say why the run is taken apart"))
    desk.abandon(run, actor(request), reason)
    return f"{run.number} is taken apart. Its letters wait for the next run."


def _close(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    desk.close(run, actor(request))
    return f"{run.number} balances and is closed. Its letters are posted."


def _count(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    said = request.POST.get("pieces", "").strip()
    if not said.isdigit():
        raise NotSaid(FieldProblem("pieces", "Enter how many good envelopes you counted, as a number"))
    desk.count(run, request.POST.get("file", ""), int(said), actor(request))
    return f"{int(said)} counted."


def _spoil(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    piece = desk.spoil(run, _piece(request), actor(request))
    return f"{piece} is noted as spoiled. Ask for a reprint of it."


def _ask(request: HttpRequest, run: PrintRun, desk: PrintRuns) -> str:
    piece, reason = (request.POST.get(name, "").strip() for name in ("piece", "reason"))
    wrong = [] if piece else [FieldProblem("piece", NO_PIECE)]
    if not reason:
        wrong.append(FieldProblem("why", "Say why it has to be printed again"))
    if wrong:
        raise NotSaid(*wrong)
    desk.ask_reprint(run, piece, actor(request), reason[:200])
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
        raise NotSaid(FieldProblem("piece", NO_PIECE))
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
