"""Envelopes that came back: scan or type a mark, see whose it is and what follows; the day's list, with undo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import returns as records
from mailroom.records.models import Event, Letter, LetterStatus
from mailroom.values.return_reason import ReturnReason
from mailroom.web.dates import day_asked
from mailroom.web.form_problems import FieldProblem, problems_of, told
from mailroom.web.outgoing_words import names_of
from mailroom.web.permission import actor, allowed
from mailroom.web.returns.machines import Followed, TakenBack, returns

A_PAGE = 50
LAST_REASON = "return_reason"
"""In the session: a pile of envelopes mostly has one reason, so it stays chosen for the next scan."""


@allowed(Right.PRINT_RUNS)
@require_http_methods(["GET", "POST"])
def returned(request: HttpRequest) -> HttpResponse:
    """The field is ready for the next scan in every answer; nothing on the page needs JavaScript."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        context = _dealt_with(request)
    status = 422 if context.get("field_problems") else 200
    return render(request, "returns.html", {**_page(request), **context}, status=status)


def _dealt_with(request: HttpRequest) -> dict[str, Any]:
    """What to show of the envelope: found only, or noted as returned."""
    mark, reason = request.POST.get("mark", "").strip(), _reason(request.POST.get("reason", ""))
    if reason is None:
        return {"field_problems": (FieldProblem("reason", "Choose why it came back"),), "typed": mark}
    request.session[LAST_REASON] = reason.value
    if not mark:
        return {"field_problems": (FieldProblem("mark", "Scan a mark, or type it"),)}
    try:
        letters = returns().find(mark)
        if request.POST.get("do") == "look":
            _note_looks(letters, actor(request))
            return {"letters": letters, "reason": reason, "typed": mark}
        followed = returns().record(mark, reason, actor(request))
    except MailroomError as why:
        return {"field_problems": (FieldProblem("mark", str(why)),)}
    letters = list(Letter.objects.filter(pk__in=[x.pk for x in letters]).select_related("mailing", "mailpiece"))
    return {"letters": letters, "reason": _noted(letters, reason), "followed": followed, "said": _said(followed)}


def _noted(letters: Sequence[Letter], reason: ReturnReason) -> ReturnReason:
    """The reason on record: of an envelope noted before, the first one stays."""
    kept = next((x.return_reason for x in letters if x.return_reason), "")
    return ReturnReason(kept) if kept else reason


def _said(followed: Followed) -> str:
    if followed.was_known:
        return "It was noted before. Nothing was changed; undo it below if the reason is wrong."
    parts = ["Its service is told."]
    if followed.stopped:
        parts.append("No more post goes to that address.")
    if followed.emailed:
        parts.append("It goes again by email.")
    return " ".join(parts)


def _note_looks(letters: Sequence[Letter], who: str) -> None:
    for letter in letters:
        Event.record("letter.looked_at", letter, actor=who)


def _page(request: HttpRequest) -> dict[str, Any]:
    asked, wrong = day_asked(request.GET, "day", "The day")
    day = asked or timezone.localdate()
    page = Paginator(records.returned_on(day), A_PAGE).get_page(request.GET.get("page"))
    found = list(page)
    by = records.noted_by(found)
    return {
        "day": day,
        "typed_day": request.GET if wrong else day,
        "field_problems": wrong,
        "today": timezone.localdate(),
        "page": page,
        "count": page.paginator.count,
        "names": names_of(by.values()),
        "rows": [{"letter": x, "by": by.get(x.pk, ""), "reason": _reason(x.return_reason)} for x in found],
        "reasons": list(ReturnReason),
        "reason": _reason(request.session.get(LAST_REASON, "")) or ReturnReason.GONE_AWAY,
    }


def _reason(code: str) -> ReturnReason | None:
    return ReturnReason(code) if code in list(ReturnReason) else None


@allowed(Right.PRINT_RUNS)
@require_POST
def take_back(request: HttpRequest, letter: int) -> HttpResponse:
    found = get_object_or_404(Letter, pk=letter, status=LetterStatus.RETURNED)
    there = f"{reverse('returns')}{'?' if request.GET else ''}{request.GET.urlencode()}"
    try:
        undone = returns().take_back(found, actor(request))
    except MailroomError as why:
        wrong = problems_of(why, f"do-undo-{found.pk}")
        return told(request, "returns.html", _page(request), wrong, there)
    messages.success(request, undone_words(undone))
    return redirect(there)


def undone_words(undone: TakenBack) -> str:
    """What was undone, in a clerk's words."""
    parts = [f"{', '.join(undone.letters)} did not come back: noted. The service is told if it had been told before."]
    if undone.opened:
        parts.append("Post goes to the address again.")
    if undone.emailed:
        parts.append(f"Already sent again by email, which cannot be taken back: {', '.join(undone.emailed)}.")
    if undone.items:
        parts.append(f"In review again: {', '.join(undone.items)}.")
    return " ".join(parts)
