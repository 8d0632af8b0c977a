"""Files brought in through the browser instead of a watch folder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.roles import Right
from mailroom.records.models import Batch
from mailroom.web.machines import Upload, machines
from mailroom.web.permission import actor, allowed

LARGEST_UPLOAD = 500 * 1024 * 1024
KINDS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")


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
