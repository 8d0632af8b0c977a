from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import discarding, folders_away, print_unit_day
from mailroom.records.models import Batch, BatchStatus
from mailroom.web.machines import Upload, machines
from mailroom.web.permission import actor, allowed

LARGEST_UPLOAD = 500 * 1024 * 1024
KINDS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")


@allowed(Right.TODAY)
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The whole page, or, for the page's own refreshing, only what changes."""
    fragment = request.headers.get("X-Fragment") == "today"
    return render(request, "today_figures.html" if fragment else "today.html", _figures(request))


def _figures(request: HttpRequest) -> dict[str, Any]:
    try:
        day = parse_date(request.GET.get("day", "")) or timezone.localdate()
    except ValueError:
        day = timezone.localdate()
    held = list(print_unit_day.quarantined()[:50])
    wishes = discarding.all_asked(held)
    return {
        "day": day,
        "scanners": print_unit_day.scanners_of(day),
        "away": folders_away.away(),
        "stuck": print_unit_day.stuck_files()[:50],
        "quarantine": [{"batch": b, "asked": wishes.get(b.pk)} for b in held],
        "now": timezone.localtime(),
        "me": actor(request),
    }


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
    return redirect("today")


@allowed(Right.UPLOAD)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    problem = ""
    if request.method == "POST":
        files = request.FILES.getlist("file")
        problem = next((p for p in map(_problem, files) if p), "") if files else "Choose a file"
        if not problem and len(files) > 1 and request.POST.get("expected", "").strip():
            problem = "Choose one file at a time if you say how many items there should be"
        if not problem:
            taken = [_take_in(request, f) for f in files]
            numbers = ", ".join(b.number for b in taken)
            messages.success(request, f"Taken in as {numbers}.")
            return redirect("today")
    context = {"problem": problem, "policies": POLICIES, "today": timezone.localdate().isoformat()}
    return render(request, "upload.html", context, status=422 if problem else 200)


POLICIES = (
    (CuttingPolicy.AUTO, "Find out", "Separator sheets if there are any, otherwise the signs of a first page"),
    (CuttingPolicy.SHEETS, "By separator sheets", ""),
    (CuttingPolicy.ONE_ITEM, "One file is one item", ""),
)


def _problem(file: UploadedFile[Any]) -> str:
    if not (file.name or "").lower().endswith(KINDS):
        return "Choose a PDF, TIFF, JPEG or PNG"
    if not file.size or file.size > LARGEST_UPLOAD:
        return "The file must not be empty, nor larger than 500 MB"
    return ""


def _take_in(request: HttpRequest, file: UploadedFile[Any]) -> Batch:
    try:
        received = parse_date(request.POST.get("received", "")) or timezone.localdate()
    except ValueError:
        received = timezone.localdate()
    expected = request.POST.get("expected", "")
    policy = request.POST.get("policy", "auto")
    said = Upload(
        filename=file.name or "upload",
        received=min(received, timezone.localdate()),
        actor=actor(request),
        policy=policy if policy in {p for p, _, _ in POLICIES} else "auto",
        duplex=request.POST.get("duplex") == "yes",
        expected_items=int(expected) if expected.isdigit() and int(expected) else None,
    )
    return machines().take_in(file.chunks(), said)
