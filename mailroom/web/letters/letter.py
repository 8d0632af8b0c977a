"""One letter: why it goes as it does, what happened to it, and the letter itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import mailings as records
from mailroom.records.models import Event, Letter, LetterStatus
from mailroom.web.form_problems import problems_of, told
from mailroom.web.letters.drawn import pdf_answer, png_answer
from mailroom.web.letters.machines import letters
from mailroom.web.permission import actor, allowed, viewer

WIDTH = 900
MOST_PAGES = 40


@allowed(Right.MAILINGS)
@require_GET
def letter(request: HttpRequest, letter: int) -> HttpResponse:
    found = _find(request, letter)
    Event.record("letter.looked_at", found, actor=actor(request))
    return render(request, "letter.html", _screen(found))


def _screen(found: Letter) -> dict[str, Any]:
    return {
        "letter": found,
        "attachments": records.attachments_of(found),
        "history": records.history_of(found),
        "can_cancel": LetterStatus(found.status).can_be_cancelled,
        "pages": range(1, min(_page_count(found), MOST_PAGES) + 1),
    }


def _page_count(found: Letter) -> int:
    """0 where the letter cannot be made; its problem says why."""
    try:
        return letters().letter_pages(found)
    except MailroomError:
        return 0


def _find(request: HttpRequest, pk: int) -> Letter:
    """The letter, if it is of this person's services; otherwise it does not exist for them."""
    return get_object_or_404(records.visible_letters(viewer(request)), pk=pk)


@allowed(Right.MAILINGS)
@require_POST
def cancel(request: HttpRequest, letter: int) -> HttpResponse:
    found = _find(request, letter)
    try:
        letters().cancel_letter(found, actor(request))
    except MailroomError as why:
        found.refresh_from_db()
        there = reverse("letter", args=[found.pk])
        return told(request, "letter.html", _screen(found), problems_of(why, "do-cancel"), there)
    messages.success(request, f"{found.number} is cancelled.")
    return redirect("letter", found.pk)


@allowed(Right.MAILINGS)
@require_GET
def pdf(request: HttpRequest, letter: int) -> HttpResponse:
    found = _find(request, letter)
    try:
        made = letters().letter_pdf(found)
    except MailroomError as why:
        messages.error(request, str(why))
        return redirect("letter", found.pk)
    Event.record("letter.downloaded", found, actor=actor(request))
    return pdf_answer(made, f"{found.number}.pdf")


@allowed(Right.MAILINGS)
@require_GET
def picture(request: HttpRequest, letter: int, number: int) -> HttpResponse:
    try:
        return png_answer(letters().letter_picture(_find(request, letter), number, WIDTH))
    except MailroomError:
        raise Http404 from None
