"""Files brought in through the browser instead of a watch folder."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.mailroom import CuttingPolicy
from mailroom.config.roles import Right
from mailroom.web.dates import date_problem, day_asked
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.machines import Upload, machines
from mailroom.web.permission import actor, allowed

LARGEST_UPLOAD = 500 * 1024 * 1024
KINDS = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif", ".bmp")


@allowed(Right.UPLOAD)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            taken = [machines().take_in(file.chunks(), said) for file, said in _uploads(request)]
            numbers = ", ".join(b.number for b in taken)
            messages.success(request, f"Taken in as {numbers}.")
            return redirect("today")
        except NotSaid as why:
            wrong = why.problems
    context = {
        "field_problems": wrong,
        "policies": POLICIES,
        "policy": request.POST.get("policy", "auto"),
        "said": request.POST,
        "received": request.POST or timezone.localdate(),
    }
    return render(request, "upload.html", context, status=422 if wrong else 200)


POLICIES = (
    (CuttingPolicy.AUTO, "Find out", "Separator sheets if there are any, otherwise the signs of a first page"),
    (CuttingPolicy.SHEETS, "By separator sheets", ""),
    (CuttingPolicy.ONE_ITEM, "One file is one item", ""),
)


def _uploads(request: HttpRequest) -> list[tuple[UploadedFile[Any], Upload]]:
    """Each file with what was said of it. Raises NotSaid with all that is wrong with the form."""
    files, wrong = request.FILES.getlist("file"), []
    problem = next((p for p in map(_problem, files) if p), "") if files else "Choose a file"
    if problem:
        wrong.append(FieldProblem("file", problem))
    received, unreadable = _received(request)
    expected = request.POST.get("expected", "").strip()
    if expected and not (expected.isdecimal() and int(expected)):
        wrong.append(FieldProblem("expected", "How many items there should be must be a whole number of 1 or more"))
    elif expected and len(files) > 1:
        words = "Choose one file at a time if you say how many items there should be"
        wrong.append(FieldProblem("expected", words))
    if wrong or unreadable:
        raise NotSaid(*wrong, *unreadable)
    return [(file, _said_of(request, file, received, int(expected or 0))) for file in files]


def _problem(file: UploadedFile[Any]) -> str:
    if not (file.name or "").lower().endswith(KINDS):
        return "Choose a PDF, TIFF, JPEG, PNG, HEIC, WebP, GIF or BMP"
    if not file.size or file.size > LARGEST_UPLOAD:
        return "The file must not be empty, nor larger than 500 MB"
    return ""


def _received(request: HttpRequest) -> tuple[dt.date, tuple[FieldProblem, ...]]:
    """The day the post came, today unless another is typed, and what is wrong with it."""
    today = timezone.localdate()
    day, wrong = day_asked(request.POST, "received", "The date the post was received")
    if day and day > today:
        wrong = date_problem("received", "The date the post was received must be today or in the past").problems
    return day or today, wrong


def _said_of(request: HttpRequest, file: UploadedFile[Any], received: dt.date, expected: int) -> Upload:
    policy = request.POST.get("policy", "auto")
    return Upload(
        filename=file.name or "upload",
        received=received,
        actor=actor(request),
        policy=policy if policy in {p for p, _, _ in POLICIES} else "auto",
        duplex=request.POST.get("duplex") == "yes",
        expected_items=expected or None,
    )
