"""Searching the words of every item one may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records.models import Event
from mailroom.records.search import A_PAGE, Search, parse, search_items
from mailroom.web.dates import typed_date
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.search.snippet import snippet
from mailroom.web.site import services


@allowed(Right.POST)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The newest first. What may not be seen is neither shown nor counted. That somebody searched is recorded,
    without the words.
    """
    wanted = _wanted(request)
    found = search_items(viewer(request), wanted) if wanted.words else []
    if wanted.words:
        Event.record("account.searched", signed_in(request), actor=actor(request), found=len(found[:A_PAGE]))
    parts = parse(wanted.words)
    shown = [{"item": item, "snippet": snippet(item.text, parts)} for item in found[:A_PAGE]]
    context = {
        "wanted": wanted,
        "shown": shown,
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "services": services().services,
        "flags": services().flags,
        "is_narrowed": any((wanted.service, wanted.flag, wanted.customer, wanted.since, wanted.until)),
    }
    return render(request, "search.html", context)


def _wanted(request: HttpRequest) -> Search:
    said = request.GET
    before = said.get("before", "")
    return Search(
        words=said.get("q", "").strip(),
        service=said.get("service", ""),
        flag=said.get("flag", ""),
        customer=said.get("customer", "").strip(),
        since=typed_date(said, "since").as_date(),
        until=typed_date(said, "until").as_date(),
        before=int(before) if before.isdigit() else None,
    )
