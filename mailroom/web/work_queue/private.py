"""Naming who may open a private item. The page shows its number, service and date, and nothing else of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.records.private_items import name_reader, remove_reader, to_name
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.site import services
from mailroom.web.work_queue.people import colleagues

A_PAGE = 30


@allowed(Right.NAME_READERS)
@require_http_methods(["GET", "POST"])
def private_items(request: HttpRequest) -> HttpResponse:
    found = to_name(viewer(request))
    people = {p.pk: p for p in [*colleagues(*(viewer(request).services or services().codes)), signed_in(request)]}
    if request.method == "POST":
        item = get_object_or_404(found, pk=_number(request.POST.get("item", "")))
        reader = people.get(_number(request.POST.get("reader", "")))
        if reader is None:
            messages.error(request, "Choose a colleague.")
        elif request.POST.get("do") == "remove":
            remove_reader(item, reader.pk, actor(request))
            messages.success(request, f"{item.number} is closed to them again.")
        else:
            name_reader(item, reader, actor(request))
            messages.success(request, f"{item.number} is open to one more person.")
        return redirect("private_items")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "private_items.html", {"page": page, "people": list(people.values())})


def _number(said: str) -> int:
    return int(said) if said.isdigit() else 0
