"""Printing separator sheets and batch headers from the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.web.dates import date_problem, date_said
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.permission import allowed
from mailroom.web.print_unit.machines import SheetRequest, print_unit
from mailroom.web.site import services


@allowed(Right.UPLOAD)
@require_http_methods(["GET", "POST"])
def sheets(request: HttpRequest) -> HttpResponse:
    wrong: tuple[FieldProblem, ...] = ()
    said = request.POST
    if request.method == "POST":
        try:
            return _pdf(print_unit().separator_sheets(_wanted(request)))
        except NotSaid as why:
            wrong = why.problems
        except ValueError as why:
            wrong = (FieldProblem("count", str(why)[:1].upper() + str(why)[1:]),)
    context = {
        "field_problems": wrong,
        "said": said,
        "count": said.get("count", "20"),
        "services": [(code, services().name(code)) for code in services().codes],
        "received": said if "dated" in said else timezone.localdate(),
    }
    return render(request, "sheets.html", context, status=422 if wrong else 200)


def _wanted(request: HttpRequest) -> SheetRequest:
    """What the form asks for. Raises NotSaid."""
    said = request.POST
    header = said.get("header") == "yes"
    service = said.get("service", "")
    if service and service not in services().codes:
        raise NotSaid(FieldProblem("service", "Choose a service from the list"))
    return SheetRequest(
        count=_whole(said, "count", "how many separator sheets to print"),
        service=service,
        received=_received(request) if said.get("dated") == "yes" else None,
        scanner=said.get("scanner", "").strip()[:40],
        header=header,
        expected=_whole(said, "expected", "how many letters the batch has")
        if header and said.get("expected")
        else None,
        both_sides=said.get("one_sided") != "yes",
    )


def _whole(said: Mapping[str, str], field: str, meaning: str) -> int:
    text = said.get(field, "").strip()
    if not text.isdecimal():
        raise NotSaid(FieldProblem(field, f"Enter {meaning} as a whole number"))
    return int(text)


def _received(request: HttpRequest) -> dt.date:
    day = date_said(request.POST, "received", "The date received")
    if day is None:
        raise date_problem("received", "Enter the date the post was received")
    return day


def _pdf(content: bytes) -> HttpResponse:
    disposition = 'attachment; filename="separator-sheets.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})
