"""Printing separator sheets and batch headers from the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.web.permission import allowed
from mailroom.web.print_unit.machines import SheetRequest, print_unit
from mailroom.web.site import services


@allowed(Right.UPLOAD)
@require_http_methods(["GET", "POST"])
def sheets(request: HttpRequest) -> HttpResponse:
    problem, said = "", request.POST
    if request.method == "POST":
        try:
            return _pdf(print_unit().separator_sheets(_wanted(request)))
        except ValueError as wrong:
            problem = str(wrong)[:1].upper() + str(wrong)[1:]
    context = {
        "problem": problem,
        "said": said,
        "count": said.get("count", "20"),
        "services": [(code, services().name(code)) for code in services().codes],
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "sheets.html", context, status=422 if problem else 200)


def _wanted(request: HttpRequest) -> SheetRequest:
    """What the form asks for. Raises ValueError with words for the person."""
    said = request.POST
    header = said.get("header") == "yes"
    service = said.get("service", "")
    if service and service not in services().codes:
        raise ValueError("choose a service from the list")
    return SheetRequest(
        count=_whole(said.get("count", ""), "how many separator sheets to print"),
        service=service,
        received=parse_date(said.get("received", "")) if said.get("dated") == "yes" else None,
        scanner=said.get("scanner", "").strip()[:40],
        header=header,
        expected=_whole(said["expected"], "how many letters the batch has")
        if header and said.get("expected")
        else None,
        both_sides=said.get("one_sided") != "yes",
    )


def _whole(text: str, meaning: str) -> int:
    if not text.strip().isdigit():
        raise ValueError(f"enter {meaning} as a whole number")
    return int(text)


def _pdf(content: bytes) -> HttpResponse:
    disposition = 'attachment; filename="separator-sheets.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
