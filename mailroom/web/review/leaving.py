"""Leaving an item undecided: for later by a press, or by going away from its page. Both give it back at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.records import item_leases
from mailroom.web.item_page import find_item
from mailroom.web.permission import allowed, signed_in

LEFT = "review_left"
MOST_LEFT = 200
"""Of a session; beyond it the first ones left come again."""


def left_for_later(request: HttpRequest) -> list[int]:
    """What this person left, which comes again once nothing else waits."""
    found: list[int] = request.session.get(LEFT, [])
    return found


def forget_what_was_left(request: HttpRequest) -> None:
    """It comes again from here on."""
    request.session.pop(LEFT, None)


@allowed(Right.REVIEW)
@require_POST
def leave(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    """For later, or for a colleague, who may be given it from this moment on."""
    found = find_item(request, batch, position)
    item_leases.give_back(found, signed_in(request).pk)
    others = [key for key in left_for_later(request) if key != found.pk]
    request.session[LEFT] = [*others, found.pk][-MOST_LEFT:]
    return redirect("review_next")


@allowed(Right.REVIEW)
@require_POST
def give_back(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    """Said by the page itself as it goes, when its tab is closed or another page is opened in it."""
    found = find_item(request, batch, position)
    try:
        until = parse_datetime(request.POST.get("until", ""))
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        return HttpResponseBadRequest("Say until when it was kept\n", content_type="text/plain")
    item_leases.give_back(found, signed_in(request).pk, until)
    return HttpResponse(status=204)
