"""Checking the random sample: was the item sent to the right service?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import Review
from mailroom.records import audit_sample
from mailroom.web.permission import allowed, viewer
from mailroom.web.site import services

A_PAGE = 20


@allowed(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    problem = _record(request) if request.method == "POST" else ""
    if request.method == "POST" and not problem:
        return redirect("audit_sample")
    waiting = audit_sample.to_check(viewer(request))
    context = {
        "checks": waiting[:A_PAGE],
        "count": waiting.count(),
        "codes": services().codes,
        "problem": problem,
    }
    return render(request, "audit.html", context, status=422 if problem else 200)


def _record(request: HttpRequest) -> str:
    """Write down one answer; returns what is wrong with it, or ''."""
    key, answer = request.POST.get("check", ""), request.POST.get("answer", "")
    should_be = request.POST.get("should_be", "")
    if not key.isdigit() or answer not in ("right", "wrong"):
        return "Say whether the item was sent to the right service"
    if answer == "wrong" and should_be not in services().codes:
        return "Choose the service it belongs to"
    try:
        found = audit_sample.check(int(key), viewer(request), should_be if answer == "wrong" else "", timezone.now())
    except Review as why:
        messages.error(request, str(why))
        return ""
    messages.success(request, f"{found.item.number} is checked.")
    return ""
