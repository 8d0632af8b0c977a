"""What the mailroom may learn from people's decisions, and how often its proposals were right."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.records import accuracy, training_examples
from mailroom.records.models import Event, TrainingExample
from mailroom.web.form_problems import FieldProblem
from mailroom.web.permission import actor, allowed, viewer
from mailroom.web.site import retention

A_PAGE = 10
MONTHS_SHOWN = dt.timedelta(days=400)


@allowed(Right.TEACH)
@require_http_methods(["GET", "POST"])
def learning(request: HttpRequest) -> HttpResponse:
    mine = viewer(request).services
    waiting = training_examples.waiting(mine)
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        ticked = [int(key) for key in request.POST.getlist("example") if key.isdecimal()]
        accept = request.POST.get("do") == "accept"
        if count := training_examples.judge(waiting.filter(pk__in=ticked), accept, actor(request)):
            messages.success(request, _said(count, accept))
            return redirect("learning")
        wrong = _nothing_chosen(waiting.first(), bool(ticked))
        if not wrong:
            messages.info(request, "A colleague has decided these examples already. None are left.")
            return redirect("learning")
    page = Paginator(waiting.select_related("correction__item"), A_PAGE).get_page(request.GET.get("page"))
    for example in page:
        Event.record("example.looked_at", example, actor=actor(request), item=example.correction.item_id)
    context: dict[str, Any] = {
        "page": page,
        "months": accuracy.by_month(mine, timezone.localdate() - MONTHS_SHOWN),
        "rules": retention().training,
        "field_problems": wrong,
    }
    return render(request, "learning.html", context, status=422 if wrong else 200)


def _said(count: int, accept: bool) -> str:
    one = count == 1
    many = "1 example is" if one else f"{count} examples are"
    if accept:
        return f"{many} accepted, and used from the next training on."
    return f"{many} refused, and {'its' if one else 'their'} text deleted."


def _nothing_chosen(first: TrainingExample | None, were_ticked: bool) -> tuple[FieldProblem, ...]:
    """What stands at the first box; nothing where there is none left to tick."""
    if first is None:
        return ()
    gone = "The examples you ticked were decided by a colleague. Tick others"
    return (FieldProblem("examples", gone if were_ticked else "Tick at least one example", (f"example-{first.pk}",)),)
