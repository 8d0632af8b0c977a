from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mailroom.config.roles import Right, Sight
from mailroom.records import review_queue, work_queue
from mailroom.records.models import Event, Item, ItemStatus, Note
from mailroom.records.visible_items import visible_items
from mailroom.web.item_page import find_item, pages_of, reasons_of
from mailroom.web.permission import allowed, rights_of, role_of, signed_in, viewer
from mailroom.web.site import services

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
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    codes = viewer(request).services or services().codes
    context = {"page": page, "chosen": chosen, "shown": SHOWN, "codes": codes, "can_assign": _can_assign(request)}
    return render(request, "post.html", context)


@allowed(Right.POST)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take or answer the ticked items. Items this person may not see are left alone."""
    account = signed_in(request)
    ticked = [int(key) for key in request.POST.getlist("item") if key.isdigit()]
    items = list(visible_items(viewer(request)).filter(pk__in=ticked, status__in=work_queue.OPEN))
    what = request.POST.get("do", "")
    for item in items:
        if what == "take":
            work_queue.assign(item, account, account.pk)
        elif what == "answered":
            work_queue.answer(item, "Marked in the list", account.pk)
    done = {"take": "taken by you", "answered": "marked answered"}.get(what)
    if items and done:
        messages.success(request, f"{len(items)} {'item' if len(items) == 1 else 'items'} {done}.")
    else:
        messages.error(request, "Tick at least one item first.")
    return redirect("post")


@allowed(Right.POST)
@require_GET
def item(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    work_queue.look_at(found, signed_in(request).pk)
    found.refresh_from_db(fields=["status"])
    return render(request, "item.html", _page(request, found))


@allowed(Right.POST)
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    """Opened from the email: one press. Opening alone changes nothing, because mail scanners open links too."""
    found = find_item(request, batch, position)
    if request.method == "GET":
        return render(request, "accept.html", {"item": found})
    work_queue.accept(found, signed_in(request).pk)
    messages.success(request, f"{found.number} is yours.")
    return redirect("item", batch=batch, position=position)


@allowed(Right.POST)
@require_http_methods(["GET", "POST"])
def not_ours(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    reason = request.POST.get("reason", "").strip()
    if request.method == "POST" and reason and found.status in work_queue.OPEN:
        review_queue.send_back(found, signed_in(request).pk, reason)
        messages.success(request, f"{found.number} went back to review with your reason.")
        return redirect("post")
    problem = "Say whose it is, or why it is not yours" if request.method == "POST" else ""
    status = 422 if problem else 200
    return render(request, "not_ours.html", {"item": found, "problem": problem}, status=status)


@allowed(Right.POST)
@require_POST
def act(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    """One of the actions of the item page."""
    found = find_item(request, batch, position)
    if found.status not in (*work_queue.OPEN, ItemStatus.ANSWERED):
        messages.error(request, f"{found.number} is not with a team. Decide it in review first.")
        return redirect("post")
    problem = _act(request, found)
    if problem:
        return render(request, "item.html", {**_page(request, found), "problem": problem}, status=422)
    return redirect("item", batch=batch, position=position)


def _act(request: HttpRequest, found: Item) -> str:
    """Do it; returns what is wrong with the form, or ''."""
    account, what = signed_in(request), request.POST.get("do", "")
    text = request.POST.get("text", "").strip()
    if what == "take":
        work_queue.assign(found, account, account.pk)
    elif what == "assign":
        work_queue.assign(found, _colleague(request, found), account.pk)
    elif what == "resume":
        work_queue.take_up_again(found, account.pk)
    elif what in _WITH_WORDS:
        return _with_words(request, found, what, text)
    return ""


_WITH_WORDS = {
    "hold": "Say what it waits for",
    "note": "Write the note",
    "answered": "Say how it was answered, for example ‘letter of 3 May’ or ‘by telephone’",
}


def _with_words(request: HttpRequest, found: Item, what: str, text: str) -> str:
    account_id = signed_in(request).pk
    if not text:
        return _WITH_WORDS[what]
    if what == "note":
        work_queue.note(found, text, account_id)
    elif what == "answered":
        work_queue.answer(found, text, account_id)
    else:
        promised = _date(request.POST.get("promised", ""))
        if request.POST.get("promised") and (promised is None or promised < timezone.localdate()):
            return "The promised date must be a real date from today on"
        work_queue.hold(found, text, promised, account_id)
    return ""


def _date(said: str) -> dt.date | None:
    try:
        return parse_date(said)
    except ValueError:
        return None


def colleagues(found: Item) -> list[User]:
    """Those whose services include the item's."""
    people = User.objects.filter(is_active=True, person__isnull=False).select_related("person").order_by("username")
    return [p for p in people if found.service in p.person.services and Right.POST in rights_of(p)]


def _colleague(request: HttpRequest, found: Item) -> User | None:
    if not _can_assign(request):
        raise PermissionDenied
    return next((c for c in colleagues(found) if str(c.pk) == request.POST.get("colleague")), None)


def _can_assign(request: HttpRequest) -> bool:
    return Right.ASSIGN in rights_of(request.user)


def _page(request: HttpRequest, found: Item) -> dict[str, object]:
    history = Event.objects.filter(subject="item", subject_key=str(found.pk)).order_by("-pk")[:20]
    role = role_of(signed_in(request))
    return {
        "item": found,
        "pages": pages_of(found),
        "reasons": reasons_of(found),
        "notes": Note.objects.filter(item=found).select_related("account"),
        "history": history,
        "colleagues": colleagues(found) if _can_assign(request) else [],
        "sees_all": role is not None and role.sees is Sight.ALL,
        "is_open": found.status in work_queue.OPEN,
        "today": timezone.localdate().isoformat(),
    }
