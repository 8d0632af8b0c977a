"""Handing a mailing in: a file chosen, checked whole, looked at letter by letter, and only then handed in."""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.web.dates import date_said, moment_said
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of, told
from mailroom.web.letters.machines import Checked, ChosenFile, Door, Draft, Wishes, letters
from mailroom.web.permission import actor, allowed, viewer

LARGEST = 200 * 1024 * 1024
KINDS = {True: (".csv", ".xlsx"), False: (".pdf",)}
PROBLEMS_SHOWN = 100
PICTURES = 12
DRAFT = "mailing_draft"


@allowed(Right.MAILINGS)
@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            request.session[DRAFT] = _chosen(request)
            return redirect("mailing_check")
        except MailroomError as why:
            wrong = problems_of(why, "file")
    context = {
        "templates": [d for d in doors_of(request) if d.template],
        "classes": [d for d in doors_of(request) if not d.template],
        "said": request.POST,
        "field_problems": wrong,
    }
    return render(request, "mailing_new.html", context, status=422 if wrong else 200)


def doors_of(request: HttpRequest) -> list[Door]:
    who = viewer(request)
    return [d for d in letters().doors() if who.sees == "all" or d.service in who.services]


def _chosen(request: HttpRequest) -> dict[str, Any]:
    door = next((d for d in doors_of(request) if d.code == request.POST.get("door")), None)
    if door is None:
        raise NotSaid(FieldProblem("door", "Choose what kind of letter it is"))
    file = request.FILES.get("file")
    kinds = KINDS[bool(door.template)]
    if file is None or not file.size or file.size > LARGEST:
        raise NotSaid(FieldProblem("file", "Choose a file that is not empty, and not larger than 200 MB"))
    if not (file.name or "").lower().endswith(kinds):
        raise NotSaid(FieldProblem("file", f"This kind of letter needs a file that ends in {' or '.join(kinds)}"))
    name = file.name or "letters"
    files = letters().keep_attachments(chosen_files(request))
    key = letters().keep(file.chunks(), name)
    return dataclasses.asdict(Draft(key, name, door.template, door.document_class, files, once=secrets.token_hex(16)))


def chosen_files(request: HttpRequest) -> list[ChosenFile]:
    """The attachments of a form: PDFs, or ZIP files of PDFs. Raises NotSaid."""
    found = [
        ChosenFile(file.name or "attachment.pdf", file.chunks(), field == "everybody")
        for field in ("everybody", "named")
        for file in request.FILES.getlist(field)
    ]
    other = next((one for one in found if not one.name.lower().endswith((".pdf", ".zip"))), None)
    if other:
        words = "Attachments are PDF files, or ZIP files with PDFs in them. Choose them again."
        raise NotSaid(FieldProblem("everybody" if other.everybody else "named", words))
    return found


def draft_of(request: HttpRequest) -> Draft:
    """The draft of this person's session. Raises Http404 when there is none, or its service is no longer theirs."""
    kept = request.session.get(DRAFT)
    if not kept or kept["document_class"] not in {d.document_class for d in doors_of(request)}:
        raise Http404
    done = tuple((code, words) for code, words in kept.get("repairs", ()))
    return Draft(
        kept["key"], kept["filename"], kept["template"], kept["document_class"], kept.get("files", ""),
        kept.get("came_as", ""), done, kept.get("once", ""),
    )  # fmt: skip


@allowed(Right.MAILINGS)
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """What the check found: row by row what is wrong, or what will be handed in; of a large file, how far it is.

    For the page's own refreshing only how far it is. When that is over the answer leads elsewhere, by which the page
    knows that it has to be loaded anew.
    """
    if DRAFT not in request.session:
        return redirect("mailing_new")
    draft = draft_of(request)
    found = letters().check(draft, actor(request))
    if request.headers.get("X-Fragment") == "check":
        return render(request, "mailing_progress.html", {"found": found}) if found.progress else redirect("mailings")
    return render(request, "mailing_check.html", _checked(request, draft, found))


@allowed(Right.MAILINGS)
@require_GET
def take_up(request: HttpRequest, draft: int) -> HttpResponse:
    """A large file of this person's, taken up again where they left it."""
    found = next((kept for number, kept, _ in letters().drafts(actor(request)) if number == draft), None)
    if found is None:
        raise Http404
    request.session[DRAFT] = dataclasses.asdict(found)
    return redirect("mailing_check")


