"""A file that was claimed from a folder and is nowhere: one person says what became of the paper, a second agrees."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import lost_files
from mailroom.records.models import WatchedFile
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.permission import actor, allowed


@allowed(Right.TODAY)
@require_http_methods(["GET", "POST"])
def lost_file(request: HttpRequest, file: int) -> HttpResponse:
    """The file, with the wish to give it up if there is one; asking for it, or agreeing."""
    found = lost_files.lost().filter(pk=file).first()
    if found is None:
        messages.error(request, "That file is not lost any more: it was found, or given up already.")
        return redirect("stuck")
    if request.method == "GET":
        return _shown(request, found)
    try:
        messages.success(request, _decided(request, found))
    except MailroomError as why:
        return _shown(request, found, problems_of(why, "agree" if request.POST.get("do") == "agree" else "reason"))
    return redirect("stuck")


def _decided(request: HttpRequest, found: WatchedFile) -> str:
    """Do it; returns what was done. Raises a MailroomError."""
    if request.POST.get("do") == "agree":
        lost_files.agree(found.number, actor(request))
        return f"{found.number} is given up for lost. The ledger goes on saying so."
    reason = request.POST.get("reason", "").strip()[:500]
    if not reason:
        raise NotSaid(FieldProblem("reason", "Say what became of the paper"))
    lost_files.ask(found.number, reason, actor(request))
    return f"{found.number}: a colleague has to agree before it is given up."


def _shown(request: HttpRequest, found: WatchedFile, wrong: tuple[FieldProblem, ...] = ()) -> HttpResponse:
    wish = lost_files.asked_by(found)
    mine = wish is not None and wish.actor == actor(request)
    said = {"file": found, "wish": wish, "mine": mine, "field_problems": wrong}
    return render(request, "lost_file.html", said, status=422 if wrong else 200)
