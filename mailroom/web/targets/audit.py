"""Checking the random sample: was the item sent to the right service?"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mailroom.config.roles import Right
from mailroom.errors import Review
from mailroom.records import audit_sample
from mailroom.web.form_problems import FieldProblem, NotSaid
from mailroom.web.permission import allowed, viewer
from mailroom.web.site import services

A_PAGE = 20


@allowed(Right.REVIEW)
@require_http_methods(["GET", "POST"])
def sample(request: HttpRequest) -> HttpResponse:
    wrong: tuple[FieldProblem, ...] = ()
    if request.method == "POST":
        try:
            _record(request)
        except NotSaid as why:
            wrong = why.problems
        else:
            return redirect("audit_sample")
    waiting = audit_sample.to_check(viewer(request))
    context = {
        "checks": waiting[:A_PAGE],
        "count": waiting.count(),
        "codes": services().codes,
        "field_problems": wrong,
    }
    return render(request, "audit.html", context, status=422 if wrong else 200)


def _record(request: HttpRequest) -> None:
    """Write down one answer. Raises NotSaid."""
    key, answer = request.POST.get("check", ""), request.POST.get("answer", "")
    should_be = request.POST.get("should_be", "")
    if not key.isdecimal():
        raise Http404
    if answer not in ("right", "wrong"):
        raise NotSaid(FieldProblem(f"right-{key}", "Say whether the item was sent to the right service"))
    if answer == "wrong" and should_be not in services().codes:
        raise NotSaid(FieldProblem(f"should-be-{key}", "Choose the service it belongs to"))
    try:
        found = audit_sample.check(int(key), viewer(request), should_be if answer == "wrong" else "", timezone.now())
    except Review as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"{found.item.number} is checked.")
