"""Finding a customer, and the customer's record."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from mailroom.config.roles import Right
from mailroom.errors import MailroomError
from mailroom.records.customer_search import search_customers
from mailroom.records.merging import likely_duplicates, same_address
from mailroom.records.models import Customer, CustomerMerge, Event
from mailroom.records.tell_us_once import fact_to_tell
from mailroom.values.channel import LetterFormat
from mailroom.values.confirmed_fact import FactKind, FactSource
from mailroom.web.customers.timeline import timeline
from mailroom.web.facts import confirm, facts_said
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.permission import actor, allowed, rights_of
from mailroom.web.site import document_classes

CONSENTS_SHOWN = 50
_TO_TELL = {FactKind.MOVED, FactKind.DIED}


@allowed(Right.CUSTOMERS)
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    return render(request, "customers.html", {"words": words, "found": search_customers(words) if words else None})


@allowed(Right.CUSTOMERS)
@require_GET
def customer(request: HttpRequest, key: str) -> HttpResponse:
    """The record. Items this person may not see are left out of the timeline, title and all."""
    found = _found(key)
    Event.record("customer.looked_at", found, actor=actor(request))
    return render(request, "customer.html", _screen(request, found))


@allowed(Right.CUSTOMERS)
@require_POST
def change(request: HttpRequest, key: str) -> HttpResponse:
    """A choice, format, move or death a clerk was told of: by telephone, over the counter."""
    found = _found(key)
    try:
        facts = facts_said(request, found.pk, FactSource.CLERK, "")
        if not facts:
            raise NotSaid(FieldProblem("fact", "Choose what they told you", (f"fact-{next(iter(FactKind))}",)))
        with transaction.atomic():
            said = confirm(facts)
    except MailroomError as why:
        context = {**_screen(request, found), "field_problems": problems_of(why, "fact")}
        return render(request, "customer.html", context, status=422)
    messages.success(request, " ".join(said))
    return redirect("tell_services" if {f.kind for f in facts} & _TO_TELL else "customer", key=found.pk)


def _found(key: str) -> Customer:
    return get_object_or_404(Customer.objects.select_related("merged_into"), pk=key)


def _screen(request: HttpRequest, found: Customer) -> dict[str, object]:
    return {
        "customer": found,
        "addresses": found.addresses.order_by("-current", "-since", "-pk"),
        "contacts": found.contact_points.order_by("kind", "value"),
        "references": found.references.order_by("type", "value"),
        "consents": found.consents.order_by("-given_at", "-pk")[:CONSENTS_SHOWN],
        "timeline": timeline(request, found),
        "neighbours": same_address(found),
        "duplicates": likely_duplicates(found),
        "merges": CustomerMerge.objects.filter(kept=found, undone_at=None).order_by("-pk"),
        "may_merge": Right.MERGE in rights_of(request.user),
        "may_write": Right.MAILINGS in rights_of(request.user) and not found.merged_into,
        "to_tell": fact_to_tell(found),
        "formats": list(LetterFormat),
        "kinds": [k.value for k in FactKind if k is not FactKind.ALIVE or found.deceased_date],
        "ticked": request.POST.getlist("fact"),
        "classes": document_classes().document_class,
    }
