"""The list of a team's post, and what can be done to several items at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right
from mailroom.records import work_queue
from mailroom.records.models import Item
from mailroom.records.visible_items import visible_items
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.permission import allowed, rights_of, signed_in, viewer
from mailroom.web.site import services
from mailroom.web.work_queue.people import can_assign, colleagues

A_PAGE = 50
SHOWN = (
    ("open", "Open"),
    ("mine", "Mine"),
    ("unassigned", "Not assigned"),
    ("late", "Late"),
    ("on_hold", "On hold"),
    ("answered", "Answered"),
)


@allowed(Right.POST)
@require_GET
def post(request: HttpRequest) -> HttpResponse:
    return render(request, "post.html", _listing(request))


def _listing(request: HttpRequest) -> dict[str, Any]:
    """The list that the address asks for."""
    show = request.GET.get("show", "open")
    chosen = work_queue.PostFilter(show if show in dict(SHOWN) else "open", request.GET.get("service", ""))
    found = work_queue.post_of(viewer(request), chosen, timezone.localdate())
    codes = viewer(request).services or services().codes
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "items": work_queue.listed(list(page.object_list)),
        "chosen": chosen,
        "shown": SHOWN,
        "codes": codes,
        "colleagues": colleagues(*viewer(request).services) if can_assign(request) else [],
        "names_readers": Right.NAME_READERS in rights_of(request.user),
    }


@allowed(Right.POST)
@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, give or answer the ticked items of a list. Items this person may not see are left alone."""
    there = f"{reverse('post')}{'?' if request.GET else ''}{request.GET.urlencode()}"
    if request.method == "POST":
        try:
            messages.success(request, _done(request))
        except NotSaid as why:
            listing = _listing(request)
            if listing["items"]:
                return _told_in_the_list(request, listing, why)
            messages.error(request, str(why))
    return redirect(there)


def _done(request: HttpRequest) -> str:
    """Do it; returns what was done. Raises NotSaid."""
    account = signed_in(request)
    ticked = [int(key) for key in request.POST.getlist("item") if key.isdecimal()]
    items = list(visible_items(viewer(request)).filter(pk__in=ticked, status__in=work_queue.OPEN))
    if not items:
        gone = "The items you selected are not open any more. Select others" if ticked else "Select at least one item"
        raise NotSaid(FieldProblem("items", gone))
    what, count = request.POST.get("do", ""), f"{len(items)} {'item' if len(items) == 1 else 'items'}"
    if what == "assign":
        return _assign(request, items, count)
    if what == "answered":
        for item in items:
            work_queue.answer(item, "Marked in the list", account.pk)
        return f"{count} marked answered."
    _give(items, account, account)
    return f"{count} taken by you."


def _assign(request: HttpRequest, items: list[Item], count: str) -> str:
    if not can_assign(request):
        raise PermissionDenied
    to = next((c for c in colleagues(*{i.service for i in items}) if str(c.pk) == request.POST.get("colleague")), None)
    if to is None:
        raise NotSaid(FieldProblem("colleague", "Choose a colleague of the items’ service"))
    theirs = [i for i in items if i.service in to.person.services]
    _give(theirs, to, signed_in(request))
    return f"{len(theirs)} of {count} given."


def _told_in_the_list(request: HttpRequest, listing: dict[str, Any], why: NotSaid) -> HttpResponse:
    """The same list with its ticks. What is wrong with the ticks leads to the first box."""
    first = (f"item-{listing['items'][0].pk}",)
    wrong = tuple(replace(p, inputs=first) if p.field == "items" else p for p in why.problems)
    said = {"field_problems": wrong, "ticked": request.POST.getlist("item"), "given": request.POST.get("colleague", "")}
    return render(request, "post.html", {**listing, **said}, status=422)


def _give(items: list[Item], to: User, by: User) -> None:
    for item in items:
        work_queue.assign(item, to, by.pk)
