"""One item of a team's post, and the two links of its email: accept, and not ours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mailroom.config.roles import Right, Sight
from mailroom.records import review_queue, work_queue
from mailroom.records.item_facts import facts_of
from mailroom.records.mailed_files import files_beside
from mailroom.records.models import Event, Item, Note
from mailroom.values.channel import LetterFormat
from mailroom.web.clocks import clock_choices
from mailroom.web.item_page import find_item, pages_of, reasons_of, scans_of
from mailroom.web.permission import allowed, role_of, signed_in
from mailroom.web.replies import replies
from mailroom.web.site import services
from mailroom.web.work_queue.people import can_assign, colleagues


@allowed(Right.POST)
@require_GET
def item(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    work_queue.look_at(found, signed_in(request).pk)
    found.refresh_from_db(fields=["status"])
    return render(request, "item.html", item_screen(request, found))


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
        suggested = request.POST.get("service", "")
        suggested = suggested if suggested in services().codes and suggested != found.service else ""
        review_queue.send_back(found, signed_in(request).pk, reason, suggested)
        messages.success(request, f"{found.number} went back to review with your reason.")
        return redirect("post")
    problem = "Say whose it is, or why it is not yours" if request.method == "POST" else ""
    context = {"item": found, "problem": problem, "services": services().services}
    return render(request, "not_ours.html", context, status=422 if problem else 200)


def item_screen(request: HttpRequest, found: Item) -> dict[str, object]:
    history = Event.objects.filter(subject="item", subject_key=str(found.pk)).order_by("-pk")[:20]
    role = role_of(signed_in(request))
    return {
        "item": found,
        "pages": pages_of(found),
        "reasons": reasons_of(found),
        "beside": files_beside(found.batch),
        **scans_of(request, found),
        "notes": Note.objects.filter(item=found).select_related("account"),
        "history": history,
        "letters": work_queue.letters_that_may_answer(found)[:20],
        "came_back": list(found.returned_letters.select_related("mailing")),
        "colleagues": colleagues(found.service) if can_assign(request) else [],
        "sees_all": role is not None and role.sees is Sight.ALL,
        "is_open": found.status in work_queue.OPEN,
        "can_reply": replies() is not None and found.customer_id is not None,
        "facts": facts_of(found) if found.customer_id else [],
        "formats": [f for f in LetterFormat if f is not LetterFormat.STANDARD],
        "clocks": clock_choices(found),
        "ticked": request.POST.getlist("fact"),
    }
