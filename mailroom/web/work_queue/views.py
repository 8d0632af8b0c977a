"""The list of a team's post, and what can be done to several items at once."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.records import work_queue
from mailroom.records.models import Item
from mailroom.records.visible_items import visible_items
from mailroom.web.permission import allowed, rights_of, signed_in, viewer
from mailroom.web.site import services
from mailroom.web.work_queue.people import can_assign, colleagues

A_PAGE = 50
SHOWN = (
    ("open", "Open"),
    ("mine", "Mine"),
    ("unassigned", "Nobody’s"),
    ("late", "Late"),
    ("on_hold", "On hold"),
    ("answered", "Answered"),
)


@allowed(Right.POST)
@require_GET
def post(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "open")
    chosen = work_queue.PostFilter(show if show in dict(SHOWN) else "open", request.GET.get("service", ""))
    found = work_queue.post_of(viewer(request), chosen, timezone.localdate())
    codes = viewer(request).services or services().codes
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "items": work_queue.listed(list(page.object_list)),
        "chosen": chosen,
        "shown": SHOWN,
        "codes": codes,
        "colleagues": colleagues(*viewer(request).services) if can_assign(request) else [],
        "names_readers": Right.NAME_READERS in rights_of(request.user),
    }
    return render(request, "post.html", context)


@allowed(Right.POST)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take, give or answer the ticked items. Items this person may not see are left alone."""
    account = signed_in(request)
    ticked = [int(key) for key in request.POST.getlist("item") if key.isdigit()]
    items = list(visible_items(viewer(request)).filter(pk__in=ticked, status__in=work_queue.OPEN))
    if not items:
        messages.error(request, "Tick at least one item first.")
        return redirect("post")
    what, count = request.POST.get("do", ""), f"{len(items)} {'item' if len(items) == 1 else 'items'}"
    if what == "take":
        _give(items, account, account)
        messages.success(request, f"{count} taken by you.")
    elif what == "answered":
        for item in items:
            work_queue.answer(item, "Marked in the list", account.pk)
        messages.success(request, f"{count} marked answered.")
    elif what == "assign":
        _assign(request, items, count)
    return redirect("post")


def _assign(request: HttpRequest, items: list[Item], count: str) -> None:
    if not can_assign(request):
        raise PermissionDenied
    to = next((c for c in colleagues(*{i.service for i in items}) if str(c.pk) == request.POST.get("colleague")), None)
    if to is None:
        messages.error(request, "Choose a colleague of the items’ service.")
        return
    theirs = [i for i in items if i.service in to.person.services]
    _give(theirs, to, signed_in(request))
    messages.success(request, f"{len(theirs)} of {count} given.")


def _give(items: list[Item], to: User, by: User) -> None:
    for item in items:
        work_queue.assign(item, to, by.pk)
