"""Mailings of one's services: how each stands, and what a person may still do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError, Review
from mailroom.records import mailings as records
from mailroom.records.models import Event, LetterStatus, Mailing, MailingStatus
from mailroom.web.form_problems import problems_of, told
from mailroom.web.letters.handing_in import held_until
from mailroom.web.letters.machines import letters
from mailroom.web.outgoing_words import names_of
from mailroom.web.permission import actor, allowed, rights_of, viewer

A_PAGE = 50
PROBLEMS_SHOWN = 200
GROUPS = (
    ("", "All"),
    ("waiting", "Waiting"),
    ("emailed", "Emailed"),
    ("in_run", "At the print unit"),
    ("posted", "Posted"),
    ("bounced", "Email bounced"),
    ("handed_off", "Made elsewhere"),
    ("apart", "Not sent"),
    ("returned", "Returned"),
    ("stopped", "Cancelled"),
)


@allowed(Right.MAILINGS, Right.APPROVE)
@require_GET
def all_mailings(request: HttpRequest) -> HttpResponse:
    found = records.visible_mailings(viewer(request))
    waiting = found.filter(status=MailingStatus.AWAITING_APPROVAL)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    may = rights_of(request.user)
    to_approve = list(waiting.exclude(submitted_by=actor(request))) if Right.APPROVE in may else []
    context = {
        "page": page,
        "to_approve": to_approve,
        "names": names_of(m.submitted_by for m in (*page, *to_approve)),
        "may_hand_in": Right.MAILINGS in may,
        "drafts": letters().drafts(actor(request)) if Right.MAILINGS in may else (),
    }
    return render(request, "mailings.html", context)


@allowed(Right.MAILINGS, Right.APPROVE)
@require_GET
def mailing(request: HttpRequest, mailing: int) -> HttpResponse:
    """The whole page, or, for the page's own refreshing, only what changes."""
    found = get_object_or_404(records.visible_mailings(viewer(request)), pk=mailing)
    if request.headers.get("X-Fragment") == "mailing":
        return render(request, "mailing_figures.html", _figures(request, found))
    Event.record("mailing.looked_at", found, actor=actor(request))
    return render(request, "mailing.html", _screen(request, found))


def _screen(request: HttpRequest, found: Mailing) -> dict[str, Any]:
    group, words = request.GET.get("show", ""), request.GET.get("q", "")
    page = Paginator(records.letters_of(found, group, words), A_PAGE).get_page(request.GET.get("page"))
    return {**_figures(request, found), "page": page, "groups": GROUPS, "group": group, "words": words}


def _figures(request: HttpRequest, found: Mailing) -> dict[str, Any]:
    status, may = MailingStatus(found.status), rights_of(request.user)
    began = found.letters.exclude(status=LetterStatus.QUEUED).exists()
    approvable = status is MailingStatus.AWAITING_APPROVAL
    everybody, named = records.attachments_with(found)
    return {
        "repairable": status is MailingStatus.REFUSED and not found.template and Right.MAILINGS in may,
        "everybody": everybody,
        "named": named,
        "mailing": found,
        "standing": records.standing_of(found),
        "whys": records.whys_of(found),
        "large_print": records.large_print_of(found),
        "problems": [p for p in found.problems if not p.get("warning")][:PROBLEMS_SHOWN],
        "warnings": [p for p in found.problems if p.get("warning")][:PROBLEMS_SHOWN],
        "may_approve": approvable and Right.APPROVE in may and found.submitted_by != actor(request),
        "own": approvable and found.submitted_by == actor(request),
        "may_change": Right.MAILINGS in may,
        "can_schedule": status in (MailingStatus.AWAITING_APPROVAL, MailingStatus.READY) and not began,
        "can_pause": status is MailingStatus.READY,
        "can_resume": status is MailingStatus.PAUSED,
        "can_cancel": status.can_be_cancelled,
    }


@allowed(Right.MAILINGS, Right.APPROVE)
@require_POST
def act(request: HttpRequest, mailing: int) -> HttpResponse:
    found = get_object_or_404(records.visible_mailings(viewer(request)), pk=mailing)
    what = request.POST.get("do", "")
    needed = Right.APPROVE if what == "approve" else Right.MAILINGS
    if needed not in rights_of(request.user):
        raise PermissionDenied
    try:
        if what not in _DEEDS:
            raise Review("Choose what to do with the mailing.")
        messages.success(request, _DEEDS[what](request, found))
    except MailroomError as why:
        found.refresh_from_db()
        there = reverse("mailing", args=[found.pk])
        return told(request, "mailing.html", _screen(request, found), problems_of(why, f"do-{what}"), there)
    return redirect("mailing", found.pk)


def _approve(request: HttpRequest, found: Mailing) -> str:
    letters().approve(found, actor(request))
    return f"{found.number} is approved and on its way."


def _schedule(request: HttpRequest, found: Mailing) -> str:
    at = held_until(request)
    letters().schedule(found, at, actor(request))
    return f"{found.number} waits until {at:%d/%m/%Y %H:%M}." if at else f"{found.number} goes at once."


def _pause(request: HttpRequest, found: Mailing) -> str:
    return f"{letters().pause(found, actor(request))} letters stand still until you carry on."


def _resume(request: HttpRequest, found: Mailing) -> str:
    return f"{letters().resume(found, actor(request))} letters go on. What became known meanwhile counts."


def _cancel(request: HttpRequest, found: Mailing) -> str:
    return f"{letters().cancel(found, actor(request))} letters are cancelled. What had left cannot be called back."


_DEEDS: dict[str, Callable[[HttpRequest, Mailing], str]] = {
    "approve": _approve,
    "schedule": _schedule,
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
}
