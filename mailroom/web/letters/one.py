"""One letter to one person: the template's fields filled in on a page, then checked and looked at like any mailing."""

from __future__ import annotations

import csv
import dataclasses
import io
import secrets
from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records.mailings import addressed_to
from mailroom.web.form_problems import FieldProblem, problems_of
from mailroom.web.letters.handing_in import DRAFT, chosen_files, doors_of
from mailroom.web.letters.machines import Door, Draft, FieldMatch, letters
from mailroom.web.permission import actor, allowed, rights_of

ADDRESS = (*(f"address line {n}" for n in range(1, 6)), "postcode")
CUSTOMER = "customer id"


@allowed(Right.MAILINGS)
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    found = [d for d in doors_of(request) if d.template]
    return render(request, "letter_templates.html", {"templates": found, "customer": request.GET.get("customer", "")})


@allowed(Right.MAILINGS)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, template: str) -> HttpResponse:
    door = next((d for d in doors_of(request) if d.template == template), None)
    if door is None:
        raise Http404
    fields = [f for f in letters().fields(template) if f.field.lower() not in ADDRESS]
    ids = _ids(fields)
    said = request.POST if request.method == "POST" else _known(request)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        wrong = _check(request, door, fields, said)
        if not wrong:
            return redirect("mailing_preview", 1)
    context = {
        "door": door,
        "fields": [(f.field, f.needed, said.get(f.field, ""), ids[f.field]) for f in fields],
        "address": [(name, said.get(name, ""), ids[name]) for name in ADDRESS],
        "customer": said.get(CUSTOMER, ""),
        "field_problems": wrong,
    }
    return render(request, "letter_one.html", context, status=422 if wrong else 200)


def _known(request: HttpRequest) -> Mapping[str, str]:
    """The name and address of the customer the address of the page names, for those who may see customers."""
    key = request.GET.get("customer", "")
    if not key or Right.CUSTOMERS not in rights_of(request.user):
        return {}
    return addressed_to(key)


def _check(
    request: HttpRequest, door: Door, fields: list[FieldMatch], said: Mapping[str, str]
) -> tuple[FieldProblem, ...]:
    """What is wrong; with nothing wrong the letter is this person's draft. Large attachments are checked meanwhile."""
    ids = _ids(fields)
    if not any(said.get(name, "").strip() for name in (*(f.field for f in fields), *ADDRESS)):
        return (FieldProblem(next(iter(ids.values())), "Fill in the letter and the address"),)
    names = [*(f.field for f in fields), *ADDRESS, CUSTOMER]
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows((names, [said.get(name, "").strip() for name in names]))
    try:
        key = letters().keep([file.getvalue().encode()], "one-letter.csv")
        files = letters().keep_attachments(chosen_files(request))
        once = secrets.token_hex(16)
        draft = Draft(key, "one-letter.csv", door.template, door.document_class, files, once=once)
        found = letters().check(draft, actor(request))
    except MailroomError as why:
        return problems_of(why, "everybody")
    if not found.may_be_handed_in and found.progress is None:
        return tuple(FieldProblem(_place(p, ids), _told(p)) for p in found.problems if not p.get("warning"))
    request.session[DRAFT] = dataclasses.asdict(draft)
    return ()


def _ids(fields: list[FieldMatch]) -> dict[str, str]:
    """The id on the page of each field of the letter, its address and its customer number."""
    return {
        **{f.field: f"field-{n}" for n, f in enumerate(fields, start=1)},
        **{name: f"address-{n}" for n, name in enumerate(ADDRESS, start=1)},
        CUSTOMER: "customer",
    }


def _place(problem: Mapping[str, object], ids: Mapping[str, str]) -> str:
    """Where a problem of the check stands: at its attachments, its field, or at the first line of the address."""
    return "everybody" if problem.get("file") else ids.get(str(problem["column"]), ids[ADDRESS[0]])


def _told(problem: Mapping[str, object]) -> str:
    """A problem in one line: its field, or its attachment and page."""
    if problem.get("file"):
        page = f", page {problem['page']}" if problem["page"] else ""
        return f"{problem['file']}{page}: {problem['message']}"
    return f"{problem['column']}: {problem['message']}" if problem["column"] else str(problem["message"])