def _checked(request: HttpRequest, draft: Draft, found: Checked) -> dict[str, Any]:
    door = next(
        d for d in doors_of(request) if (d.document_class, d.template) == (draft.document_class, draft.template)
    )
    wrong = [p for p in found.problems if not p.get("warning")]
    head = [p for p in wrong if p["code"] in ("column_missing", "column_twice")]
    return {
        "draft": draft,
        "door": door,
        "found": found,
        "wrong": wrong[:PROBLEMS_SHOWN],
        "more": found.problem_count - len(wrong[:PROBLEMS_SHOWN]),
        "warnings": [p for p in found.problems if p.get("warning")][:PROBLEMS_SHOWN],
        "repairable": not draft.is_spreadsheet and bool(found.problems),
        "marked": _marked(wrong)[:PICTURES],
        "match_columns": bool(head) or (bool(found.unused) and bool([f for f in found.fields if not f.column])),
        "problem": _wrong_in_words(found.problem_count),
    }


def _wrong_in_words(count: int) -> str:
    if not count:
        return ""
    return f"{'1 thing is' if count == 1 else f'{count} things are'} wrong. Nothing was handed in."


def _marked(problems: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pages with the places that are wrong, as percentages for an SVG of 100 by 100. file: '' for the letters' own."""
    by_page: dict[tuple[str, int], list[tuple[float, float, float, float]]] = {}
    for problem in problems:
        file = str(problem.get("file", ""))
        if not file and problem["column"] != "page":
            continue
        boxes = by_page.setdefault((file, int(problem["page"] if file else problem["row"])), [])
        if problem.get("box"):
            x0, y0, x1, y1 = (100 * float(v) for v in problem["box"])
            boxes.append((x0, y0, x1 - x0, y1 - y0))
    return [{"file": file, "number": page, "boxes": boxes} for (file, page), boxes in by_page.items() if page]


@allowed(Right.MAILINGS)
@require_POST
def columns(request: HttpRequest) -> HttpResponse:
    """Columns of the file matched to fields by hand: the file goes on under its new head."""
    draft = draft_of(request)
    names = {
        column: field.removeprefix("field-")
        for field, column in request.POST.items()
        if field.startswith("field-") and isinstance(column, str) and column
    }
    try:
        request.session[DRAFT] = {**request.session[DRAFT], "key": letters().with_columns(draft, names)}
    except MailroomError as why:
        return _told_at_check(request, draft, problems_of(why, "do-columns"))
    return redirect("mailing_check")


def _told_at_check(request: HttpRequest, draft: Draft, wrong: tuple[FieldProblem, ...]) -> HttpResponse:
    context = _checked(request, draft, letters().check(draft, actor(request)))
    return told(request, "mailing_check.html", context, wrong, reverse("mailing_check"))


@allowed(Right.MAILINGS)
@require_POST
def hand_in(request: HttpRequest) -> HttpResponse:
    if DRAFT not in request.session:
        return redirect("mailings")
    draft = draft_of(request)
    try:
        made = letters().hand_in(draft, _wishes(request), actor(request))
    except MailroomError as why:
        return _told_at_check(request, draft, problems_of(why, "do-hand-in"))
    del request.session[DRAFT]
    return redirect("mailing", made.pk)


def _wishes(request: HttpRequest) -> Wishes:
    said = request.POST
    return Wishes(
        title=said.get("title", "").strip()[:200],
        scheduled_for=held_until(request),
        must_arrive=date_said(said, "must_arrive", "The day it must arrive by"),
        again=said.get("again") == "yes",
    )


def held_until(request: HttpRequest) -> dt.datetime | None:
    """The moment of the form, in the council's own time. Raises NotSaid."""
    said = moment_said(request.POST, "scheduled_for", "The day to hold it until")
    return timezone.make_aware(said) if said else None


@allowed(Right.MAILINGS)
@require_GET
def preview(request: HttpRequest, place: int) -> HttpResponse:
    """One letter as paper and as email."""
    draft = draft_of(request)
    try:
        shown = letters().preview(draft, place)
    except MailroomError as why:
        return _told_at_check(request, draft, problems_of(why, "do-preview"))
    context = {"draft": draft, "shown": shown, "pages": range(1, shown.pages + 1), "next": place + 1, "last": place - 1}
    return render(request, "mailing_preview.html", context)
