"""Deciding an item, and taking the decision back."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from mailroom.config.roles import Right
from mailroom.config.route_policy import copies_of, policy_of
from mailroom.errors import MailroomError
from mailroom.records import item_leases, review_queue, training_examples
from mailroom.records.models import Correction, Customer, Item, ItemStatus
from mailroom.records.returns import RETURNED
from mailroom.records.visible_items import visible_items
from mailroom.values.confirmed_fact import FactSource
from mailroom.web.clocks import deadline_of, flags_said
from mailroom.web.facts import confirm, facts_said
from mailroom.web.form_problems import FieldProblem, NotSaid, problems_of
from mailroom.web.item_page import find_item
from mailroom.web.machines import machines
from mailroom.web.permission import actor, allowed, signed_in, viewer
from mailroom.web.review.copies import copies_said, held_back
from mailroom.web.review.returned import undo_return
from mailroom.web.review.screen import told_in_review
from mailroom.web.site import retention, routing, services


@allowed(Right.REVIEW)
@require_POST
def decide(request: HttpRequest, batch: int, position: int) -> HttpResponse:
    found = find_item(request, batch, position)
    service = request.POST.get("service", "")
    if service == "other":
        service = request.POST.get("other", "")
    try:
        said = _decide(request, found, service)
    except review_queue.AlreadyDecided as why:
        messages.error(request, str(why))
    except MailroomError as why:
        return told_in_review(request, found, problems_of(why, _service_field(request)))
    else:
        messages.success(request, " ".join([f"{found.number} goes to {services().name(service)}.", *said]))
    return redirect("review_next")


def _decide(request: HttpRequest, found: Item, service: str) -> list[str]:
    """Record the decision and the facts confirmed with it, all or nothing; returns what the facts changed."""
    customer_id = request.POST.get("customer", "")
    if service not in routing().services:
        raise NotSaid(FieldProblem(_service_field(request), "Choose a service from the list"))
    if customer_id and not Customer.objects.filter(pk=customer_id).exists():
        raise NotSaid(FieldProblem("customer", "Choose a customer from the list"))
    facts = facts_said(request, customer_id, FactSource.ITEM, found.number)
    also = copies_said(request, found, service)
    decision = decision_for(found, service, customer_id, flags_said(request, found), also)
    with transaction.atomic():
        kept = review_queue.decide(found, decision, signed_in(request).pk)
        training_examples.propose(kept, retention().training)
        said = confirm(facts, found)
        transaction.on_commit(partial(machines().put_on_line, found.pk, found.version + 1))
    kept_back = held_back(also, (team for team, _ in decision.copies), decision.team)
    return [*said, kept_back] if kept_back else said


def _service_field(request: HttpRequest) -> str:
    """Where a service was to be chosen: the list of all, or the numbered ones."""
    return "other" if request.POST.get("service") == "other" else "service"


def decision_for(
    found: Item, service: str, customer_id: str, flags: tuple[str, ...], also: tuple[str, ...]
) -> review_queue.ReviewDecision:
    """The route of that service. also: further services it is for.

    A date the law set stays while its flags do; otherwise it is worked out anew.

    Whether it is private, and who gets a copy, is as the table has it for what was decided, not for what was proposed.
    """
    table = routing()
    policy = policy_of(service, found.doc_type, flags, table)
    team = policy.service.team
    by_law = any(code in table.flags_with_a_clock for code in flags)
    stays = found.due if by_law and set(flags) == set(found.flags) else None
    due = stays or deadline_of(found, service, flags).due
    return review_queue.ReviewDecision(
        service=service,
        team=team,
        inbox=table.teams[team].inbox,
        due=due,
        customer_id=customer_id,
        flags=flags,
        private=not policy.attach,
        also=also,
        copies=copies_of(policy, team, also, table),
        marks=policy.marks,
    )


@allowed(Right.REVIEW)
@require_POST
def undo(request: HttpRequest, correction: int) -> HttpResponse:
    kept = get_object_or_404(Correction, pk=correction, account_id=signed_in(request).pk)
    in_front = _in_front(request)
    try:
        if kept.reason == RETURNED:
            undo_return(kept, actor(request))
        else:
            review_queue.undo(kept, signed_in(request).pk)
    except MailroomError as why:
        if in_front is not None:
            return told_in_review(request, in_front, problems_of(why, "do-undo"))
        messages.error(request, str(why))
        return redirect("review_next")
    if in_front is not None:
        item_leases.give_back(in_front, signed_in(request).pk)
    return redirect("review_item", batch=kept.item.batch_id, position=kept.item.position)


def _in_front(request: HttpRequest) -> Item | None:
    """The item whose page the undo was pressed on."""
    said = request.POST.get("in_front", "")
    waiting = visible_items(viewer(request)).filter(status=ItemStatus.REVIEW)
    return waiting.filter(pk=said).first() if said.isdecimal() else None
