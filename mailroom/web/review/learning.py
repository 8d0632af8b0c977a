"""What the mailroom may learn from people's decisions, and how often its proposals were right."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.records import accuracy, training_examples
from mailroom.records.models import Event
from mailroom.web.permission import actor, allowed, viewer
from mailroom.web.site import retention

A_PAGE = 10
MONTHS_SHOWN = dt.timedelta(days=400)


@allowed(Right.TEACH)
@require_http_methods(["GET", "POST"])
def learning(request: HttpRequest) -> HttpResponse:
    mine = viewer(request).services
    waiting = training_examples.waiting(mine)
    if request.method == "POST":
        ticked = [int(key) for key in request.POST.getlist("example") if key.isdigit()]
        accept = request.POST.get("do") == "accept"
        count = training_examples.judge(waiting.filter(pk__in=ticked), accept, actor(request))
        word = "accepted. They are used from the next training on" if accept else "refused, and their text deleted"
        messages.success(request, f"{count} examples {word}.") if count else messages.error(request, "Tick one first.")
        return redirect("learning")
    page = Paginator(waiting.select_related("correction__item"), A_PAGE).get_page(request.GET.get("page"))
    for example in page:
        Event.record("example.looked_at", example, actor=actor(request), item=example.correction.item_id)
    months = accuracy.by_month(mine, timezone.localdate() - MONTHS_SHOWN)
    return render(request, "learning.html", {"page": page, "months": months, "rules": retention().training})
