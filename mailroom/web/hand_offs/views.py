"""The hand-off list: what is to be made elsewhere, for whom and by when; its words to take along; what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import hand_offs as records
from mailroom.records.models import Event, Letter, LetterStatus
from mailroom.web.form_problems import FieldProblem, told
from mailroom.web.letters.drawn import pdf_answer
from mailroom.web.letters.machines import letters
from mailroom.web.outgoing_words import names_of
from mailroom.web.permission import actor, allowed, rights_of, viewer

A_PAGE = 50
WORDS = {LetterStatus.AT_SUPPLIER: "is noted as sent to the supplier", LetterStatus.HANDED_OVER: "is delivered"}


def _visible(request: HttpRequest) -> QuerySet[Letter]:
    """The print unit's are every service's; a service sees its own."""
    return records.seen_by(viewer(request), all_services=Right.PRINT_RUNS in rights_of(request.user))


@allowed(Right.PRINT_RUNS, Right.MAILINGS)
@require_GET
def hand_offs(request: HttpRequest) -> HttpResponse:
    return render(request, "hand_offs.html", _listing(request))


def _listing(request: HttpRequest) -> dict[str, Any]:
    """The list that the address asks for."""
    done = request.GET.get("show") == "delivered"
    found = _visible(request)
    delivered = found.filter(status=LetterStatus.HANDED_OVER).order_by("-delivered_at", "-pk")
    page = Paginator(delivered if done else records.open_ones(found), A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    by = records.moved_by(rows)
    return {
        "page": page,
        "count": page.paginator.count,
        "done": done,
        "show": "delivered" if done else "",
        "today": timezone.localdate(),
        "rows": [{"letter": letter, "by": by.get(letter.pk, "")} for letter in rows],
        "names": names_of(by.values()),
    }


@allowed(Right.PRINT_RUNS, Right.MAILINGS)
@require_POST
def move(request: HttpRequest, letter: int) -> HttpResponse:
    found = get_object_or_404(_visible(request), pk=letter)
    to = next((status for status in WORDS if status.value == request.POST.get("to")), None)
    if to is None:
        return _told(request, found, "Choose what became of the letter.")
    try:
        records.move_on(found, to, actor(request))
    except MailroomError as why:
        return _told(request, found, str(why))
    messages.success(request, f"{found.number} {WORDS[to]}.")
    return redirect("hand_offs")


def _told(request: HttpRequest, letter: Letter, words: str) -> HttpResponse:
    """The list as it is now, with what is wrong at the letter's button; on top where the letter left the list."""
    problem = FieldProblem(f"move-{letter.pk}", words)
    return told(request, "hand_offs.html", _listing(request), (problem,), reverse("hand_offs"))


@allowed(Right.PRINT_RUNS, Right.MAILINGS)
@require_GET
def pdf(request: HttpRequest, letter: int) -> HttpResponse:
    found = get_object_or_404(_visible(request), pk=letter)
    Event.record("letter.downloaded", found, actor=actor(request))
    return pdf_answer(letters().letter_pdf(found), f"{found.number}.pdf")


@allowed(Right.PRINT_RUNS, Right.MAILINGS)
@require_GET
def words(request: HttpRequest, letter: int) -> HttpResponse:
    """The letter's words as plain text, which braille and speech are made from."""
    found = get_object_or_404(_visible(request), pk=letter)
    Event.record("letter.downloaded", found, actor=actor(request))
    headers = {"Content-Disposition": f'attachment; filename="{found.number}.txt"'}
    return HttpResponse(letters().letter_words(found), content_type="text/plain; charset=utf-8", headers=headers)
