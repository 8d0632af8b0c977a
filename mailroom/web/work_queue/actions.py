"""What a team does with one item: take, give, hold, holding reply, answer, note, confirm a fact."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records import work_queue
from mailroom.records.item_facts import facts_of
from mailroom.records.models import Item, ItemStatus
from mailroom.values.confirmed_fact import FactSource
from mailroom.web.clocks import deadline_of, flags_said
from mailroom.web.dates import date_problem, date_said
from mailroom.web.facts import confirm, facts_said
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.item_page import find_item
from mailroom.web.permission import actor, allowed, signed_in
from mailroom.web.replies import replies
from mailroom.web.work_queue.item import item_screen
from mailroom.web.work_queue.people import can_assign, colleagues


@allowed(Right.POST)
@require_POST
def act(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    """One of the actions of the item page."""
    found = find_item(request, batch, position)
    if found.status not in (*work_queue.OPEN, ItemStatus.ANSWERED):
        messages.error(request, f"{found.number} is not with a team. Decide it in review first.")
        return redirect("post")
    what = request.POST.get("do", "")
    try:
        _ACTIONS.get(what, _nothing)(request, found)
    except MailroomError as why:
        wrong = problems_of(why, _FIELDS.get(what, "text"))
        context = {**item_screen(request, found), "field_problems": wrong, "text": request.POST.get("text", "")}
        return render(request, "item.html", context, status=422)
    return redirect("item", batch=batch, position=position)


def _nothing(request: HttpRequest, found: Item) -> None:
    raise NotSaid(FieldProblem("text", "Choose what to do with the item"))


def _take(request: HttpRequest, found: Item) -> None:
    work_queue.assign(found, signed_in(request), signed_in(request).pk)


def _assign(request: HttpRequest, found: Item) -> None:
    work_queue.assign(found, _colleague(request, found), signed_in(request).pk)


def _resume(request: HttpRequest, found: Item) -> None:
    work_queue.take_up_again(found, signed_in(request).pk)


def _hold(request: HttpRequest, found: Item) -> None:
    work_queue.hold(found, _text(request, "Say what it waits for"), None, signed_in(request).pk)


def _holding_reply(request: HttpRequest, found: Item) -> None:
    """Promise a date. The reply is sent from here, or, where replies are written elsewhere, only noted."""
    promised = date_said(request.POST, "promised", "The date you promise an answer by")
    if promised is None:
        raise date_problem("promised", "Enter the date you promise an answer by")
    if promised < timezone.localdate():
        raise date_problem("promised", "The date you promise an answer by must be today or in the future")
    text = request.POST.get("text", "").strip() or "An answer was promised"
    sender = replies() if request.POST.get("send") == "yes" else None
    with transaction.atomic():
        work_queue.hold(found, text, promised, signed_in(request).pk)
        if sender:
            number = sender.send_holding_reply(found, promised, actor(request))
            messages.success(request, f"Holding reply {number} is on its way.")


def _note(request: HttpRequest, found: Item) -> None:
    work_queue.note(found, _text(request, "Write the note"), signed_in(request).pk)


def _answered(request: HttpRequest, found: Item) -> None:
    key = request.POST.get("letter", "")
    letter = work_queue.letters_that_may_answer(found).filter(pk=key).first() if key.isdigit() else None
    how = request.POST.get("text", "").strip() or (f"Letter {letter.number}" if letter else "")
    if not how:
        words = "Say how it was answered, for example ‘by telephone’, or choose the letter that answers it"
        raise NotSaid(FieldProblem("text", words))
    work_queue.answer(found, how, signed_in(request).pk, letter)


def _confirm(request: HttpRequest, found: Item) -> None:
    facts = facts_said(request, found.customer_id or "", FactSource.ITEM, found.number)
    if not facts:
        raise NotSaid(FieldProblem("fact", "Tick the facts that are right", _boxes_to_tick(found)))
    with transaction.atomic():
        said = confirm(facts, found)
    messages.success(request, " ".join(said))


def _boxes_to_tick(found: Item) -> tuple[str, ...]:
    return tuple(f"fact-{fact.kind}" for fact in facts_of(found) if not fact.confirmed)


def _clock(request: HttpRequest, found: Item) -> None:
    flags = flags_said(request, found)
    deadline = deadline_of(found, found.service, flags)
    work_queue.set_clock(found, flags, deadline.due, signed_in(request).pk)
    messages.success(request, f"{found.number} is {deadline.reason}.")


_ACTIONS: dict[str, Callable[[HttpRequest, Item], None]] = {
    "take": _take,
    "assign": _assign,
    "resume": _resume,
    "hold": _hold,
    "holding_reply": _holding_reply,
    "note": _note,
    "answered": _answered,
    "confirm": _confirm,
    "clock": _clock,
}


_FIELDS = {"assign": "colleague", "holding_reply": "send", "confirm": "fact", "clock": "clock"}
"""Where an action's problem stands when it speaks of no field."""


def _text(request: HttpRequest, otherwise: str) -> str:
    text = request.POST.get("text", "").strip()
    if not text:
        raise NotSaid(FieldProblem("text", otherwise))
    return text


def _colleague(request: HttpRequest, found: Item) -> User | None:
    if not can_assign(request):
        raise PermissionDenied
    return next((c for c in colleagues(found.service) if str(c.pk) == request.POST.get("colleague")), None)
