"""Merging two records of one person, and telling the services of a move or a death."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records.merging import merge, undo_merge
from mailroom.records.models import Customer, CustomerMerge, Event, TellingStatus
from mailroom.records.tell_us_once import Dealing, dealings, fact_to_tell, tell
from mailroom.values.decisions import NONE_OF_OURS
from mailroom.web.customers.notices import notices
from mailroom.web.form_problems import FieldProblem, problems_of
from mailroom.web.permission import actor, allowed
from mailroom.web.site import services


@allowed(Right.MERGE)
@require_http_methods(["GET", "POST"])
def merge_records(request: HttpRequest, key: str, other: str) -> HttpResponse:
    """Both records side by side, then one press. The merge can be taken back from the kept record."""
    kept = get_object_or_404(Customer.objects.prefetch_related("addresses", "contact_points", "references"), pk=key)
    merged = get_object_or_404(Customer.objects.prefetch_related("addresses", "contact_points", "references"), pk=other)
    if request.method == "GET":
        for one in (kept, merged):
            Event.record("customer.looked_at", one, actor=actor(request))
        return render(request, "merge.html", {"kept": kept, "merged": merged})
    try:
        merge(kept, merged, actor(request))
    except MailroomError as why:
        context = {"kept": kept, "merged": merged, "field_problems": problems_of(why, "merge")}
        return render(request, "merge.html", context, status=422)
    messages.success(request, f"{merged.pk} was merged into {kept.pk}. You can undo it from this page.")
    return redirect("customer", key=kept.pk)


@allowed(Right.MERGE)
@require_POST
def unmerge(request: HttpRequest, merge: int) -> HttpResponse:
    done = get_object_or_404(CustomerMerge, pk=merge)
    undo_merge(done, actor(request))
    messages.success(request, f"{done.merged_id} is a record of its own again.")
    return redirect("customer", key=done.merged_id)


@allowed(Right.CUSTOMERS)
@require_http_methods(["GET", "POST"])
def tell_services(request: HttpRequest, key: str) -> HttpResponse:
    """The services a move or death should reach, and the press that tells them."""
    found = get_object_or_404(Customer, pk=key)
    fact = fact_to_tell(found)
    if fact is None:
        raise Http404
    known = dealings(found, timezone.localdate(), services().of_reference)
    if request.method == "POST":
        ticked = [code for code in request.POST.getlist("service") if code in services().codes]
        with transaction.atomic():
            made = tell(found, fact, ticked, actor(request))
            for telling in made:
                transaction.on_commit(partial(notices().tell, telling.pk))
        if made:
            count = f"{len(made)} {'service is' if len(made) == 1 else 'services are'}"
            messages.success(request, f"{count} told.")
            return redirect("tell_services", key=key)
    others = [s for s in services().services if s.code != NONE_OF_OURS and s.code not in {d.service for d in known}]
    context: dict[str, object] = {"customer": found, "fact": fact[0], "known": known, "others": others}
    if request.method == "POST":
        boxes = tuple(f"service-{code}" for code in (*_still_to_tell(known), *(s.code for s in others)))
        context["field_problems"] = (FieldProblem("service", "Tick a service that is still to be told", boxes),)
    return render(request, "tell_services.html", context, status=422 if request.method == "POST" else 200)


def _still_to_tell(known: list[Dealing]) -> list[str]:
    """Those whose box can be ticked."""
    return [d.service for d in known if d.told is None or d.told.status == TellingStatus.FAILED]
