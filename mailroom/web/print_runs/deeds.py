"""What the print unit does with a run: release, carry on, count, spoil, reprint, take apart, close."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Review
from mailroom.records.models import PrintRun
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of, told
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
    """Do it. What is wrong stands at the field or the button, on the page it was pressed on."""
    found, what = get_object_or_404(PrintRun, pk=run), request.POST.get("do", "")
    deed = _DEEDS.get(what, _nothing)
    try:
        messages.success(request, deed(request, found, print_runs()))
    except MailroomError as why:
        wrong = problems_of(why, _place_of(request, what))
        return _told_at(request, found, wrong, on_scan=_is_on_scan(request) or what in _ON_SCAN)
    return redirect("run_scan" if _is_on_scan(request) else "print_run", found.pk)


_ON_SCAN = {"count", "spoil", "ask"}
_FIELDS = {"resume": "sheet", "abandon": "reason", "count": "pieces", "spoil": "piece", "ask": "piece"}
"""Where a problem stands that speaks of no field, of the deeds that are asked for by a form."""


def _place_of(request: HttpRequest, what: str) -> str:
    """A field, or the button itself: carrying on where the printer stopped names no file; a reprint has one a row."""
    is_button = what == "resume" and not request.POST.get("file")
    if what in _FIELDS and not is_button:
        return _FIELDS[what]
    return f"do-{what}-{request.POST['piece']}" if "piece" in request.POST else f"do-{what}"


def _is_on_scan(request: HttpRequest) -> bool:
    """Whether it was pressed on the page of scanning off."""
    return request.POST.get("back") == "scan"


def _told_at(request: HttpRequest, run: PrintRun, wrong: tuple[FieldProblem, ...], *, on_scan: bool) -> HttpResponse:
    run.refresh_from_db()
    there = reverse("run_scan" if on_scan else "print_run", args=[run.pk])
    if on_scan:
        return told(request, "print_run_scan.html", scan_figures(request, run), wrong, there)
    return told(request, "print_run.html", run_figures(request, run), wrong, there)


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
