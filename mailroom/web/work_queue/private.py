"""Naming who may open a private item. The page shows its number, service and date, and nothing else of it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.records.models import Item
from mailroom.records.private_items import name_reader, remove_reader, to_name
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.site import services
from mailroom.web.words import who
from mailroom.web.work_queue.people import colleagues

A_PAGE = 30


@allowed(Right.NAME_READERS)
@require_http_methods(["GET", "POST"])
def private_items(request: HttpRequest) -> HttpResponse:
    found = to_name(viewer(request))
    people = {p.pk: p for p in [*colleagues(*(viewer(request).services or services().codes)), signed_in(request)]}
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            messages.success(request, _done(request, found, people))
            return redirect("private_items")
        except NotSaid as why:
            wrong = why.problems
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "people": list(people.values()), "field_problems": wrong}
    return render(request, "private_items.html", context, status=422 if wrong else 200)


def _done(request: HttpRequest, found: QuerySet[Item], people: dict[int, User]) -> str:
    """Open or close one item to one person; returns what was done. Raises NotSaid."""
    item = get_object_or_404(found, pk=_number(request.POST.get("item", "")))
    reader = people.get(_number(request.POST.get("reader", "")))
    if reader is None:
        raise NotSaid(FieldProblem(f"reader-{item.pk}", f"Choose who may open {item.number}"))
    if request.POST.get("do") == "remove":
        remove_reader(item, reader.pk, actor(request))
        return f"{item.number} is closed to {who(reader)} again."
    name_reader(item, reader, actor(request))
    return f"{item.number} is open to {who(reader)}."


def _number(said: str) -> int:
    return int(said) if said.isdigit() else 0
