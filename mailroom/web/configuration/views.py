"""The council's settings: looked at part by part, changed one thing at a time, and what was changed before."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Misconfigured
from mailroom.records import site_changes
from mailroom.web.configuration.forms import Form, form_of, read_all
from mailroom.web.configuration.machines import site_files
from mailroom.web.configuration.parts import PARTS, part_of
from mailroom.web.configuration.tables import routing_of, service_names
from mailroom.web.permission import allowed, signed_in

A_PAGE = 50


@allowed(Right.CONFIGURE)
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    context = {"parts": PARTS, "closed": site_files().why_closed(), "latest": site_changes.changes()[:5]}
    return render(request, "configuration.html", context)


@allowed(Right.CONFIGURE)
@require_GET
def part(request: HttpRequest, part: str) -> HttpResponse:
    """A part as its files are now. One that is wrong on the disk says what is wrong."""
    found = part_of(part)
    if found is None:
        raise Http404
    context = {"part": found, "closed": site_files().why_closed(), "tables": [], "problem": ""}
    try:
        context["tables"] = list(found.tables(settings.ENVIRONMENT.site))
    except Misconfigured as wrong:
        context["problem"] = str(wrong)
    return render(request, "configuration_part.html", context)


@allowed(Right.CONFIGURE)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, part: str, thing: str) -> HttpResponse:
    """One thing. What is wrong stands at its field; nothing is written then."""
    form = _form(part, thing)
    said: Mapping[str, str] = {f.name: f.shown for f in form.fields}
    version, wrong = site_files().read(form.file).version, {}
    if request.method == "POST":
        said = request.POST.dict()
        wrong = _save(request, form, said)
        if not wrong:
            return redirect("configuration_part", form.back)
    context = {
        "form": form,
        "fields": [(f, said.get(f.name, ""), wrong.get(f.name, "")) for f in form.fields],
        "version": version,
        "wrong": list(wrong.items()),
        "problem": next(iter(wrong.values()), ""),
        "closed": site_files().why_closed(),
    }
    return render(request, "configuration_change.html", context, status=422 if wrong else 200)


def _form(part: str, thing: str) -> Form:
    site = settings.ENVIRONMENT.site
    try:
        form = form_of(part, thing, routing_of(site), service_names(site))
    except Misconfigured:
        form = None
    if form is None:
        raise Http404
    return form


def _save(request: HttpRequest, form: Form, said: Mapping[str, str]) -> dict[str, str]:
    """What is wrong by the field's name; nothing when it is saved."""
    values, wrong = read_all(form, said)
    if wrong:
        return wrong
    try:
        count = site_files().set_values(form.file, values, said.get("version", ""), signed_in(request))
    except MailroomError as why:
        named = (f.name for f in form.fields if ".".join(f.key) in str(why))
        return {next(named, form.fields[0].name): str(why)}
    if count:
        messages.success(request, f"{form.title} is changed. It counts from now on.")
    else:
        messages.info(request, "Nothing was different, so nothing is changed.")
    return {}


@allowed(Right.CONFIGURE)
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    file = request.GET.get("file", "")
    page = Paginator(site_changes.changes(file), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "configuration_history.html", {"page": page, "file": file})
