from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.errors import Reject
from mailroom.records.models import Event
from mailroom.web.permission import actor, allowed, signed_in
from mailroom.web.targets.asking import Choice, choice
from mailroom.web.targets.machines import figures

PARTS = (
    ("", "Overview"),
    ("post", "Post"),
    ("targets", "Targets"),
    ("money", "Savings"),
    ("levels", "Service levels"),
    ("shift", "What to shift next"),
    ("paper", "Who stays on paper"),
    ("years", "Years compared"),
    ("definitions", "What figures mean"),
)


@allowed(Right.FIGURES)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    return _page(request, "")


@allowed(Right.FIGURES)
@require_GET
def part(request: HttpRequest, figures_part: str) -> HttpResponse:
    if figures_part not in dict(PARTS):
        raise Http404
    return _page(request, figures_part)


def _page(request: HttpRequest, name: str) -> HttpResponse:
    chosen = choice(request)
    document = figures().page(name, chosen.asked, lambda wanted: rows_address(chosen, wanted))
    tabs = [(_address(code, chosen), title, code == name) for code, title in PARTS]
    context = {"document": document, "chosen": chosen, "tabs": tabs, "field_problems": chosen.problems, "part": name}
    return render(request, "figures.html", context, status=422 if chosen.problems else 200)


def _address(code: str, chosen: Choice) -> str:
    place = reverse("figures_part", args=[code]) if code else reverse("figures")
    return f"{place}?{chosen.encoded}"


def rows_address(chosen: Choice, wanted: Mapping[str, str]) -> str:
    """The page that lists the rows of a figure: the period and service asked for, narrowed by what is wanted."""
    narrowed = dict(wanted)
    if month := narrowed.pop("month", ""):
        narrowed |= {"from": month, "to": month}
    return f"{reverse('figures_rows')}?{urlencode({**chosen.query, **narrowed})}"


@allowed(Right.FIGURES)
@require_GET
def download(request: HttpRequest, report_format: str) -> HttpResponse:
    """The report of what is on the page; that somebody took it is an event."""
    if report_format not in ("pdf", "csv", "json"):
        raise Http404
    chosen = choice(request)
    try:
        file = figures().download(chosen.asked, report_format)
    except Reject as why:
        raise Http404 from why
    asked = chosen.asked
    who = signed_in(request)
    Event.record("figures.downloaded", who, actor=actor(request), period=str(asked.period), service=asked.service)
    response = HttpResponse(file.content, content_type=file.content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.filename}"'
    return response
