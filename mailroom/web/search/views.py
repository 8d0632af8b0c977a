"""Searching the words of every item one may see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mailroom.config.roles import Right
from mailroom.records.models import Event
from mailroom.records.search import A_PAGE, Search, TakesTooLong, parse, search_items
from mailroom.web.dates import day_asked
from mailroom.web.form_problems import FieldProblem
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.search.snippet import snippet
from mailroom.web.site import services


@allowed(Right.POST)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """The newest first. What may not be seen is neither shown nor counted. That somebody searched is recorded,
    without the words.
    """
    wanted, wrong = _wanted(request)
    found, stopped = [], False
    try:
        found = search_items(viewer(request), wanted) if wanted.words else []
    except TakesTooLong as why:
        stopped, wrong = True, (*wrong, FieldProblem("q", str(why)))
    if wanted.words:
        Event.record("account.searched", signed_in(request), actor=actor(request), found=len(found[:A_PAGE]))
    parts = parse(wanted.words)
    shown = [{"item": item, "snippet": snippet(item.text, parts)} for item in found[:A_PAGE]]
    context = {
        "wanted": wanted,
        "shown": shown,
        "stopped": stopped,
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "services": services().services,
        "flags": services().flags,
        "field_problems": wrong,
        "is_narrowed": any((wanted.service, wanted.flag, wanted.customer, wanted.since, wanted.until)),
    }
    return render(request, "search.html", context, status=422 if stopped else 200)


def _wanted(request: HttpRequest) -> tuple[Search, tuple[FieldProblem, ...]]:
    """What is searched for, and what is wrong with its dates."""
    said = request.GET
    since, since_wrong = day_asked(said, "since", "The first day received")
    until, until_wrong = day_asked(said, "until", "The last day received")
    before = said.get("before", "")
    wanted = Search(
        words=said.get("q", "").strip(),
        service=said.get("service", ""),
        flag=said.get("flag", ""),
        customer=said.get("customer", "").strip(),
        since=since,
        until=until,
        before=int(before) if before.isdigit() else None,
    )
    return wanted, since_wrong + until_wrong
